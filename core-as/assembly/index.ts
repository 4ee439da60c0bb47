// The whole export list of the core.
export { heapBase } from "./memory/check";
export { drawBits, drawBitsNaive } from "./random/bits";
export { correlateFeatures, drawSpirals, drawTwoMoons, drawXor } from "./random/dataset";
export { hashName } from "./random/name";
export { drawNormal, drawNormalNaive } from "./random/normal";
export { drawPermutation } from "./random/permutation";
export { philox4x32 } from "./random/philox";
export { drawTruncatedNormal, drawTruncatedNormalNaive } from "./random/truncated";
export { drawUniform, drawUniformNaive } from "./random/uniform";
export { xoshiro128ppSteps } from "./random/xoshiro";
export { fillConstant, fillIdentity, fillZeroHadamard } from "./init/constant";
export { drawSparse } from "./init/sparse";
export {
  matmulNN,
  matmulNNNaive,
  matmulNT,
  matmulNTNaive,
  matmulScratchBytes,
  matmulTN,
  matmulTNNaive,
} from "./linalg/matmul";
export { peakMulAdd } from "./linalg/peak";
export { orthogonalFromGaussian, orthogonalFromGaussianNaive, orthogonalScratchBytes } from "./linalg/qr";
export { singularValues, singularValuesNaive, singularValuesScratchBytes } from "./linalg/svd";
export { addMultiple64, addMultiple64Naive, dot64, dot64Naive } from "./linalg/vector64";
export {
  activationBackward,
  activationBackwardNaive,
  activationDerivative,
  activationDerivativeNaive,
  activationForward,
  activationForwardNaive,
} from "./nn/activation";
export {
  activation64,
  activationBulk64,
  activationDerivative64,
  activationDerivativeBulk64,
} from "./nn/activation64";
export {
  batchColumnSums,
  batchColumnSumsNaive,
  batchNormApply,
  batchNormApplyNaive,
  batchNormBackwardApply,
  batchNormBackwardApplyNaive,
  batchNormBackwardSums,
  batchNormBackwardSumsNaive,
} from "./nn/batchnorm";
export {
  addBias,
  addBiasNaive,
  addScaled,
  addScaledNaive,
  columnSums,
  columnSumsNaive,
  residualForward,
  residualForwardNaive,
  scaleInto,
  scaleIntoNaive,
} from "./nn/dense";
export {
  formulaBackward,
  formulaBackwardNaive,
  formulaForward,
  formulaForwardNaive,
  formulaScratchBytes,
} from "./nn/formula";
export { formula64ScratchBytes, formulaBulk64 } from "./nn/formula64";
export { atan64, cos64, erf64, erfc64, exp64, expBulk64, log64, pow64, sin64, tanh64 } from "./nn/functions64";
export { softmaxCrossEntropy, squaredError } from "./nn/loss";
export {
  layerNormBackward,
  layerNormBackwardNaive,
  layerNormForward,
  layerNormForwardNaive,
  rmsNormBackward,
  rmsNormBackwardNaive,
  rmsNormForward,
  rmsNormForwardNaive,
} from "./nn/normalization";
export {
  clipToNorm,
  clipToNormNaive,
  sumOfSquaredDifferences,
  sumOfSquaredDifferencesNaive,
  sumOfSquares,
  sumOfSquaresNaive,
} from "./optim/norm";
export { learningRateAt } from "./optim/schedule";
export { trainSteps } from "./optim/step";
export {
  updateByAdam,
  updateByAdamNaive,
  updateByMomentum,
  updateByMomentumNaive,
  updateByRmsprop,
  updateByRmspropNaive,
} from "./optim/update";
export { accumulate, accumulateFlat, accumulateFlatNaive, accumulateNaive } from "./stats/accumulate";
export { accumulatorBytes, clearAccumulator, mergeAccumulator } from "./stats/block";
export { calibrate, calibrateScratchBytes, calibrationBytes, displayEdge } from "./stats/calibration";
export { finishScratchBytes, finishStatistics } from "./stats/finish";
export {
  effectiveRank,
  effectiveRankNaive,
  effectiveRankScratchBytes,
  meanCosine,
  meanCosineNaive,
  meanCosineScratchBytes,
} from "./stats/geometry";
export { pairCorrelation } from "./stats/pairs";
export {
  exportFineBins,
  pieceArrayBytes,
  sortedQuantiles,
  weightedQuantiles,
  weightedQuantilesScratchBytes,
} from "./stats/quantiles";
