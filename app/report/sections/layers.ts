// Every headline figure of every layer, predicted beside measured, with the bands of several seeds; and what is said of
// the whole network.
import { LAYER_FIGURES, type LayerFigure } from "../../../core-as/spec/headline";
import { figure, layersText } from "../../../core-as/spec/number";
import type { LayerResult, ReplicatesResult, RunResult } from "../../../core-as/spec/result";
import { cellIn, NONE, numberCell, numberColumn, shareCell, table, textCell, textColumn } from "../cell";
import type { Block, Cell, Column, Table } from "../document";
import type { Reported } from "../reported";
import { perRun } from "./perRun";

type Group = LayerFigure["group"];

const CAPTIONS: readonly (readonly [Group, string])[] = [
  ["forward", "Signal by layer"],
  ["units", "Units by layer"],
  ["backward", "Gradient by layer"],
];

export function layers(reported: Reported): readonly Block[] {
  return perRun("layers", reported, ({ number, result }) => {
    if (!result) return [];
    const tables = CAPTIONS.flatMap(([group, caption]) => figuresTable(result, number, group, caption));
    const bands = result.replicates
      ? CAPTIONS.flatMap(([group, caption]) => bandsTable(result, result.replicates!, number, group, caption))
      : [];
    return [
      ...[...tables, ...bands, ...networkTable(result, number)].map((one): Block => ({
        kind: "table",
        table: one,
      })),
      ...absent(result),
      ...spectra(result, number),
    ];
  });
}

export const layerLabel = ({ index, name }: Pick<LayerResult, "index" | "name">): string =>
  name === "output" ? "output" : String(index);

/** Figures that have a meaning in at least one layer. */
function shown(group: Group, { layers }: RunResult): readonly LayerFigure[] {
  return LAYER_FIGURES.filter((one) => one.group === group && layers.some((layer) => one.of(layer) !== null));
}

function figuresTable(result: RunResult, run: number, group: Group, caption: string): Table[] {
  const figures = shown(group, result);
  if (figures.length === 0) return [];
  const last = result.layers.at(-1)!;
  const hasTheory = (one: LayerFigure) =>
    one.predicted !== undefined &&
    result.layers.some(({ theory }) => theory && one.predicted!(theory, one.of(last)) !== null);
  const columns: Column[] = [textColumn("Layer", "layer")];
  if (group === "forward")
    columns.push(
      numberColumn("measured", "weights.std", "Weight std"),
      numberColumn("drawn from", "weights.std.predicted", "Weight std"),
    );
  for (const one of figures) {
    const title = capital(one.title);
    if (!hasTheory(one)) columns.push(numberColumn(title, one.name));
    else
      columns.push(
        numberColumn("measured", one.name, title),
        numberColumn("predicted", `${one.name}.predicted`, title),
      );
  }
  const rows = result.layers.map((layer): Cell[] => [
    textCell(layerLabel(layer)),
    ...(group === "forward" ? [numberCell(layer.weights.std), numberCell(layer.theory?.weightStd)] : []),
    ...figures.flatMap((one) => {
      const cell = cellIn(one.unit);
      if (!hasTheory(one)) return [cell(one.of(layer))];
      return [cell(one.of(layer)), cell(layer.theory && one.predicted!(layer.theory, one.of(last)))];
    }),
  ]);
  return [table(`layers-${group}`, run, caption, columns, rows)];
}

function bandsTable(
  result: RunResult,
  { bands, count, range }: ReplicatesResult,
  run: number,
  group: Group,
  caption: string,
): Table[] {
  const figures = shown(group, result).filter(({ name }) => bands.some((layer) => layer[name]));
  if (figures.length === 0) return [];
  const [low, high] = range === "min-max" ? ["least", "most"] : ["5 %", "95 %"];
  return [
    table(
      `bands-${group}`,
      run,
      `${caption} over ${count} seeds: median and ${range === "min-max" ? "extremes" : range}`,
      [
        textColumn("Layer", "layer"),
        ...figures.flatMap(({ name, title }) => [
          numberColumn("median", `${name}.median`, capital(title)),
          numberColumn(low, `${name}.low`, capital(title)),
          numberColumn(high, `${name}.high`, capital(title)),
        ]),
      ],
      result.layers.map((layer, i): Cell[] => [
        textCell(layerLabel(layer)),
        ...figures.flatMap(({ name, unit }) => {
          const band = bands[i]?.[name];
          const cell = cellIn(unit);
          return band ? [cell(band.median), cell(band.low), cell(band.high)] : [NONE, NONE, NONE];
        }),
      ]),
    ),
  ];
}

function networkTable({ network }: RunResult, run: number): Table[] {
  const { loss, accuracy, jacobian, depthScales, bornDead } = network;
  const row = (name: string, measured: Cell, predicted: Cell = NONE) => [textCell(name), measured, predicted];
  const rows: Cell[][] = [];
  if (loss !== undefined) rows.push(row("Loss, nats", numberCell(loss)));
  if (accuracy !== undefined) rows.push(row("Right answers", shareCell(accuracy)));
  if (jacobian) {
    const { meanSquare, predictedMeanSquare, conditionNumber, spread, predictedSpread } = jacobian;
    rows.push(
      row("Jacobian: mean square singular value", numberCell(meanSquare), numberCell(predictedMeanSquare)),
    );
    rows.push(row("Jacobian: spread of the squares", numberCell(spread), numberCell(predictedSpread)));
    rows.push(row("Jacobian: condition number", numberCell(conditionNumber)));
  }
  if (depthScales) {
    rows.push(row("Depth scale of the mean square, layers", NONE, numberCell(depthScales.q)));
    rows.push(row("Depth scale of the correlation, layers", NONE, numberCell(depthScales.c)));
    rows.push(row("Depth scale of the gradient, layers", NONE, numberCell(depthScales.gradient)));
  }
  if (bornDead) {
    rows.push(row("Odds of a draw born dead, at least", NONE, shareCell(bornDead.low)));
    rows.push(row("Odds of a draw born dead, at most", NONE, shareCell(bornDead.high)));
  }
  if (rows.length === 0) return [];
  const columns = [
    textColumn("Figure", "figure"),
    numberColumn("Measured", "measured"),
    numberColumn("Predicted", "predicted"),
  ];
  return [table("whole-network", run, "The whole network", columns, rows)];
}

/** Why layers have no prediction, each reason once. */
function absent({ layers }: RunResult): Block[] {
  const reasons = new Map<string, number[]>();
  for (const { index, theoryAbsent } of layers)
    if (theoryAbsent !== undefined) reasons.set(theoryAbsent, [...(reasons.get(theoryAbsent) ?? []), index]);
  return [...reasons].map(([reason, indices]) => ({
    kind: "paragraph",
    text: `No prediction for ${layersText(indices)}: ${reason}.`,
  }));
}

/** What was measured on request and has no table on the page: singular values, the correlation map. */
function spectra({ layers, network: { jacobian, correlation } }: RunResult, run: number): Block[] {
  const blocks: Block[] = [];
  const series = (name: string, caption: string, columns: readonly Column[], rows: Table["rows"]) =>
    blocks.push({ kind: "series", table: table(name, run, caption, columns, rows) });
  const place = textColumn("Place", "place");
  const spectrum = layers.flatMap((layer) =>
    (layer.spectrum ?? []).map((value, i) => [textCell(`${layerLabel(layer)}, ${i + 1}`), numberCell(value)]),
  );
  if (spectrum.length > 0)
    series(
      "spectra",
      "Singular values of the weights",
      [place, numberColumn("Value", "singularValue")],
      spectrum,
    );
  if (jacobian)
    series(
      "jacobian",
      `Singular values of the Jacobian at sample ${jacobian.sample}`,
      [place, numberColumn("Value", "singularValue")],
      jacobian.singularValues.map((value, i) => [textCell(String(i + 1)), numberCell(value)]),
    );
  if (correlation)
    series(
      "correlation",
      "Correlation of pairs by their angle at the input",
      [
        place,
        numberColumn("Angle", "angle"),
        numberColumn("Measured", "measured"),
        numberColumn("Predicted", "predicted"),
      ],
      correlation.measured.flatMap((row, l) =>
        row.map((value, a) => [
          textCell(`${layers[l] ? layerLabel(layers[l]) : l + 1}, ${figure(correlation.angles[a] ?? NaN)}`),
          numberCell(correlation.angles[a]),
          numberCell(value),
          numberCell(correlation.predicted?.[l]?.[a]),
        ]),
      ),
    );
  return blocks;
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
