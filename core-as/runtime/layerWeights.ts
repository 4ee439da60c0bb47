// A layer's weights that come from a file. Refuses a file that was not handed in, and another shape.
import { readWeights } from "../formats/weights";
import { RunError } from "./errors";
import type { LayerPlan } from "./plan";
import type { FileBytes } from "./tasks";

/** [fan_out, fan_in], of a layer whose scheme is `file`. */
export function layerWeights(layer: LayerPlan, files: FileBytes): Float32Array<ArrayBuffer> {
  if (layer.weights.scheme !== "file") throw new Error("not a file scheme");
  const { path, tensor } = layer.weights;
  const bytes = files.get(path);
  if (!bytes) throw new RunError(path, "the file of weights was not handed to the run");
  const { shape, data } = readWeights(path, tensor, bytes);
  if (shape[0] !== layer.fanOut || shape[1] !== layer.fanIn)
    throw new RunError(
      `${path}${tensor === null ? "" : `, ${tensor}`}`,
      `has shape [${shape.join(", ")}], and ${layer.name} needs [fan_out, fan_in] = [${layer.fanOut}, ${layer.fanIn}]`,
    );
  return Float32Array.from(data);
}
