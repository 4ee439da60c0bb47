// The whole export list of the core.
export { heapBase } from "./memory/check";
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
export {
  effectiveRank,
  effectiveRankNaive,
  effectiveRankScratchBytes,
  meanCosine,
  meanCosineNaive,
  meanCosineScratchBytes,
} from "./stats/geometry";
export { pairCorrelation } from "./stats/pairs";
