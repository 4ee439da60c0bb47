// One run with all of its tensors kept, as the bytes of a file. Only the first seed's are kept, so only it is run.
import { npzParts } from "../../../core-as/formats/npz";
import { safetensorsParts } from "../../../core-as/formats/safetensors";
import { joined, type Tensor } from "../../../core-as/formats/tensor";
import { execute, type ExecuteHost, type ExecuteOptions } from "../../../core-as/runtime/execute";
import { keptTensors } from "../../../core-as/runtime/keptTensors";
import type { Order, TensorFormat } from "./messages";

const WRITERS: Readonly<Record<TensorFormat, (tensors: readonly Tensor[]) => Uint8Array[]>> = {
  npz: (tensors) => npzParts(tensors, "the .npz file"),
  safetensors: (tensors) => safetensorsParts(tensors, undefined, "the .safetensors file"),
};

/** Rejects as `execute` does, or with a FormatError where the file would be too large for its format. */
export async function tensorsFile(
  { spec, format }: Extract<Order, { kind: "tensors" }>,
  host: ExecuteHost,
  options: Pick<ExecuteOptions, "signal" | "onProgress">,
): Promise<Uint8Array> {
  const { tensors } = await execute({ ...spec, replicates: 1 }, host, { ...options, keepTensors: true });
  return joined(WRITERS[format](keptTensors(tensors ?? new Map())));
}
