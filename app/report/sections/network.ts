// What was run: data, layers, the formula of each initialisation with its numbers, seeds.
import { figure, layersText } from "../../../core-as/spec/number";
import type { Experiment, LayerSpec } from "../../../core-as/spec/experiment";
import type { LayerResult, RunResult } from "../../../core-as/spec/result";
import { schemeFormula } from "../../../core-as/spec/schemeFormula";
import { SCHEMES } from "../../../core-as/spec/schemes";
import { countCell, numberColumn, table, textCell, textColumn } from "../cell";
import type { Block, Cell } from "../document";
import type { Reported, ReportedOne } from "../reported";
import { activationText, BACKWARD, biasText, dataText, sizeText, trainText, weightsText } from "../words";
import { perRun } from "./perRun";
import { startsOf } from "./starts";

export function network(reported: Reported): readonly Block[] {
  return perRun("network", reported, (run) => {
    const specs = networksOf(run);
    const [first] = specs;
    if (!first) return [];
    return [
      { kind: "terms", terms: termsOf(first, run) },
      ...specs.flatMap((spec, i): Block[] => {
        const layers = layersOf(spec, run, i === 0 ? run.result : null);
        const caption = specs.length === 1 ? "Layers" : `Layers: ${spec.name || run.name || "untitled"}`;
        return [layerTable(run.number, i, caption, layers), ...formulas(layers)];
      }),
      ...nearest(run.result),
    ];
  });
}

/** What was measured, and each start that was trained and is another network than those before it. */
function networksOf(run: ReportedOne): readonly Experiment[] {
  const specs = [
    ...(run.result ? [run.result.spec] : []),
    ...startsOf(run).map(({ trainings: [{ spec }] }) => spec),
  ];
  const keys = specs.map((spec) => JSON.stringify(spec.network));
  return specs.filter((_, i) => keys.indexOf(keys[i]!) === i);
}

interface DescribedLayer {
  readonly index: number;
  readonly isOutput: boolean;
  readonly spec: LayerSpec;
  readonly fanIn: number | null;
  readonly measured: LayerResult | null;
}

/** `result`: what was measured of this very spec. */
function layersOf(
  spec: Experiment,
  { result: measured, trainings }: ReportedOne,
  result: RunResult | null,
): DescribedLayer[] {
  const { layers, output } = spec.network;
  const features = measured?.layers[0]?.fanIn ?? trainings[0]?.features ?? null;
  const all = output ? [...layers, output] : layers;
  return all.map((layer, i) => ({
    index: i + 1,
    isOutput: i === layers.length,
    spec: layer,
    fanIn: i === 0 ? features : all[i - 1]!.units,
    measured: result?.layers[i] ?? null,
  }));
}

function termsOf(spec: Experiment, { result, trainings }: ReportedOne): { term: string; text: string }[] {
  const first = result?.layers[0];
  const samples = first ? first.preactivations.count / first.fanOut : null;
  const features = first?.fanIn ?? trainings[0]?.features ?? null;
  const { count, seeds } = result?.replicates ?? { count: 1, seeds: [spec.seed] };
  const { residual } = spec.network;
  const files = Object.entries(spec.data.source === "file" ? (spec.data.sha256 ?? {}) : {});
  return [
    { term: "Data", text: `${sizeText(spec, samples, features)}, ${dataText(spec.data)}` },
    ...files.map(([name, hash]) => ({ term: `sha256 of ${name}`, text: hash })),
    {
      term: count === 1 ? "Seed" : "Seeds",
      text: count === 1 ? String(spec.seed) : `${seeds[0]} to ${seeds.at(-1)}; layers are shown of the first`,
    },
    ...(result ? [{ term: "Gradients", text: BACKWARD[spec.backward.kind] }] : []),
    ...(residual
      ? [{ term: "Shortcuts", text: `over every ${residual.every} layers, times ${figure(residual.scale)}` }]
      : []),
    ...(trainings.length > 0 ? [{ term: "Training", text: trainText(trainings[0]!.spec) }] : []),
  ];
}

/** Neighbours that are alike in one row. */
function layerTable(run: number, at: number, caption: string, layers: readonly DescribedLayer[]): Block {
  const hasNormalization = layers.some(({ spec }) => spec.normalization !== "none");
  // Where shortcuts end is said above the table.
  const groups = grouped(layers, ({ spec, fanIn, isOutput }) => JSON.stringify([spec, fanIn, isOutput]));
  return {
    kind: "table",
    table: table(
      at === 0 ? "network" : `network-${at + 1}`,
      run,
      caption,
      [
        textColumn("Layer", "layer"),
        numberColumn("Inputs", "fanIn"),
        numberColumn("Units", "units"),
        textColumn("Activation", "activation"),
        textColumn("Weights", "weights"),
        textColumn("Bias", "bias"),
        ...(hasNormalization ? [textColumn("Normalization", "normalization")] : []),
        numberColumn("Parameters", "parameters"),
      ],
      groups.map((group): Cell[] => {
        const { spec, fanIn, isOutput } = group[0]!;
        const last = group.at(-1)!.index;
        const place = group.length === 1 ? String(last) : `${group[0]!.index} to ${last}`;
        return [
          textCell(isOutput ? "output" : place),
          countCell(fanIn),
          countCell(spec.units),
          textCell(activationText(spec.activation)),
          textCell(weightsText(spec.weights)),
          textCell(biasText(spec.bias)),
          ...(hasNormalization ? [textCell(spec.normalization)] : []),
          countCell(fanIn === null ? null : group.length * spec.units * (fanIn + 1)),
        ];
      }),
    ),
  };
}

/** No report needs more: layers that differ so much are read in the spec. */
const MOST_FORMULAS = 12;

/** One a law: layers whose formula has the same numbers share it. */
function formulas(layers: readonly DescribedLayer[]): Block[] {
  const byFormula = new Map<string, { readonly scheme: string; readonly places: number[] }>();
  for (const { index, spec, fanIn, measured } of layers) {
    if (fanIn === null) continue;
    const { weights, units } = spec;
    const weightStd = measured ? (measured.theory?.weightStd ?? measured.weights.std) : null;
    const { tex } = schemeFormula(weights, { fanIn, fanOut: units, weightStd, inputMeanSquare: null });
    const { title, source } = SCHEMES[weights.scheme];
    const scheme = source === "" ? title : `${title} (${source})`;
    const found = byFormula.get(tex);
    if (found) found.places.push(index);
    else byFormula.set(tex, { scheme, places: [index] });
  }
  return [...byFormula].slice(0, MOST_FORMULAS).map(([latex, { scheme, places }]) => ({
    kind: "formula",
    latex,
    caption: `${capital(layersText(places))}: ${scheme}`,
  }));
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/** What a framework would have drawn nearest to it. */
function nearest(result: RunResult | null): Block[] {
  const texts = (result?.nearestDefaults ?? [])
    .filter(
      ({ layer, stdRatio }) =>
        layer <= result!.spec.network.layers.length && stdRatio >= 0.5 && stdRatio <= 2,
    )
    .map(({ layer, framework, call, isDefault, stdRatio, sameDistribution, same }) => {
      const what = `${framework} ${call}${isDefault ? ", its default" : ""}`;
      return {
        layer,
        text: same
          ? `drawn as by ${what}`
          : `nearest to ${what}: ${figure(stdRatio)} of its std${sameDistribution ? "" : ", another distribution"}`,
      };
    });
  const groups = grouped(texts, ({ text }) => text);
  return groups.slice(0, MOST_FORMULAS).map((group) => ({
    kind: "paragraph",
    text: `Weights of ${layersText(group.map(({ layer }) => layer))}: ${group[0]!.text}.`,
  }));
}

/** Neighbours with one key. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups: { readonly key: string; readonly items: T[] }[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const last = groups.at(-1);
    if (last?.key === key) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map((group) => group.items);
}
