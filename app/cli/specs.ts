// A SPEC argument of the command line: a .json file, `-` for standard input, or preset:NAME; and the bytes of
// the files that a spec names.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathsOf } from "../../core-as/data/read";
import { SpecError } from "../../core-as/spec/errors";
import type { Experiment, LayerSpec, WeightsSpec } from "../../core-as/spec/experiment";
import { parseExperiment, parseExperimentText } from "../../core-as/spec/parse";
import { findPreset } from "../../core-as/spec/presets";
import { reasonOf } from "./atomic";
import { CliError } from "./failure";

const PRESET = "preset:";
/** No spec that a person wrote is larger; no file beyond the second is read whole. */
const MAX_SPEC_BYTES = 16 * 2 ** 20;
const MAX_FILE_BYTES = 2 ** 31 - 1;

export interface GivenSpec {
  readonly spec: Experiment;
  /** Folder that relative paths in the spec start from. */
  readonly folder: string;
}

/** Parses a SPEC argument. Fails with exit code 2, naming the file and the place in it. */
export async function readSpec(argument: string, signal: AbortSignal): Promise<GivenSpec> {
  if (argument.startsWith(PRESET))
    return { spec: parseExperiment(findPreset(argument.slice(PRESET.length)).spec), folder: "." };
  const [where, text] =
    argument === "-"
      ? ["standard input", await standardInput(signal)]
      : [argument, new TextDecoder().decode(await readGiven(argument, MAX_SPEC_BYTES))];
  try {
    return { spec: parseExperimentText(text), folder: argument === "-" ? "." : dirname(resolve(argument)) };
  } catch (error) {
    if (error instanceof SpecError)
      throw new CliError(2, `${where}: ${error.path}`, error.message, { cause: error });
    throw error;
  }
}

/** The bytes of every file that the spec names, by the path as the spec has it, and the spec with their sha256. */
export async function loadFiles({
  spec,
  folder,
}: GivenSpec): Promise<{ spec: Experiment; files: Map<string, Uint8Array> }> {
  const files = new Map<string, Uint8Array>();
  const hashes = new Map<string, string>();
  const load = async (path: string) => {
    if (files.has(path)) return;
    const bytes = await readGiven(resolve(folder, path), MAX_FILE_BYTES, path);
    files.set(path, bytes);
    hashes.set(path, createHash("sha256").update(bytes).digest("hex"));
  };
  if (spec.data.source === "file") for (const path of pathsOf(spec.data)) await load(path);
  const layers = [...spec.network.layers, ...(spec.network.output ? [spec.network.output] : [])];
  for (const layer of layers) if (layer.weights.scheme === "file") await load(layer.weights.path);
  return { spec: withHashes(spec, hashes), files };
}

function withHashes(spec: Experiment, hashes: ReadonlyMap<string, string>): Experiment {
  const layerWith = (layer: LayerSpec): LayerSpec => ({
    ...layer,
    weights: weightsWith(layer.weights, hashes),
  });
  const { data, network } = spec;
  return {
    ...spec,
    data:
      data.source === "file"
        ? { ...data, sha256: Object.fromEntries(pathsOf(data).map((p) => [p, hashes.get(p)!])) }
        : data,
    network: {
      ...network,
      layers: network.layers.map(layerWith),
      ...(network.output ? { output: layerWith(network.output) } : {}),
    },
  };
}

function weightsWith(weights: WeightsSpec, hashes: ReadonlyMap<string, string>): WeightsSpec {
  return weights.scheme === "file" ? { ...weights, sha256: hashes.get(weights.path)! } : weights;
}

/** Fails with exit code 2; `shownAs` names it in errors. */
export async function readGiven(file: string, limit: number, shownAs = file): Promise<Uint8Array> {
  try {
    const info = await stat(file);
    if (info.isDirectory()) throw Object.assign(new Error("folder"), { code: "EISDIR" });
    if (info.size > limit)
      throw new CliError(2, shownAs, `has ${info.size} bytes; at most ${limit} are read`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(
      2,
      shownAs,
      `cannot be read (${reasonOf(error)}); give a file that exists and may be read`,
      { cause: error },
    );
  }
}

async function standardInput(signal: AbortSignal): Promise<string> {
  signal.addEventListener("abort", () => process.stdin.destroy(signal.reason as Error), { once: true });
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > MAX_SPEC_BYTES)
      throw new CliError(2, "standard input", `is longer than ${MAX_SPEC_BYTES} bytes, and no spec is`);
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}
