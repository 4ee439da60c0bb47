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
