// Several runs side by side: in what their specs differ, their profiles over each other, and each figure beside the
// first run's. Of a comparison the figures are its own (medians and bands over its seeds, paired); else those of the
// results, of the first seed.
import { profileOverlay } from "../../../core-as/figures/overlays";
import { PROFILES } from "../../../core-as/figures/profile";
import type { Compared, Comparison } from "../../../core-as/spec/comparison";
import { joinedDifferences, specDifferences, specValueText } from "../../../core-as/spec/differences";
import { type HeadlineFigure, LAYER_FIGURES, NETWORK_FIGURES } from "../../../core-as/spec/headline";
import { figure, layersText } from "../../../core-as/spec/number";
import type { RunResult } from "../../../core-as/spec/result";
import { linesText } from "../alternative";
import { cellIn, NONE, numberColumn, table, textCell, textColumn } from "../cell";
import type { Block, Cell, Column, DrawnFigure, Table } from "../document";
import type { Reported } from "../reported";
import { type ComparedFigures, compareResults } from "./compareResults";
import { PROFILE_SIZE } from "./profiles";

interface Run {
  readonly number: number;
  readonly name: string;
  readonly result: RunResult;
}

export function comparison({ runs, comparison: given }: Reported): readonly Block[] {
  const measured = runs.filter((run): run is typeof run & Run => run.result !== null);
  if (measured.length < 2) return [];
  const whole = given ?? compareResults(measured.map(({ result }) => result));
  const { compared, left } = ofSeveral(whole);
  return [
    { kind: "paragraph", text: drawsText(compared, given !== null) },
    differencesTable(measured),
    overlays(measured, compared.replicates.count > 1),
    ...figureTables(compared, whole, measured).map(tableBlock),
    ...nothing(whole),
    ...left,
  ];
}

/** Without the layers that one run alone has: a hundred of them would be pages of dashes. */
function ofSeveral(whole: ComparedFigures): {
  readonly compared: ComparedFigures;
  readonly left: readonly Block[];
} {
  const { rows, differences } = whole;
  const isShared = rows.map(({ layers }) => layers.filter((layer) => layer !== null).length > 1);
  if (!isShared.includes(false)) return { compared: whole, left: [] };
  const shared = <T>(list: readonly T[]): T[] => list.filter((_, i) => isShared[i]);
  const alone = rows.filter((_, i) => !isShared[i]).map(({ name }) => name);
  const hidden = alone.filter((name) => name !== "output").map((name) => Number(name.replace(/^layer/, "")));
  const places = [
    ...(hidden.length > 0 ? [layersText(hidden)] : []),
    ...(alone.includes("output") ? ["the output layer"] : []),
  ].join(" and ");
  return {
    compared: {
      ...whole,
      rows: shared(rows),
      differences: Object.fromEntries(
        Object.entries(differences).map(([name, of]) => [name, shared(of)] as const),
      ),
    },
    left: [
      {
        kind: "paragraph",
        text: `Nothing stands beside ${places}: one run alone has ${alone.length === 1 ? "it" : "them"}.`,
      },
    ],
  };
}

function drawsText(
  { paired, replicates: { count, range } }: Pick<Comparison, "paired" | "replicates">,
  isGiven: boolean,
): string {
  const draws = paired
    ? "Paired: all have one seed, and tensors of the same name and shape come from the same draws."
    : "Unpaired: each has its own seed, so that differences hold chance too.";
  if (count > 1)
    return `${draws} Tables have medians over ${count} seeds; what is beside the first run is taken seed by seed, with its ${range ?? "range"} in brackets where seeds differ in it.`;
  return isGiven ? draws : `${draws} Figures are of the first seed.`;
}

function differencesTable(runs: readonly Run[]): Block {
  const differences = joinedDifferences(specDifferences(runs.map(({ result }) => result.spec)));
  if (differences.length === 0) return { kind: "paragraph", text: "The specs are the same." };
  return {
    kind: "table",
    table: table(
      "spec-differences",
      null,
      "What the specs differ in",
      [textColumn("Field", "path"), ...runs.map(({ number }) => textColumn(`Run ${number}`, `run${number}`))],
      differences.map(({ path, values }) => [textCell(path), ...values.map((value) => valueOf(path, value))]),
    ),
  };
}

/** A layer that a spec has not is no layer without a normalization. */
function valueOf(path: string, value: unknown): Cell {
  if (typeof value === "number") return { text: String(value), value };
  return value === null && path.startsWith("network.layers[") ? NONE : textCell(specValueText(value));
}

function overlays(runs: readonly Run[], hasSeeds: boolean): Block {
  const overlaid = runs.map(({ number, result }) => ({
    name: `run ${number}`,
    run: (number - 1) % 8,
    layers: result.layers,
    sizes: () => null,
  }));
  const figures = PROFILES.flatMap(({ key }): DrawnFigure[] => {
    const overlay = profileOverlay(key, overlaid);
    return overlay
      ? [{ figure: overlay, ...PROFILE_SIZE, alternative: linesText(overlay), isCompact: false }]
      : [];
  });
  return {
    kind: "figures",
    caption: `Solid: measured${hasSeeds ? ", of the first seed" : ""}; dashed: predicted. ${runs.map(({ number, name }) => `Run ${number}: ${name || "untitled"}`).join("; ")}.`,
    across: 2,
    figures,
  };
}

/** What is 0 everywhere is said in a sentence, and stands in the CSV. */
const isNothing = (rows: readonly (readonly (Compared | null)[])[]): boolean =>
  rows.every((row) => row.every((one) => one === null || one.value === 0));

const tableBlock = ({
  isNothing: kind,
  ...of
}: {
  readonly isNothing: boolean;
  readonly table: Table;
}): Block => ({ kind: kind ? "series" : "table", ...of });

function nothing({ differences }: Pick<Comparison, "differences">): Block[] {
  const titles = LAYER_FIGURES.filter(({ name }) => {
    const rows = differences[name] ?? [];
    return isNothing(rows) && rows.some((row) => row.some((one) => one !== null));
  }).map(({ title }) => title);
  return titles.length === 0
    ? []
    : [{ kind: "paragraph", text: `0 in every layer of every run: ${titles.join(", ")}.` }];
}

/** So many runs have their figure and what it is beside the first run's in one table. */
const BESIDE = 4;

function figureTables(
  compared: ComparedFigures,
  whole: ComparedFigures,
  runs: readonly Run[],
): { readonly isNothing: boolean; readonly table: Table }[] {
  const rows = compared.rows.map(({ name }) => name.replace(/^layer/, ""));
  const ofLayers = LAYER_FIGURES.flatMap((one) =>
    tablesOf(one, rows, compared.differences[one.name] ?? [], runs).map((table) => ({
      table,
      isNothing: isNothing(whole.differences[one.name] ?? []),
    })),
  );
  const network = NETWORK_FIGURES.flatMap((one) =>
    tablesOf(one, ["network"], [compared.networkDifferences[one.name] ?? []], runs).map((table) => ({
      table,
      isNothing: false,
    })),
  );
  return [...ofLayers, ...network];
}

function tablesOf(
  one: HeadlineFigure,
  rows: readonly string[],
  differences: readonly (readonly (Compared | null)[])[],
  runs: readonly Run[],
): Table[] {
  if (differences.every((row) => row.every((beside) => beside === null))) return [];
  const name = one.name.replaceAll(/[^A-Za-z]+/g, "-").toLowerCase();
  const place = textColumn("Layer", "layer");
  const value = ({ number }: Run): Column => numberColumn(`Run ${number}`, `run${number}`);
  const beside = ({ number }: Run): Column =>
    one.scale === "log"
      ? numberColumn(`${number}\u00a0/\u00a01`, `run${number}.ratio`)
      : numberColumn(`${number}\u00a0−\u00a01`, `run${number}.difference`);
  const valuesOf = (row: readonly (Compared | null)[], i: number): Cell => valueCell(one, row[i] ?? null);
  const besides = (row: readonly (Compared | null)[], i: number): Cell =>
    besideCell(one, row[0] ?? null, row[i] ?? null);
  const title = capital(one.title);
  const make = (
    suffix: string,
    caption: string,
    columns: Column[],
    cells: (row: (typeof differences)[number]) => Cell[],
    isKept: (row: readonly Cell[]) => boolean = () => true,
  ) =>
    table(
      `compared-${name}${suffix}`,
      null,
      caption,
      [place, ...columns],
      differences.flatMap((row, r) => {
        const made = cells(row);
        return isKept(made) ? [[textCell(rows[r] ?? String(r + 1)), ...made]] : [];
      }),
    );
  if (runs.length <= BESIDE)
    return [
      make(
        "",
        title,
        runs.flatMap((run, i) => (i === 0 ? [value(run)] : [value(run), beside(run)])),
        (row) => runs.flatMap((_, i) => (i === 0 ? [valuesOf(row, i)] : [valuesOf(row, i), besides(row, i)])),
      ),
    ];
  const others = runs.slice(1);
  return [
    make("", title, runs.map(value), (row) => runs.map((_, i) => valuesOf(row, i))),
    make(
      "-beside",
      `${title} beside run 1`,
      others.map(beside),
      (row) => others.map((_, i) => besides(row, i + 1)),
      // The first run may be the shallower one.
      (row) => row.some(({ value }) => value !== undefined),
    ),
  ];
}

const valueCell = ({ unit }: HeadlineFigure, beside: Compared | null): Cell =>
  beside ? cellIn(unit)(beside.value) : NONE;

function besideCell(one: HeadlineFigure, first: Compared | null, beside: Compared | null): Cell {
  const isRatio = one.scale === "log";
  const value = isRatio ? beside?.ratio : beside?.difference;
  if (value === undefined || value === null) return NONE;
  const band = isRatio ? beside?.bands?.ratio : beside?.bands?.difference;
  const size = Math.max(Math.abs(first?.value ?? 0), Math.abs(beside?.value ?? 0));
  const written = (number: number) => (isRatio ? figure(number) : differenceText(one, number, size));
  const text = isRatio && !Number.isNaN(value) ? `×${written(value)}` : written(value);
  if (!band || written(band.low) === written(band.high)) return { text, value };
  return { text: `${text} (${written(band.low)} to ${written(band.high)})`, value };
}

/** What does not reach the last digit of the values beside it is said to be about nothing. */
function differenceText({ unit }: HeadlineFigure, value: number, size: number): string {
  if (value !== 0 && Math.abs(value) < 5e-4 * size) return "≈0";
  return `${value > 0 ? "+" : ""}${cellIn(unit)(value).text}`;
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
