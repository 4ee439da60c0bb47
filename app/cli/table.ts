// A result as a table a person can read: a row a layer.
import type { LayerResult, RunResult } from "../../core-as/spec/result";
import { alignColumns } from "./columns";
import { figure, layersText, percent } from "../../core-as/spec/number";
import { sparkline } from "./sparkline";

interface LayerColumn {
  readonly head: string;
  readonly left?: boolean;
  readonly cell: (layer: LayerResult) => string;
}

const COLUMNS: readonly LayerColumn[] = [
  { head: "layer", left: true, cell: (l) => (l.name === "output" ? "output" : String(l.index)) },
  { head: "units", cell: (l) => String(l.fanOut) },
  { head: "z std", cell: (l) => figure(l.preactivations.std) },
  { head: "h std", cell: (l) => figure(l.activations.std) },
  {
    head: "across-sample std",
    cell: (l) =>
      `${figure(l.activations.acrossSampleStd)}${l.activations.acrossSampleStdIsRounding ? " (rounding)" : ""}`,
  },
  {
    head: "predicted",
    cell: (l) => (l.theory?.acrossSampleStd == null ? "–" : figure(l.theory.acrossSampleStd)),
  },
  { head: "saturated", cell: (l) => percent(l.activations.saturatedFraction) },
  { head: "dead units", cell: (l) => String(l.activations.deadUnits) },
  { head: "gradient rms", cell: (l) => (l.gradients ? figure(l.gradients.preactivations.rms) : "–") },
  { head: "activations", left: true, cell: (l) => `${sparkline(l.activations.histogram)}` },
];

/** The run as text, lines ended by "\n". */
export function resultTable(result: RunResult): string {
  const { spec, network } = result;
  const lines: string[] = [];
  if (spec.name) lines.push(spec.name, "");
  const columns = COLUMNS.map(({ cell, ...column }) => ({ ...column, cells: result.layers.map(cell) }));
  lines.push(...alignColumns(columns).map((line) => line.trimEnd()), "");
  const ends = result.layers.map((l) => l.activations.histogram.edges);
  const low = Math.min(...ends.map((e) => e[0] ?? NaN));
  const high = Math.max(...ends.map((e) => e.at(-1) ?? NaN));
  if (Number.isFinite(low))
    lines.push(
      `activations: each from its least to its greatest value, within ${figure(low)} to ${figure(high)}`,
    );
  if (network.loss !== undefined)
    lines.push(`loss ${figure(network.loss)}, accuracy ${percent(network.accuracy ?? null)}`);
  if (network.jacobian)
    lines.push(
      `Jacobian: mean square singular value ${figure(network.jacobian.meanSquare)}, condition number ${figure(network.jacobian.conditionNumber)}`,
    );
  if (result.replicates) lines.push(bandsLine(result.replicates));
  lines.push(...absentLines(result), ...nearestLines(result));
  lines.push(`seed ${spec.seed}, core ${result.core.version}, digest ${result.digest}`);
  return lines.map((text) => `${text}\n`).join("");
}

function bandsLine({ count, range, bands }: NonNullable<RunResult["replicates"]>): string {
  const predicted = bands
    .flatMap((layer) => Object.values(layer))
    .filter((band) => band?.predicted !== undefined);
  const within = predicted.filter((band) => band?.predictedInBand);
  return `bands over ${count} seeds (${range}): ${within.length} of ${predicted.length} predictions lie in theirs; --json has them`;
}

/** Why layers have no prediction, each reason once. */
function absentLines({ layers }: RunResult): string[] {
  const reasons = new Map<string, number[]>();
  for (const { index, theoryAbsent } of layers)
    if (theoryAbsent !== undefined) reasons.set(theoryAbsent, [...(reasons.get(theoryAbsent) ?? []), index]);
  return [...reasons].map(([reason, indices]) => `no prediction for ${layersText(indices)}: ${reason}`);
}

/** Of the hidden layers, neighbours that come to the same in one line. */
function nearestLines({ nearestDefaults, spec }: RunResult): string[] {
  const groups: { readonly text: string; readonly layers: number[] }[] = [];
  for (const { layer, framework, call, isDefault, stdRatio, sameDistribution, same } of nearestDefaults) {
    // Half or twice the std of the nearest default is near to nothing.
    if (layer > spec.network.layers.length || stdRatio < 0.5 || stdRatio > 2) continue;
    const what = `${framework} ${call}${isDefault ? ", its default" : ""}`;
    const text = same
      ? `drawn as by ${what}`
      : `nearest to ${what}: ${figure(stdRatio)} of its std${sameDistribution ? "" : ", another distribution"}`;
    const last = groups.at(-1);
    if (last?.text === text) last.layers.push(layer);
    else groups.push({ text, layers: [layer] });
  }
  return groups.map(({ text, layers }) => `weights of ${layersText(layers)}: ${text}`);
}
