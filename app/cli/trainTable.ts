// What trainings ended in, as a table: a row a run, and where there are several seeds a row a spec.
import { figure, percent, whole } from "../../core-as/spec/number";
import type { TrainResult } from "../../core-as/spec/training";
import { alignColumns, type Column } from "./columns";

export interface TrainedSpec {
  readonly name: string;
  /** One a seed. */
  readonly results: readonly TrainResult[];
}

export function trainTable(specs: readonly TrainedSpec[]): string {
  const rows = specs.flatMap(({ name, results }) => results.map((result) => ({ name, result })));
  const last = rows.map(({ result }) => result.records.at(-1) ?? null);
  const cells = (of: (i: number) => string): string[] => rows.map((_, i) => of(i));
  const number = (value: number | null | undefined) => (value == null ? "–" : figure(value));
  const share = (value: number | null | undefined) => (value == null ? "–" : percent(value));
  const columns: Column[] = [
    { head: "Run", left: true, cells: cells((i) => rows[i]!.name) },
    { head: "Seed", cells: cells((i) => String(rows[i]!.result.seed)) },
    { head: "Steps", cells: cells((i) => whole(rows[i]!.result.steps)) },
    { head: "Loss", cells: cells((i) => number(last[i]?.loss)) },
    { head: "Right", cells: cells((i) => share(last[i]?.accuracy)) },
    { head: "Validation loss", cells: cells((i) => number(last[i]?.validationLoss)) },
    { head: "Right", cells: cells((i) => share(last[i]?.validationAccuracy)) },
    { head: "Found", left: true, cells: cells((i) => foundIn(rows[i]!.result)) },
  ];
  const blocks = [alignColumns(columns)];
  if (specs.some(({ results }) => results.length > 1)) blocks.push(["", ...overSeeds(specs)]);
  blocks.push(["", ...findings(specs)]);
  blocks.push([
    "",
    ...rows.map(({ name, result }) => digestLine(rows.length === 1 ? "" : `${name}: `, result)),
  ]);
  return blocks.map((lines) => lines.map((line) => `${line.trimEnd()}\n`).join("")).join("");
}

const digestLine = (name: string, { seed, core, digest, outcome, steps }: TrainResult): string =>
  `${name}seed ${seed}, core ${core.version}, ${outcome === "stopped" ? `stopped at step ${steps}, ` : ""}digest ${digest}`;

function foundIn({ findings: found }: TrainResult): string {
  return found.map(({ code }) => code.replaceAll("_", " ")).join(", ");
}

function overSeeds(specs: readonly TrainedSpec[]): string[] {
  const of = (pick: (result: TrainResult) => number | null | undefined, text: (value: number) => string) =>
    specs.map(({ results }) => {
      const values = results.map(pick).filter((value): value is number => value != null);
      if (values.length === 0) return "–";
      values.sort((a, b) => a - b);
      return `${text(median(values))} (${text(values[0]!)} to ${text(values.at(-1)!)})`;
    });
  return alignColumns([
    { head: "Median over the seeds (least to most)", left: true, cells: specs.map(({ name }) => name) },
    { head: "Loss", cells: of((result) => result.records.at(-1)?.loss, figure) },
    { head: "Validation, right", cells: of((result) => result.records.at(-1)?.validationAccuracy, percent) },
  ]);
}

/** Of sorted values. */
function median(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  return (values[Math.floor(middle)]! + values[Math.ceil(middle)]!) / 2;
}

/** The first seed's, in words. */
function findings(specs: readonly TrainedSpec[]): string[] {
  return specs.flatMap(({ name, results }) =>
    (results[0]?.findings ?? []).map(({ message }) => (specs.length === 1 ? message : `${name}: ${message}`)),
  );
}
