// The files that an experiment names, and the bytes of those that are in hand.
import type { NamedFiles } from "../../../app/contract/hostApi";
import { pathsOf } from "../../../core-as/data/read";
import type { Experiment, WeightsSpec } from "../../../core-as/spec/experiment";
import type { SpecFiles } from "../compute/messages";

/** Every path once. A data source that names none yet has none. */
export function pathsIn({ data, network }: Experiment): string[] {
  const layers = network.output ? [...network.layers, network.output] : network.layers;
  return [
    ...new Set([
      ...(data.source === "file" ? dataPaths(data) : []),
      ...layers.flatMap(({ weights }) => weightsPaths(weights)),
    ]),
  ];
}

/** Those of the files that the spec names; the others stay behind. */
export function filesOf(spec: Experiment, files: SpecFiles): NamedFiles {
  return pathsIn(spec).flatMap((path) => {
    const bytes = files.get(path);
    return bytes === undefined ? [] : [{ path, bytes }];
  });
}

export function filesByPath(files: NamedFiles): SpecFiles {
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}

function dataPaths(data: Parameters<typeof pathsOf>[0]): string[] {
  try {
    return pathsOf(data);
  } catch {
    // What is wrong with it is the run's to say.
    return [];
  }
}

function weightsPaths(weights: WeightsSpec): string[] {
  if (weights.scheme === "lsuv") return weightsPaths(weights.base);
  return weights.scheme === "file" ? [weights.path] : [];
}
