// A spec whose files are named by their last names alone: where they lay is nobody's business but the author's. The
// sha256 beside each says which file is meant.
import type {
  DataSpec,
  Experiment,
  FileDataSpec,
  LayerSpec,
  WeightsSpec,
} from "../../core-as/spec/experiment";

export function withoutPaths(spec: Experiment): Experiment {
  const { data, network } = spec;
  const layer = (one: LayerSpec): LayerSpec => ({ ...one, weights: weightsWithout(one.weights) });
  return {
    ...spec,
    data: data.source === "file" ? dataWithout(data) : data,
    network: {
      ...network,
      layers: network.layers.map(layer),
      ...(network.output ? { output: layer(network.output) } : {}),
    },
  };
}

function dataWithout(data: Extract<DataSpec, FileDataSpec>): Extract<DataSpec, FileDataSpec> {
  const { path, images, labels, sha256 } = data;
  return {
    ...data,
    ...(path === undefined ? {} : { path: lastName(path) }),
    ...(images === undefined ? {} : { images: lastName(images) }),
    // Beside an archive's path this is the name of an array.
    ...(labels === undefined || images === undefined ? {} : { labels: lastName(labels) }),
    ...(sha256 === undefined
      ? {}
      : { sha256: Object.fromEntries(Object.entries(sha256).map(([file, hash]) => [lastName(file), hash])) }),
  };
}

function weightsWithout(weights: WeightsSpec): WeightsSpec {
  if (weights.scheme === "file") return { ...weights, path: lastName(weights.path) };
  if (weights.scheme !== "lsuv" || weights.base.scheme !== "file") return weights;
  return { ...weights, base: { ...weights.base, path: lastName(weights.base.path) } };
}

/** After the last slash or backslash. */
export const lastName = (path: string): string => /[^/\\]*$/.exec(path)![0] || "file";
