// One row of the library, and the words by which a spec is found. Reads specs; knows no disk.
import type { ExperimentSummary } from "../contract/hostApi";
import { activationLabel } from "../../core-as/spec/activations";
import type { DataSpec, Experiment } from "../../core-as/spec/experiment";
import type { NewerFile, SavedFile } from "./savedFile";

const MIXED = "mixed";

export function summaryOf(id: string, file: SavedFile | NewerFile): ExperimentSummary {
  const { name, tags, created, modified, digest, verdict, severity } = file;
  const own = { id, name, tags, created, modified, digest, verdict, severity };
  if (file.spec === null)
    return {
      ...own,
      scheme: "",
      activation: "",
      depth: 0,
      width: null,
      data: "",
      readOnly: file.readOnly,
    };
  const { data, network } = file.spec;
  return {
    ...own,
    scheme: common(network.layers.map(({ weights }) => weights.scheme)) ?? MIXED,
    activation: common(network.layers.map(({ activation }) => activationLabel(activation))) ?? MIXED,
    depth: network.layers.length,
    width: common(network.layers.map(({ units }) => units)),
    data: dataLabel(data),
    ...(file.training === undefined ? {} : { trainings: file.training.count }),
  };
}

/** The value that all have; null where they differ. */
function common<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

function dataLabel(data: DataSpec): string {
  if (data.source !== "file") return data.source;
  return (data.path ?? data.images ?? "file").replace(/^.*[\\/]/, "");
}

/** Recorded, not chosen. */
const PASSED_OVER = new Set(["sha256"]);

/** Names as they are (`relu`), numbers with their field (`units:100`), switches that are on; each once. */
export function specTerms(spec: Experiment): string[] {
  const terms = new Set<string>([`layers:${spec.network.layers.length}`]);
  const walk = (key: string, value: unknown): void => {
    if (typeof value === "string") terms.add(value).add(`${key}:${value}`);
    else if (typeof value === "number") terms.add(`${key}:${value}`);
    else if (value === true) terms.add(key);
    else if (Array.isArray(value)) for (const item of value) walk(key, item);
    else if (typeof value === "object" && value !== null)
      for (const [name, item] of Object.entries(value)) if (!PASSED_OVER.has(name)) walk(name, item);
  };
  // The name is searched for itself, and the format is that of all.
  const { format: _format, name: _name, ...chosen } = spec;
  walk("", chosen);
  return [...terms];
}
