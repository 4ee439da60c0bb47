// How large a tensors file will be, said before the run whose tensors it holds. The sizes are those that `runOnce`
// keeps; headers of the file, some hundred bytes a tensor, are left out.
import { knownShape } from "../spec/dimensions";
import type { Experiment } from "../spec/experiment";
import { planRun } from "./plan";

/** Null where the data's size is not known before its file is read. */
export function keptBytes(spec: Experiment): number | null {
  const shape = knownShape(spec.data);
  if (!shape) return null;
  const { samples, features } = shape;
  const { layers, backward } = planRun(spec, samples, features, spec.seed, true);
  const isBackward = backward !== "none";
  let numbers = samples * features;
  if (backward === "cross_entropy") numbers += samples;
  if (isBackward) numbers += samples * (layers.at(-1)?.fanOut ?? 0);
  for (const { fanIn, fanOut } of layers) {
    const parameters = (fanIn + 1) * fanOut;
    numbers += parameters + 2 * samples * fanOut;
    if (isBackward) numbers += parameters + samples * (fanOut + fanIn);
  }
  return 4 * numbers;
}
