// The whole export list of the core.
export { heapBase } from "./memory/check";
export {
  addBias, addBiasNaive, columnSums, columnSumsNaive, residualForward, residualForwardNaive, addScaled, addScaledNaive,
  scaleInto, scaleIntoNaive,
} from "./nn/dense";
export { softmaxCrossEntropy } from "./nn/loss";
export {
  layerNormForward, layerNormForwardNaive, layerNormBackward, layerNormBackwardNaive,
  rmsNormForward, rmsNormForwardNaive, rmsNormBackward, rmsNormBackwardNaive,
} from "./nn/normalization";
export {
  batchColumnSums, batchColumnSumsNaive, batchNormApply, batchNormApplyNaive, batchNormBackwardSums,
  batchNormBackwardSumsNaive, batchNormBackwardApply, batchNormBackwardApplyNaive,
} from "./nn/batchnorm";
export { exp64, log64, sin64, cos64, tanh64, pow64, atan64, erf64, erfc64 } from "./nn/functions64";
export {
  activation64, activationDerivative64, activationBulk64, activationDerivativeBulk64,
} from "./nn/activation64";
export {
  activationBackward, activationBackwardNaive, activationDerivative, activationDerivativeNaive,
  activationForward, activationForwardNaive,
} from "./nn/activation";
