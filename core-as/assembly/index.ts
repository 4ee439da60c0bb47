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
