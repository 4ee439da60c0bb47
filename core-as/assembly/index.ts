// The whole export list of the core.
export { heapBase } from "./memory/check";
