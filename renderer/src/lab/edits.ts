// Changes of an experiment, each giving a new one: what the panel's controls do. What was alike stays alike, what can
// be kept is kept, and what a change would make impossible is taken along (outputs for classes, the backward pass).
// They judge nothing: the session parses what comes out.
import { DIGITS } from "../../../core-as/spec/bounds";
import { knownShape } from "../../../core-as/spec/dimensions";
import type {
  ActivationSpec,
  BackwardKind,
  BiasSpec,
  DataSpec,
  Experiment,
  FileDataSpec,
  LayerSpec,
  MeasureSpec,
  NetworkSpec,
  Normalization,
  ResidualSpec,
  WeightsSpec,
} from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { Preset } from "../../../core-as/spec/presets";
import { labelClasses } from "../../../core-as/spec/rules";
import { defaultBias } from "../../../core-as/spec/schemes";

/**
 * Which layers a change is about: one hidden layer (from 0), the output, or all hidden ones that are as most are in
 * what is changed; those that were given their own keep it.
 */
export type Target = "all" | "output" | number;

export type SourceName = DataSpec["source"];
export type GeneratedSource = Exclude<SourceName, "file">;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function fromPreset(preset: Preset, draws: number): Experiment {
  return { ...parseExperiment(preset.spec), replicates: draws };
}

export function setSeed(spec: Experiment, seed: number): Experiment {
  return { ...spec, seed };
}

export function setDraws(spec: Experiment, replicates: number): Experiment {
  return { ...spec, replicates };
}

export function setMeasure(spec: Experiment, change: Partial<MeasureSpec>): Experiment {
  return { ...spec, measure: { ...spec.measure, ...change } };
}

/** Cross-entropy brings the outputs that it needs. */
export function setBackward(spec: Experiment, kind: BackwardKind): Experiment {
  return withOutputsFor({ ...spec, backward: { kind } });
}

/** The parameters that both sources have are kept; the digits come standardized, being far from unit size. */
export function setSource(spec: Experiment, source: GeneratedSource): Experiment {
  const { data } = spec;
  if (data.source === source) return spec;
  const has = <T>(name: string, otherwise: T): T => (data as unknown as Record<string, T>)[name] ?? otherwise;
  const samples = has("samples", 1000);
  const features = has("features", 100);
  const noise = has("noise", 0.1);
  const standardize = source === "digits" || (data.source !== "digits" && data.standardize);
  const made = ((): DataSpec => {
    switch (source) {
      case "gaussian":
        return { source, samples, features, mean: 0, std: 1, correlation: 0, standardize };
      case "uniform":
        return { source, samples, features, low: -1, high: 1, standardize };
      case "digits":
        return { source, samples: Math.min(samples, DIGITS.samples), standardize };
      case "two_moons":
      case "xor":
        return { source, samples, noise, standardize };
      case "spirals":
        return { source, samples, noise, classes: 2, turns: 1, standardize };
    }
  })();
  return withData(spec, made);
}

/** The file's fields; samples: every row. */
export function setFile(
  spec: Experiment,
  file: Pick<FileDataSpec, "path" | "label" | "images" | "labels" | "inputs">,
): Experiment {
  const { standardize } = spec.data;
  return withData(spec, { source: "file", samples: null, standardize, ...file });
}

/** Changes parameters of the source in hand; an undefined one is left out. */
export function setData(spec: Experiment, change: Readonly<Record<string, unknown>>): Experiment {
  const changed = { ...spec.data, ...change } as Record<string, unknown>;
  for (const [name, value] of Object.entries(changed)) if (value === undefined) delete changed[name];
  const data = changed as unknown as DataSpec;
  if (data.source === "gaussian" && data.features > 1) {
    // More features leave less room for all of them to go against each other.
    const least = -1 / (data.features - 1);
    if (data.correlation < least) return withData(spec, { ...data, correlation: least });
  }
  return withData(spec, data);
}

function withData(spec: Experiment, data: DataSpec): Experiment {
  const before = labelClasses(spec.data);
  const after = labelClasses(data);
  const { train, ...rest } = spec;
  const changed: Experiment = { ...rest, data };
  const trained = train && after !== null ? withBatch({ ...changed, train }) : changed;
  if (after === null)
    return trained.backward.kind === "cross_entropy" ? { ...trained, backward: { kind: "probe" } } : trained;
  const { output } = trained.network;
  const followed = output !== undefined && output.units === before && typeof after === "number";
  return withOutputsFor(followed ? setUnits(trained, "output", after) : trained);
}

function withBatch(spec: Experiment): Experiment {
  const samples = knownShape(spec.data)?.samples;
  if (!spec.train || !samples) return spec;
  const most = Math.max(1, Math.floor(samples * (1 - spec.train.validationShare)));
  return spec.train.batchSize <= most ? spec : { ...spec, train: { ...spec.train, batchSize: most } };
}

/** Where the loss is cross-entropy, or there is training, and the classes are known: as many outputs. */
function withOutputsFor(spec: Experiment): Experiment {
  const classes = labelClasses(spec.data);
  const isAsked = spec.backward.kind === "cross_entropy" || spec.train !== undefined;
  if (!isAsked || typeof classes !== "number") return spec;
  const { layers, output } = spec.network;
  if ((output ?? layers.at(-1))?.units === classes) return spec;
  return setUnits(output ? spec : setOutput(spec, true), "output", classes);
}

/** What most hidden layers have there; of equals, what comes first. */
export function usual<F extends keyof LayerSpec>({ layers }: NetworkSpec, field: F): LayerSpec[F] {
  return mostOf(layers.map((layer) => layer[field]))!;
}

/** New layers are like the last one. */
export function setDepth(spec: Experiment, depth: number): Experiment {
  const { layers, residual } = spec.network;
  const last = layers.at(-1)!;
  const changed = Array.from({ length: depth }, (_, i) => layers[i] ?? last);
  return withNetwork(spec, {
    layers: changed,
    ...(residual ? { residual: { ...residual, every: Math.min(residual.every, depth) } } : {}),
  });
}

export function setUnits(spec: Experiment, target: Target, units: number): Experiment {
  return changeLayers(spec, target, "units", (layer) => ({ ...layer, units }));
}

/** What the scheme reckons with stays as it was chosen. */
export function setActivation(spec: Experiment, target: Target, activation: ActivationSpec): Experiment {
  return changeLayers(spec, target, "activation", (layer) => ({ ...layer, activation }));
}

/**
 * The bias goes along where it is the one that comes with the scheme. Outputs that are drawn like the hidden layers
 * stay so when all of these change.
 */
export function setWeights(spec: Experiment, target: Target, weights: WeightsSpec): Experiment {
  const change = (layer: LayerSpec): LayerSpec => ({
    ...layer,
    weights,
    bias: isSame(layer.bias, defaultBias(layer.weights)) ? defaultBias(weights) : layer.bias,
  });
  return withLikeOutput(spec, target, "weights", change);
}

export function setBias(spec: Experiment, target: Target, bias: BiasSpec): Experiment {
  const change = (layer: LayerSpec): LayerSpec => ({ ...layer, bias });
  return withLikeOutput(spec, target, "bias", change);
}

export function setNormalization(spec: Experiment, target: Target, normalization: Normalization): Experiment {
  return changeLayers(spec, target, "normalization", (layer) => ({ ...layer, normalization }));
}

/** The layer becomes what most of the others are. */
export function asTheOthers(spec: Experiment, index: number): Experiment {
  const others = spec.network.layers.filter((_, i) => i !== index);
  const other = mostOf(others);
  return other ? changeLayers(spec, index, null, () => other) : spec;
}

/** Layers that differ from what most are: their indices, from 0. */
export function oddLayers({ layers }: NetworkSpec): readonly number[] {
  const most = mostOf(layers);
  return layers.flatMap((layer, i) => (isSame(layer, most) ? [] : [i]));
}

/** The most frequent; of equals the first. */
function mostOf<T>(values: readonly T[]): T | undefined {
  const counts = new Map<string, number>();
  for (const value of values) {
    const key = JSON.stringify(value);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return values.find((value) => counts.get(JSON.stringify(value)) === most);
}

/** Linear outputs, drawn like the last hidden layer, one for each class; without labels ten. */
export function setOutput(spec: Experiment, isOn: boolean): Experiment {
  const { output: _output, ...rest } = spec.network;
  if (isOn) {
    const last = spec.network.layers.at(-1)!;
    const classes = labelClasses(spec.data);
    const weights: WeightsSpec =
      last.weights.scheme === "file" ? { scheme: "xavier_normal", gain: 1 } : last.weights;
    const output: LayerSpec = {
      units: typeof classes === "number" ? classes : 10,
      activation: { name: "identity" },
      weights,
      bias: defaultBias(weights),
      normalization: "none",
    };
    return { ...spec, network: { ...rest, output } };
  }
  const without: Experiment = { ...spec, network: rest };
  const classes = labelClasses(spec.data);
  const fits = classes === null || classes === "unknown" || rest.layers.at(-1)?.units === classes;
  if (fits) return without;
  // Nothing is left that the labels could be held against.
  const { train: _train, ...untrained } = without;
  return untrained.backward.kind === "cross_entropy"
    ? { ...untrained, backward: { kind: "probe" } }
    : untrained;
}

/** Null takes the shortcuts away. */
export function setResidual(spec: Experiment, residual: ResidualSpec | null): Experiment {
  const { residual: _residual, ...rest } = spec.network;
  return { ...spec, network: residual ? inOrder({ ...rest, residual }) : rest };
}

/** Weights and biases; null where only the file knows the features. */
export function parameterCount(spec: Experiment, features = knownShape(spec.data)?.features): number | null {
  if (features === undefined) return null;
  const { layers, output } = spec.network;
  let fanIn = features;
  let count = 0;
  for (const { units } of output ? [...layers, output] : layers) {
    count += (fanIn + 1) * units;
    fanIn = units;
  }
  return count;
}

export function layerAt(spec: Experiment, target: Target): LayerSpec | undefined {
  const { layers, output } = spec.network;
  return target === "output" ? output : layers[target === "all" ? 0 : target];
}

/** `field` null: whatever the layer is. */
function changeLayers(
  spec: Experiment,
  target: Target,
  field: keyof LayerSpec | null,
  change: (layer: LayerSpec) => LayerSpec,
): Experiment {
  const { layers, output } = spec.network;
  if (target === "output")
    return output ? { ...spec, network: { ...spec.network, output: change(output) } } : spec;
  const most = target === "all" && field !== null ? usual(spec.network, field) : null;
  const isMeant = (layer: LayerSpec, i: number) =>
    target === "all" ? field === null || isSame(layer[field], most) : target === i;
  return withNetwork(spec, { layers: layers.map((layer, i) => (isMeant(layer, i) ? change(layer) : layer)) });
}

function withLikeOutput(
  spec: Experiment,
  target: Target,
  field: "weights" | "bias",
  change: (layer: LayerSpec) => LayerSpec,
): Experiment {
  const changed = changeLayers(spec, target, field, change);
  const { output } = spec.network;
  const isLike = output && isSame(usual(spec.network, field), output[field]);
  return target === "all" && isLike
    ? { ...changed, network: { ...changed.network, output: change(output) } }
    : changed;
}

function withNetwork(spec: Experiment, change: Partial<NetworkSpec>): Experiment {
  return withOutputsFor({ ...spec, network: inOrder({ ...spec.network, ...change }) });
}

function inOrder({ layers, residual, output }: NetworkSpec): NetworkSpec {
  return { layers, ...(residual ? { residual } : {}), ...(output ? { output } : {}) };
}
