// Several experiments over one pool, one after another, and their headline figures beside the first one's.
// Paired, they share a seed: streams are named, so tensors of the same name and shape come from the same draws,
// and what differs between two runs is what their specs differ in, not chance.
import type { Compared, ComparedRow, ComparedRun, Comparison } from "../spec/comparison";
import { COMPARISON_FORMAT } from "../spec/comparison";
import { specDifferences } from "../spec/differences";
import type { Experiment } from "../spec/experiment";
import type { HeadlineFigure } from "../spec/headline";
import { LAYER_FIGURES, NETWORK_FIGURES } from "../spec/headline";
import { parseExperiment } from "../spec/parse";
import type { RunResult } from "../spec/result";
import { bandOver, rangeOver } from "./bands";
import { ExperimentError } from "./errors";
import type { ExecuteHost, SeedMeasured } from "./execute";
import { execute } from "./execute";
import type { OnProgress } from "./progress";
import { refuseBeforeRun } from "./seeds";
import type { FileBytes } from "./tasks";

export interface NamedExperiment {
  readonly name: string;
  readonly spec: Experiment;
  /** Bytes of the files that this spec names, besides the host's. */
  readonly files: FileBytes;
}

export interface CompareOptions {
  /** One seed for all; true unless told. */
  readonly paired?: boolean;
  /** For all; else the first spec's where paired, each spec's own where not. */
  readonly seed?: number;
  /** Seeds of each; else as many as the first spec has replicates. */
  readonly seeds?: number;
  readonly signal?: AbortSignal;
  /** `fraction` is over all experiments. */
  readonly onProgress?: OnProgress;
  /** Told of each whole result as it comes, which the comparison does not keep. */
  readonly onRun?: (index: number, result: RunResult) => void;
}

/** Figures of a run, one value a seed: the little that is kept of it until all have run. */
interface SeedFigures {
  readonly layers: readonly ReadonlyMap<string, readonly (number | null)[]>[];
  readonly network: ReadonlyMap<string, readonly (number | null)[]>;
}

/** Rejects with the signal's reason, or with an ExperimentError that says which could not be run. */
export async function compareExperiments(
  given: readonly NamedExperiment[],
  host: ExecuteHost,
  options: CompareOptions = {},
): Promise<Comparison> {
  const specs = given.map((_, i) => ofExperiment(i, () => withSeeds(given, i, options)));
  specs.forEach((spec, i) => ofExperiment(i, () => refuseBeforeRun(spec, host)));
  const runs: ComparedRun[] = [];
  const figures: SeedFigures[] = [];
  for (const [i, spec] of specs.entries()) {
    const { name, files } = given[i]!;
    const { result, seeds } = await execute(
      spec,
      { ...host, files: new Map([...host.files, ...files]) },
      {
        ...(options.signal ? { signal: options.signal } : {}),
        ...counted(options.onProgress, i, specs.length),
      },
    ).catch((thrown: unknown) => {
      if (options.signal?.aborted) throw thrown;
      throw new ExperimentError(i, thrown);
    });
    options.onRun?.(i, result);
    const kept = figuresOf(seeds);
    figures.push(kept);
    runs.push({
      name,
      digest: result.digest,
      spec,
      headline: kept.layers.map(medians),
      network: medians(kept.network),
      ...(result.replicates ? { replicates: result.replicates } : {}),
    });
  }
  const rows = rowsOf(specs);
  const count = specs[0]!.replicates;
  return {
    format: COMPARISON_FORMAT,
    paired: options.paired !== false,
    replicates: { count, range: count > 1 ? rangeOver(count) : null },
    runs,
    figures: [...LAYER_FIGURES, ...NETWORK_FIGURES].map(described),
    rows,
    differences: Object.fromEntries(
      LAYER_FIGURES.map(({ name }) => [
        name,
        rows.map((row) =>
          besideFirst(
            row.layers.map((index, i) => (index ? figures[i]!.layers[index - 1]!.get(name)! : null)),
          ),
        ),
      ]),
    ),
    networkDifferences: Object.fromEntries(
      NETWORK_FIGURES.map(({ name }) => [
        name,
        besideFirst(figures.map(({ network }) => network.get(name)!)),
      ]),
    ),
    specDifferences: specDifferences(specs),
  };
}

function ofExperiment<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new ExperimentError(index, thrown);
  }
}

function withSeeds(given: readonly NamedExperiment[], i: number, options: CompareOptions): Experiment {
  const first = given[0]!.spec;
  const own = given[i]!.spec;
  const seed = options.seed ?? (options.paired === false ? own.seed : first.seed);
  // Parsed again: the last of the seeds must be one too.
  return parseExperiment({ ...own, seed, replicates: options.seeds ?? first.replicates });
}

function counted(
  tell: OnProgress | undefined,
  i: number,
  experiments: number,
): { readonly onProgress?: OnProgress } {
  if (!tell) return {};
  return {
    onProgress: (progress) =>
      tell({
        ...progress,
        fraction: (i + progress.fraction) / experiments,
        experiment: i + 1,
        experiments,
      }),
  };
}

function figuresOf(seeds: readonly SeedMeasured[]): SeedFigures {
  const layers = seeds[0]!.layers.map(
    (_, l) => new Map(LAYER_FIGURES.map(({ name, of }) => [name, seeds.map((seed) => of(seed.layers[l]!))])),
  );
  const network = new Map(
    NETWORK_FIGURES.map(({ name, of }) => [name, seeds.map((seed) => of(seed.network))]),
  );
  return { layers, network };
}

function medians(figures: SeedFigures["network"]): Record<string, number | null> {
  return Object.fromEntries([...figures].map(([name, values]) => [name, bandOver(values)?.median ?? null]));
}

function described({ name, title, unit, scale, group }: HeadlineFigure): HeadlineFigure {
  return { name, title, unit, scale, group };
}

function rowsOf(specs: readonly Experiment[]): ComparedRow[] {
  const depths = specs.map(({ network }) => network.layers.length);
  const hidden = Array.from({ length: Math.max(...depths) }, (_, i) => ({
    name: `layer${i + 1}`,
    layers: depths.map((depth) => (i < depth ? i + 1 : null)),
  }));
  const output = specs.map(({ network }, i) => (network.output ? depths[i]! + 1 : null));
  return output.some((index) => index !== null) ? [...hidden, { name: "output", layers: output }] : hidden;
}

/** By run, values a seed each; null where the run has no such layer. */
function besideFirst(runs: readonly (readonly (number | null)[] | null)[]): (Compared | null)[] {
  const [first] = runs;
  return runs.map((values) => {
    const value = values && bandOver(values);
    if (!value) return null;
    const beside = (how: (a: number, b: number) => number | null) =>
      bandOver(values.map((a, seed) => pair(a, first?.[seed] ?? null, how)));
    const difference = beside(differenceOf);
    const ratio = beside(ratioOf);
    return {
      value: value.median,
      difference: difference?.median ?? null,
      ratio: ratio?.median ?? null,
      ...(values.length > 1 ? { bands: { value, difference, ratio } } : {}),
    };
  });
}

function pair(
  a: number | null,
  b: number | null,
  how: (a: number, b: number) => number | null,
): number | null {
  return a === null || b === null ? null : how(a, b);
}

/** Two that are equal differ by 0, infinities too. */
function differenceOf(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function ratioOf(a: number, b: number): number | null {
  if (b === 0) return null;
  return a === b ? 1 : a / b;
}
