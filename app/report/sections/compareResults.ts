// A comparison from results alone, of their first seeds: what `compare` gives where the runs were made one by one.
import type { Compared, ComparedRow, Comparison } from "../../../core-as/spec/comparison";
import { LAYER_FIGURES, NETWORK_FIGURES } from "../../../core-as/spec/headline";
import type { LayerResult, RunResult } from "../../../core-as/spec/result";

export type ComparedFigures = Pick<
  Comparison,
  "paired" | "replicates" | "figures" | "rows" | "differences" | "networkDifferences"
>;

export function compareResults(results: readonly RunResult[]): ComparedFigures {
  const rows = rowsOf(results);
  const first = results[0]!;
  return {
    paired: results.every(({ spec }) => spec.seed === first.spec.seed),
    replicates: { count: 1, range: null },
    figures: [...LAYER_FIGURES, ...NETWORK_FIGURES],
    rows,
    differences: Object.fromEntries(
      LAYER_FIGURES.map(({ name, of }) => [
        name,
        rows.map(({ layers }) =>
          beside(layers.map((index, i) => (index === null ? null : of(results[i]!.layers[index - 1]!)))),
        ),
      ]),
    ),
    networkDifferences: Object.fromEntries(
      NETWORK_FIGURES.map(({ name, of }) => [name, beside(results.map(({ network }) => of(network)))]),
    ),
  };
}

const isOutput = ({ name }: LayerResult): boolean => name === "output";

/** Hidden layers by their index; output layers in a row of their own. */
function rowsOf(results: readonly RunResult[]): readonly ComparedRow[] {
  const hidden = results.map(({ layers }) => layers.filter((layer) => !isOutput(layer)).length);
  const rows: ComparedRow[] = Array.from({ length: Math.max(...hidden) }, (_, i) => ({
    name: `layer${i + 1}`,
    layers: hidden.map((depth) => (i < depth ? i + 1 : null)),
  }));
  const outputs = results.map(({ layers }) => layers.find(isOutput)?.index ?? null);
  return outputs.some((index) => index !== null) ? [...rows, { name: "output", layers: outputs }] : rows;
}

/** Null where a run has no such figure. */
function beside(values: readonly (number | null)[]): readonly (Compared | null)[] {
  const first = values[0] ?? null;
  return values.map((value) =>
    value === null
      ? null
      : {
          value,
          difference: first === null ? null : value - first,
          ratio: first === null || first === 0 ? null : value / first,
        },
  );
}
