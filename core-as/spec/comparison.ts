// Several experiments side by side, as plain data: what `compare` gives and tables, screens and reports show.
import type { SpecDifference } from "./differences";
import type { Experiment } from "./experiment";
import type { HeadlineFigure } from "./headline";
import type { Band, ReplicatesResult } from "./result";

export const COMPARISON_FORMAT = "initlab.comparison/1";

/** Headline figures by name; the median where there are several seeds, null where one has no meaning. */
export type HeadlineValues = Readonly<Record<string, number | null>>;

export interface ComparedRun {
  readonly name: string;
  readonly digest: string;
  /** As it was run: with the seed and the number of seeds of the comparison. */
  readonly spec: Experiment;
  /** By layer - 1. */
  readonly headline: readonly HeadlineValues[];
  readonly network: HeadlineValues;
  readonly replicates?: ReplicatesResult;
}

/** Layers that stand beside each other: hidden ones by their index, the output layers whatever their index. */
export interface ComparedRow {
  /** "layer1", ..., "output". */
  readonly name: string;
  /** By run: the index of its layer, from 1; null where it has none. */
  readonly layers: readonly (number | null)[];
}

/** A figure of one run beside the first run's. Of several seeds medians: of the figure, and seed by seed of the two. */
export interface Compared {
  readonly value: number;
  /** Null where the first run has no such figure. */
  readonly difference: number | null;
  /** Null also where the first run's is zero. */
  readonly ratio: number | null;
  /** Where there are several seeds. */
  readonly bands?: {
    readonly value: Band;
    readonly difference: Band | null;
    readonly ratio: Band | null;
  };
}

export interface Comparison {
  readonly format: typeof COMPARISON_FORMAT;
  /** True: one seed for all, so that tensors of the same name and shape come from the same draws. */
  readonly paired: boolean;
  readonly replicates: { readonly count: number; readonly range: ReplicatesResult["range"] | null };
  readonly runs: readonly ComparedRun[];
  readonly figures: readonly HeadlineFigure[];
  readonly rows: readonly ComparedRow[];
  /** By figure, [row][run]; null where the run has no such figure. The first run is beside itself. */
  readonly differences: Readonly<Record<string, readonly (readonly (Compared | null)[])[]>>;
  /** Figures of whole networks, [run]. */
  readonly networkDifferences: Readonly<Record<string, readonly (Compared | null)[]>>;
  readonly specDifferences: readonly SpecDifference[];
}
