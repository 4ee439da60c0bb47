// The whole export list of the core.
export { heapBase } from "./memory/check";
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
export { philox4x32 } from "./random/philox";
export { hashName } from "./random/name";
export { xoshiro128ppSteps } from "./random/xoshiro";
export { drawBits, drawBitsNaive } from "./random/bits";
export { drawUniform, drawUniformNaive } from "./random/uniform";
export { drawNormal, drawNormalNaive } from "./random/normal";
export { drawTruncatedNormal, drawTruncatedNormalNaive } from "./random/truncated";
export { drawPermutation } from "./random/permutation";
export { correlateFeatures, drawTwoMoons, drawSpirals, drawXor } from "./random/dataset";
export { fillConstant, fillIdentity, fillZeroHadamard } from "./init/constant";
export { drawSparse } from "./init/sparse";
export { calibrate, calibrateScratchBytes, calibrationBytes, displayEdge } from "./stats/calibration";
export { accumulatorBytes, clearAccumulator, mergeAccumulator } from "./stats/block";
export { accumulate, accumulateFlat, accumulateFlatNaive, accumulateNaive } from "./stats/accumulate";
export {
  exportFineBins,
  pieceArrayBytes,
  sortedQuantiles,
  weightedQuantiles,
  weightedQuantilesScratchBytes,
} from "./stats/quantiles";
export { finishScratchBytes, finishStatistics } from "./stats/finish";
export { effectiveRank, effectiveRankNaive, effectiveRankScratchBytes, meanCosine, meanCosineScratchBytes } from "./stats/geometry";
export { pairCorrelation } from "./stats/pairs";
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
