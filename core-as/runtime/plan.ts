// What a run is going to do, worked out from the resolved spec and the size of its data alone: shapes,
// slabs of rows, barriers. Nothing here depends on the number of workers, so neither do results.
import { type CompiledFormula, compileFormula } from "../formula/formula";
import { activationParameter, ACTIVATIONS, isFormula } from "../spec/activations";
import type {
  ActivationSpec,
  BiasSpec,
  Experiment,
  LayerSpec,
  Normalization,
  WeightsSpec,
} from "../spec/experiment";

/** Rows passed through the layers together: what fits the caches. */
export const CHUNK_ROWS = 128;
/** Slabs are the unit of work and of the reduction: at most this many. */
export const MAX_SLABS = 64;
/** Rows kept for the effective rank and the mean cosine. */
export const HEAD_ROWS = 256;

/** What computes phi: a kernel of its own, or the programs of a formula. */
export type PhiPlan =
  | { readonly kind: "kernel"; readonly code: number; readonly parameter: number }
  | ({ readonly kind: "formula" } & CompiledFormula);

export interface LayerPlan {
  /** 1..L. */
  readonly index: number;
  readonly name: string;
  /** Prefix of its streams: "layer/3" or "output". */
  readonly stream: string;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly activation: ActivationSpec;
  readonly phi: PhiPlan;
  readonly normalization: Normalization;
  readonly weights: WeightsSpec;
  readonly bias: BiasSpec;
  /** Layer whose output is added after this one (0: the inputs), or null. */
  readonly shortcutFrom: number | null;
  /** phi's share in the sum at a shortcut; 1 elsewhere. */
  readonly scale: number;
}

export interface Slab {
  readonly index: number;
  readonly firstRow: number;
  readonly rows: number;
}

export interface RunPlan {
  readonly samples: number;
  readonly features: number;
  readonly layers: readonly LayerPlan[];
  readonly slabs: readonly Slab[];
  readonly backward: Experiment["backward"]["kind"];
  /** Batch normalization somewhere: rows wait for each other. */
  readonly barriers: boolean;
  /** Keep and return every tensor of every row. */
  readonly keepTensors: boolean;
  readonly seed: number;
}

export function planRun(
  spec: Experiment,
  samples: number,
  features: number,
  seed: number,
  keepTensors: boolean,
): RunPlan {
  const layers = planLayers(spec, features);
  return {
    samples,
    features,
    layers,
    slabs: cutSlabs(samples),
    backward: spec.backward.kind,
    barriers: layers.some((layer) => layer.normalization === "batch"),
    keepTensors,
    seed,
  };
}

/** Plans by activation: a formula is compiled once, in however many layers it stands. */
function phiPlans(): (activation: ActivationSpec) => PhiPlan {
  const known = new Map<string, PhiPlan>();
  return (activation) => {
    const key = JSON.stringify(activation);
    const before = known.get(key);
    if (before !== undefined) return before;
    const plan: PhiPlan = isFormula(activation)
      ? { kind: "formula", ...compileFormula(activation) }
      : {
          kind: "kernel",
          code: ACTIVATIONS[activation.name].code,
          parameter: activationParameter(activation),
        };
    known.set(key, plan);
    return plan;
  };
}

function planLayers(spec: Experiment, features: number): LayerPlan[] {
  const phiOf = phiPlans();
  const { layers: hidden, output, residual } = spec.network;
  const specs: LayerSpec[] = output ? [...hidden, output] : [...hidden];
  const widthOf = (index: number) => (index === 0 ? features : specs[index - 1]!.units);
  return specs.map((layer, i) => {
    const index = i + 1;
    const isOutput = index > hidden.length;
    const closesBlock = residual !== undefined && !isOutput && index % residual.every === 0;
    const from = closesBlock ? index - residual.every : null;
    const joins = from !== null && widthOf(from) === layer.units;
    return {
      index,
      name: isOutput ? "output" : `layer${index}`,
      stream: isOutput ? "output" : `layer/${index}`,
      fanIn: widthOf(i),
      fanOut: layer.units,
      activation: layer.activation,
      phi: phiOf(layer.activation),
      normalization: layer.normalization,
      weights: layer.weights,
      bias: layer.bias,
      shortcutFrom: joins ? from : null,
      scale: joins && residual ? residual.scale : 1,
    };
  });
}

/** Slabs of whole chunks, at most MAX_SLABS of them. */
export function cutSlabs(samples: number): Slab[] {
  const chunks = Math.ceil(samples / CHUNK_ROWS);
  const rowsPerSlab = Math.ceil(chunks / MAX_SLABS) * CHUNK_ROWS;
  const slabs: Slab[] = [];
  for (let firstRow = 0; firstRow < samples; firstRow += rowsPerSlab)
    slabs.push({ index: slabs.length, firstRow, rows: Math.min(rowsPerSlab, samples - firstRow) });
  return slabs;
}
