// One seed's run over the pool: data, weights, slabs, statistics. The order of every sum is that of the slabs,
// never that in which workers answer.
import { readWeights } from "../formats/weights";
import type { Experiment } from "../spec/experiment";
import type { LayerResult, NetworkResult } from "../spec/result";
import { knownShape } from "../spec/dimensions";
import type { LayerMeasurements } from "./combine";
import { drawRequests } from "./draw";
import { refuseTooLarge } from "./estimate";
import { batchMoments } from "./moments";
import type { BatchMoments, LayerTensors } from "./network";
import type { LayerPlan, RunPlan, Slab } from "./plan";
import { PILOT_ROWS, planRun } from "./plan";
import type { Context, Pool, Task } from "./pool";
import type { ProgressCounter } from "./progress";
import type { BarrierAnswer } from "./rows";
import type { GradientPart, SlabBarrier, SlabInput, SlabResult } from "./slab";
import { concatenate } from "./slab";
import { RunError } from "./errors";
import type { ContextPart, FileBytes, LayerReferences, PreparedData, TaskName, Tasks } from "./tasks";

export interface OnceOptions {
  readonly pool: Pool;
  readonly files: FileBytes;
  readonly memoryLimitBytes: number;
  readonly keepTensors: boolean;
  readonly signal: AbortSignal | undefined;
  readonly progress: ProgressCounter;
}

export interface OnceResult {
  readonly layers: readonly LayerResult[];
  readonly network: NetworkResult;
  readonly tensors: ReadonlyMap<string, KeptTensor> | null;
}

/** A tensor of the tensors file. */
export interface KeptTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Context ids need only differ from one another within the life of a pool's workers. */
let nextContext = 1;

export async function runOnce(
  spec: Experiment,
  seed: number,
  data: PreparedData,
  options: OnceOptions,
): Promise<OnceResult> {
  const run = new Once(spec, seed, data, options);
  return run.measure();
}

/** Draws or reads the batch of an experiment. */
export function prepareData(
  spec: Experiment,
  seed: number,
  { pool, files, signal }: OnceOptions,
): Promise<PreparedData> {
  return pool.run<PreparedData>(
    { kind: "data", payload: { data: spec.data, seed, files } satisfies Tasks["data"][0] },
    signal,
  );
}

/** Refuses a run that cannot fit, before any data is drawn, where its size is known beforehand. */
export function refuseBeforeData(spec: Experiment, options: OnceOptions): void {
  const shape = knownShape(spec.data);
  if (!shape) return;
  const plan = planRun(spec, shape.samples, shape.features, spec.seed, options.keepTensors);
  refuseTooLarge(plan, options.pool.workers, options.memoryLimitBytes);
}

class Once {
  readonly #spec: Experiment;
  readonly #plan: RunPlan;
  readonly #data: PreparedData;
  readonly #options: OnceOptions;
  readonly #backward: boolean;

  constructor(spec: Experiment, seed: number, data: PreparedData, options: OnceOptions) {
    this.#spec = spec;
    this.#data = data;
    this.#options = options;
    this.#plan = planRun(spec, data.samples, data.features, seed, options.keepTensors);
    this.#backward = spec.backward.kind !== "none";
    refuseTooLarge(this.#plan, options.pool.workers, options.memoryLimitBytes);
    this.#checkData();
  }

  async measure(): Promise<OnceResult> {
    const plan = this.#plan;
    const [tensors, cotangent] = await Promise.all([this.#drawWeights(), this.#drawProbe()]);
    if (plan.layers.some((layer) => layer.weights.scheme === "lsuv")) await this.#rescale(tensors, cotangent);
    const context = this.#context(tensors, cotangent);
    const passed = await this.#pass(context, cotangent);
    const gradients = passed.gradients;
    const measurements = plan.layers.map((layer, i) =>
      this.#run("combine", {
        context,
        payload: {
          layer: layer.index,
          references: passed.references[i]!,
          tallies: passed.slabs.map((slab) => slab.tallies[i]!),
          heads: passed.slabs.filter((slab) => slab.heads[i]!.length > 0).map((slab) => slab.heads[i]!),
          gradients: gradients ? gradients.of(layer) : null,
          spectrum: this.#spec.measure.spectra,
        },
      }).then((done) => {
        this.#options.progress.layerFinished();
        return done;
      }),
    );
    const [layers, extra] = await Promise.all([
      Promise.all(measurements),
      this.#onRequest(context, passed.moments),
    ]);
    return {
      layers: plan.layers.map((layer, i) => layerResult(layer, layers[i]!)),
      network: { ...this.#lossAndAccuracy(passed.slabs), ...extra },
      tensors: plan.keepTensors ? this.#keptTensors(tensors, passed) : null,
    };
  }

  // --- before the pass ------------------------------------------------------------------------------

  #checkData(): void {
    const { backward } = this.#spec;
    if (backward.kind !== "cross_entropy") return;
    const { labels, classes } = this.#data;
    const outputs = this.#plan.layers.at(-1)!.fanOut;
    if (!labels || classes === null)
      throw new RunError(
        "backward.kind",
        "cross_entropy needs labels, and this data has none; probe would be right, or data with labels",
      );
    if (classes > outputs)
      throw new RunError(
        this.#spec.network.output ? "network.output.units" : "network",
        `cross_entropy over ${classes} classes needs as many outputs, and the network has ${outputs}; an output layer of ${classes} units would be right`,
      );
  }

  async #drawWeights(): Promise<LayerTensors[]> {
    const { layers, seed } = this.#plan;
    const tensors = layers.map(
      (layer): { weights: Float32Array<ArrayBuffer>; bias: Float32Array<ArrayBuffer> } => ({
        weights:
          layer.weights.scheme === "file"
            ? this.#readWeights(layer)
            : new Float32Array(layer.fanIn * layer.fanOut),
        bias: new Float32Array(layer.fanOut),
      }),
    );
    const requests = layers.flatMap((layer, i) =>
      drawRequests(layer, seed).map((request) => ({ request, target: tensors[i]! })),
    );
    let drawn = 0;
    await Promise.all(
      requests.map(async ({ request, target }) => {
        const values = await this.#run("draw", { payload: request });
        target[request.tensor === "bias" ? "bias" : "weights"].set(values, request.first);
        this.#options.progress.weightsDrawn(++drawn / requests.length);
      }),
    );
    return tensors;
  }

  #readWeights(layer: LayerPlan): Float32Array<ArrayBuffer> {
    if (layer.weights.scheme !== "file") throw new Error("not a file scheme");
    const { path, tensor } = layer.weights;
    const bytes = this.#options.files.get(path);
    if (!bytes) throw new RunError(path, "the file of weights was not handed to the run");
    const { shape, data } = readWeights(path, tensor, bytes);
    if (shape[0] !== layer.fanOut || shape[1] !== layer.fanIn)
      throw new RunError(
        `${path}${tensor === null ? "" : `, ${tensor}`}`,
        `has shape [${shape.join(", ")}], and ${layer.name} needs [fan_out, fan_in] = [${layer.fanOut}, ${layer.fanIn}]`,
      );
    return Float32Array.from(data);
  }

  #drawProbe(): Promise<Float32Array<ArrayBuffer> | null> {
    if (this.#spec.backward.kind !== "probe") return Promise.resolve(null);
    const cols = this.#plan.layers.at(-1)!.fanOut;
    return this.#run("probe", { payload: { rows: this.#plan.samples, cols, seed: this.#plan.seed } });
  }

  async #rescale(tensors: LayerTensors[], cotangent: Float32Array | null): Promise<void> {
    const context = this.#context(tensors, cotangent);
    const scaled = await this.#run("lsuv", { context, payload: { inputs: this.#data.inputs } });
    for (const [index, weights] of scaled) tensors[index - 1] = { ...tensors[index - 1]!, weights };
  }

  #context(tensors: readonly LayerTensors[], cotangent: Float32Array | null): Context {
    const rows = Math.min(PILOT_ROWS, this.#plan.samples);
    const parts: ContextPart[] = [
      { kind: "run", plan: this.#plan, pilot: this.#rowsOf(0, rows, cotangent) },
      ...tensors.map((t, i): ContextPart => ({ kind: "layer", index: i + 1, tensors: t })),
    ];
    return { id: nextContext++, parts };
  }

  /** What rows [first, first + rows) bring with them. */
  #rowsOf(first: number, rows: number, cotangent: Float32Array | null): Omit<SlabInput, "slab"> {
    const { inputs, labels, features } = this.#data;
    const outputs = this.#plan.layers.at(-1)!.fanOut;
    return {
      inputs: inputs.slice(first * features, (first + rows) * features),
      labels:
        labels && this.#spec.backward.kind === "cross_entropy" ? labels.slice(first, first + rows) : null,
      cotangent: cotangent && cotangent.slice(first * outputs, (first + rows) * outputs),
    };
  }

  // --- the pass ---------------------------------------------------------------------------------------

  async #pass(context: Context, cotangent: Float32Array | null): Promise<Passed> {
    const { slabs, layers, barriers } = this.#plan;
    const gradients = this.#backward ? new GradientTotals(layers, slabs.length) : null;
    const moments = new Map<number, BatchMoments>();
    const task = (i: number, payload: Tasks["slab"][0]) =>
      this.#run("slab", {
        context,
        payload,
        ...(barriers ? { slot: i } : {}),
        onPart: (part) => gradients!.add(part as GradientPart),
        onProgress: (share) => this.#options.progress.slabPassed(i, share * slabs[i]!.rows),
      });
    const stepped = async (slab: Slab, i: number, payload: Tasks["slab"][0]) => {
      const step = await task(i, payload);
      if (step.state === "done") this.#options.progress.slabPassed(i, slab.rows);
      return step;
    };
    let steps = await Promise.all(
      slabs.map((slab, i) =>
        stepped(slab, i, { slab, ...this.#rowsOf(slab.firstRow, slab.rows, cotangent) }),
      ),
    );
    for (let barrier = 0; steps[0]!.state === "waiting"; barrier++) {
      const waiting = steps.map((step) => {
        if (step.state !== "waiting") throw new Error("slabs have come apart");
        return step.barrier;
      });
      const answer = answerBarrier(waiting, this.#plan.samples);
      if (answer.direction === "forward")
        moments.set(waiting[0]!.layer, { mean: answer.mean, invStd: answer.invStd });
      steps = await Promise.all(
        slabs.map((slab, i) => stepped(slab, i, { slabIndex: slab.index, barrier, answer })),
      );
    }
    const done = steps.map((step) => {
      if (step.state !== "done") throw new Error("slabs have come apart");
      return step;
    });
    return { slabs: done.map((step) => step.result), references: done[0]!.references!, gradients, moments };
  }

  async #onRequest(
    context: Context,
    batchMoments: ReadonlyMap<number, BatchMoments>,
  ): Promise<Tasks["measure"][1]> {
    const { jacobian, correlation } = this.#spec.measure;
    if (!jacobian && !correlation) return {};
    const { inputs, features } = this.#data;
    let sum = 0;
    for (const x of inputs) sum += x * x;
    const shared = {
      firstInput: inputs.slice(0, features),
      inputMeanSquare: sum / inputs.length,
      batchMoments,
    };
    const ask = (what: { jacobian: boolean; correlation: boolean }) =>
      what.jacobian || what.correlation
        ? this.#run("measure", { context, payload: { ...shared, ...what } })
        : Promise.resolve({});
    const [one, other] = await Promise.all([
      ask({ jacobian, correlation: false }),
      ask({ jacobian: false, correlation }),
    ]);
    return { ...one, ...other };
  }

  // --- after it ------------------------------------------------------------------------------------------

  #lossAndAccuracy(slabs: readonly SlabResult[]): Pick<NetworkResult, "loss" | "accuracy"> {
    if (this.#spec.backward.kind !== "cross_entropy") return {};
    let loss = 0;
    let right = 0;
    for (const { totals } of slabs) {
      loss += totals[0];
      right += totals[1];
    }
    return { loss: loss / this.#plan.samples, accuracy: right / this.#plan.samples };
  }

  #keptTensors(tensors: readonly LayerTensors[], passed: Passed): Map<string, KeptTensor> {
    const { samples, features, layers } = this.#plan;
    const kept = new Map<string, KeptTensor>();
    const stacked = (name: string, cols: number) => {
      const pieces = passed.slabs.map((slab) => slab.kept![name]!);
      kept.set(name, { shape: [samples, cols], data: concatenate(pieces) });
    };
    kept.set("inputs", { shape: [samples, features], data: this.#data.inputs });
    if (this.#data.labels) kept.set("labels", { shape: [samples], data: this.#data.labels });
    if (this.#backward) stacked("output_cotangent", layers.at(-1)!.fanOut);
    layers.forEach((layer, i) => {
      const name = `layer${layer.index}`;
      kept.set(`${name}.weight`, { shape: [layer.fanOut, layer.fanIn], data: tensors[i]!.weights });
      kept.set(`${name}.bias`, { shape: [layer.fanOut], data: tensors[i]!.bias });
      stacked(`${name}.preactivation`, layer.fanOut);
      stacked(`${name}.activation`, layer.fanOut);
      if (!passed.gradients) return;
      const { weights, bias } = passed.gradients.of(layer);
      kept.set(`${name}.grad_weight`, { shape: [layer.fanOut, layer.fanIn], data: weights });
      kept.set(`${name}.grad_bias`, { shape: [layer.fanOut], data: bias });
      stacked(`${name}.grad_preactivation`, layer.fanOut);
      stacked(`${name}.grad_input`, layer.fanIn);
    });
    return kept;
  }

  #run<N extends TaskName>(
    kind: N,
    task: Omit<Task, "kind" | "payload"> & { payload: Tasks[N][0] },
  ): Promise<Tasks[N][1]> {
    return this.#options.pool.run<Tasks[N][1]>({ ...task, kind }, this.#options.signal);
  }
}

interface Passed {
  readonly slabs: readonly SlabResult[];
  readonly references: readonly LayerReferences[];
  readonly gradients: GradientTotals | null;
  readonly moments: ReadonlyMap<number, BatchMoments>;
}

/** Sums of the slabs' gradients, added in the order of the slabs whatever the order of arrival. */
class GradientTotals {
  readonly #sums = new Map<number, { weights: Float32Array<ArrayBuffer>; bias: Float64Array<ArrayBuffer> }>();
  readonly #early = new Map<number, Map<number, GradientPart>>();
  readonly #next = new Map<number, number>();
  readonly #slabs: number;

  constructor(layers: readonly LayerPlan[], slabs: number) {
    this.#slabs = slabs;
    for (const layer of layers) {
      this.#next.set(layer.index, 0);
      this.#early.set(layer.index, new Map());
    }
  }

  add(part: GradientPart): void {
    const early = this.#early.get(part.layer)!;
    early.set(part.slab, part);
    for (let next = this.#next.get(part.layer)!; early.has(next); next++) {
      this.#addInOrder(early.get(next)!);
      early.delete(next);
      this.#next.set(part.layer, next + 1);
    }
  }

  of(layer: LayerPlan): { weights: Float32Array<ArrayBuffer>; bias: Float32Array<ArrayBuffer> } {
    const sums = this.#sums.get(layer.index);
    if (!sums || this.#next.get(layer.index) !== this.#slabs)
      throw new Error(`gradients of ${layer.name} are missing`);
    return { weights: sums.weights, bias: Float32Array.from(sums.bias) };
  }

  #addInOrder(part: GradientPart): void {
    const sums = this.#sums.get(part.layer);
    if (!sums) {
      this.#sums.set(part.layer, { weights: part.weights, bias: part.bias });
      return;
    }
    // float64 addition of two float32 values, rounded on the store, is float32 addition.
    const { weights, bias } = sums;
    for (let i = 0; i < weights.length; i++) weights[i]! += part.weights[i]!;
    for (let i = 0; i < bias.length; i++) bias[i]! += part.bias[i]!;
  }
}

function answerBarrier(waiting: readonly SlabBarrier[], samples: number): BarrierAnswer {
  const { direction, shift } = waiting[0]!;
  const sums = new Float64Array(waiting[0]!.sums.length);
  for (const barrier of waiting) for (let i = 0; i < sums.length; i++) sums[i]! += barrier.sums[i]!;
  if (direction === "forward") return { direction, ...batchMoments(sums, shift, samples) };
  const means = sums.map((sum) => sum / samples);
  return { direction, meanDz: means.slice(0, shift.length), meanDzZhat: means.slice(shift.length) };
}

function layerResult(layer: LayerPlan, measured: LayerMeasurements): LayerResult {
  return {
    index: layer.index,
    name: layer.name,
    fanIn: layer.fanIn,
    fanOut: layer.fanOut,
    activation: layer.activation,
    residual: layer.shortcutFrom !== null,
    ...measured,
    theory: null,
    theoryAbsent: "this version measures and does not predict",
  };
}
