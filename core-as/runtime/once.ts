// One seed's run over the pool: data, weights, slabs, statistics. The order of every sum is that of the slabs,
// never that in which workers answer.
import type { Experiment } from "../spec/experiment";
import type { LayerResult, NearestDefault, SizeHistogram, NetworkResult } from "../spec/result";
import type { LayerMeasurements } from "./combine";
import { isDrawnOnce } from "./draw";
import { CORRELATION_ANGLES, SPECTRUM_LIMIT } from "./measure";
import { refuseTooLarge } from "./estimate";
import { batchMoments } from "./moments";
import type { BatchMoments, SentWeights } from "./network";
import type { LayerPlan, RunPlan, Slab } from "./plan";
import { planRun } from "./plan";
import { PILOT_ROWS } from "../shared/statistics";
import type { Context, Task, TaskRunner } from "./pool";
import type { RunProgress } from "./progress";
import type { BarrierAnswer } from "./rows";
import type { RangeResult } from "./range";
import { slabsPerTask } from "./range";
import { GradientTotals } from "./gradientTotals";
import { layerWeights } from "./layerWeights";
import type { GradientPart, SlabBarrier, SlabInput } from "./slab";
import { concatenate } from "./slab";
import { RunError } from "./errors";
import type { TheoryAnswer } from "./theory";
import type { ContextPart, FileBytes, LayerReferences, PreparedData, TaskName, Tasks } from "./tasks";

export interface OnceOptions {
  readonly pool: TaskRunner;
  readonly files: FileBytes;
  readonly memoryLimitBytes: number;
  readonly keepTensors: boolean;
  readonly signal: AbortSignal | undefined;
  readonly progress: RunProgress;
}

export interface OnceResult {
  readonly layers: readonly LayerResult[];
  readonly network: NetworkResult;
  readonly nearestDefaults: readonly NearestDefault[];
  readonly gradientSizes: readonly (SizeHistogram | null)[];
  readonly tensors: ReadonlyMap<string, KeptTensor> | null;
}

/** A tensor of the tensors file. */
export interface KeptTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Weights of this many bytes go to a worker at a time. */
const CONTEXT_PART_BYTES = 2 ** 22;

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

/** Draws or reads the batch of an experiment; a run of it asks theory, too, where `predict` is true. */
export function prepareData(
  spec: Experiment,
  seed: number,
  predict: boolean,
  pool: TaskRunner,
  files: FileBytes,
  signal: AbortSignal,
): Promise<PreparedData> {
  return pool.run<PreparedData>(
    { kind: "data", payload: { data: spec.data, seed, files, predict } satisfies Tasks["data"][0] },
    signal,
  );
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
    this.#checkMeasures();
    this.#checkData();
  }

  async measure(): Promise<OnceResult> {
    const plan = this.#plan;
    const [weights, cotangent] = await Promise.all([this.#sentWeights(), this.#drawProbe()]);
    if (plan.layers.some((layer) => layer.weights.scheme === "lsuv")) await this.#rescale(weights, cotangent);
    const context = this.#context(weights, cotangent);
    const [passed, theory] = await Promise.all([this.#pass(context, cotangent), this.#predict()]);
    const gradients = passed.gradients;
    const measurements = plan.layers.map((layer, i) =>
      this.#run("combine", {
        context,
        handOver: !plan.keepTensors,
        payload: {
          layer: layer.index,
          references: passed.references[i]!,
          tallies: passed.ranges.map((range) => range.tallies[i]!),
          heads: passed.ranges.filter((range) => range.heads[i]!.length > 0).map((range) => range.heads[i]!),
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
      layers: plan.layers.map((layer, i) => ({ ...layerResult(layer, layers[i]!), ...theory.layers[i]! })),
      network: { ...this.#lossAndAccuracy(passed.ranges), ...withPredictions(extra, theory) },
      nearestDefaults: theory.nearestDefaults,
      gradientSizes: layers.map(({ gradientSizes }) => gradientSizes),
      tensors: plan.keepTensors ? await this.#keptTensors(context, passed) : null,
    };
  }

  // --- before the pass ------------------------------------------------------------------------------

  #checkMeasures(): void {
    const { layers, features } = this.#plan;
    const { spectra, jacobian } = this.#spec.measure;
    const wide = spectra && layers.find((layer) => Math.min(layer.fanIn, layer.fanOut) > SPECTRUM_LIMIT);
    if (wide)
      throw new RunError(
        "measure.spectra",
        `singular values are computed up to ${SPECTRUM_LIMIT} wide, and ${wide.name} is ${wide.fanOut} x ${wide.fanIn}; narrower layers, or false, would be right`,
      );
    const outputs = layers.at(-1)!.fanOut;
    if (jacobian && Math.min(outputs, features) > SPECTRUM_LIMIT)
      throw new RunError(
        "measure.jacobian",
        `singular values are computed up to ${SPECTRUM_LIMIT} wide, and the Jacobian is ${outputs} x ${features}; fewer outputs or features, or false, would be right`,
      );
  }

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
    if (classes !== outputs)
      throw new RunError(
        this.#spec.network.output ? "network.output.units" : "network",
        `cross_entropy over ${classes} classes needs as many outputs, and the network has ${outputs}; an output layer of ${classes} units would be right`,
      );
  }

  /** By layer - 1: the weights that are sent to the workers, null for those that they draw. */
  async #sentWeights(): Promise<SentWeights[]> {
    const { layers, seed } = this.#plan;
    let drawn = 0;
    const sent = await Promise.all(
      layers.map(async (layer): Promise<SentWeights> => {
        if (layer.weights.scheme === "file") return layerWeights(layer, this.#options.files);
        const weights = isDrawnOnce(layer) ? await this.#run("draw", { payload: { layer, seed } }) : null;
        this.#options.progress.weightsDrawn(++drawn / layers.length);
        return weights;
      }),
    );
    return sent;
  }

  #drawProbe(): Promise<Float32Array<ArrayBuffer> | null> {
    if (this.#spec.backward.kind !== "probe") return Promise.resolve(null);
    const cols = this.#plan.layers.at(-1)!.fanOut;
    return this.#run("probe", { payload: { rows: this.#plan.samples, cols, seed: this.#plan.seed } });
  }

  async #rescale(sent: SentWeights[], cotangent: Float32Array | null): Promise<void> {
    const context = this.#context(sent, cotangent);
    const scaled = await this.#run("lsuv", { context, payload: { inputs: this.#data.inputs } });
    for (const [index, weights] of scaled) sent[index - 1] = weights;
  }

  #context(sent: readonly SentWeights[], cotangent: Float32Array | null): Context {
    const rows = Math.min(PILOT_ROWS, this.#plan.samples);
    const parts: { run: ContextPart["run"]; layers: ContextPart["layers"][number][] }[] = [
      { run: { plan: this.#plan, pilot: this.#rowsOf(0, rows, cotangent) }, layers: [] },
    ];
    let bytes = 0;
    sent.forEach((weights, i) => {
      const size = weights ? weights.byteLength : 0;
      if (bytes > 0 && bytes + size > CONTEXT_PART_BYTES) {
        parts.push({ run: null, layers: [] });
        bytes = 0;
      }
      bytes += size;
      parts.at(-1)!.layers.push({ index: i + 1, weights });
    });
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
    const perTask = slabsPerTask(this.#plan, this.#options.pool.workers);
    const ranges = Array.from({ length: Math.ceil(slabs.length / perTask) }, (_, i) =>
      slabs.slice(i * perTask, (i + 1) * perTask),
    );
    const rowsIn = (range: readonly Slab[]) => range.reduce((rows, slab) => rows + slab.rows, 0);
    const task = (i: number, payload: Tasks["slab"][0]) =>
      this.#run("slab", {
        context,
        payload,
        // Answers at a barrier go to every slab, and stay.
        handOver: "slabs" in payload,
        ...(barriers ? { slot: i } : {}),
        onPart: (part) => gradients!.add(part as GradientPart),
        onProgress: (share) => this.#options.progress.slabPassed(i, share * rowsIn(ranges[i]!)),
      }).then((step) => {
        if (step.state === "done") this.#options.progress.slabPassed(i, rowsIn(ranges[i]!));
        return step;
      });
    let steps = await Promise.all(
      ranges.map((range, i) =>
        task(i, {
          slabs: range.map((slab) => ({ slab, ...this.#rowsOf(slab.firstRow, slab.rows, cotangent) })),
        }),
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
      steps = await Promise.all(slabs.map((slab, i) => task(i, { slabIndex: slab.index, barrier, answer })));
    }
    const done = steps.map((step) => {
      if (step.state !== "done") throw new Error("slabs have come apart");
      return step;
    });
    return { ranges: done.map((step) => step.result), references: done[0]!.references!, gradients, moments };
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

  /** What theory expects, of the plan and the inputs alone. */
  #predict(): Promise<TheoryAnswer> {
    const { jacobian, correlation } = this.#spec.measure;
    const { moments } = this.#data;
    if (moments === null) return Promise.resolve(unpredicted(this.#plan.layers));
    return this.#run("theory", {
      payload: {
        layers: this.#plan.layers,
        hidden: this.#spec.network.layers.length,
        inputs: moments,
        jacobian,
        angles: correlation ? CORRELATION_ANGLES : null,
      },
    });
  }

  // --- after it ------------------------------------------------------------------------------------------

  #lossAndAccuracy(ranges: readonly RangeResult[]): Pick<NetworkResult, "loss" | "accuracy"> {
    if (this.#spec.backward.kind !== "cross_entropy") return {};
    let loss = 0;
    let right = 0;
    for (const [slabLoss, slabRight] of ranges.flatMap((range) => range.totals)) {
      loss += slabLoss;
      right += slabRight;
    }
    return { loss: loss / this.#plan.samples, accuracy: right / this.#plan.samples };
  }

  async #keptTensors(context: Context, passed: Passed): Promise<Map<string, KeptTensor>> {
    const { samples, features, layers } = this.#plan;
    const kept = new Map<string, KeptTensor>();
    const stacked = (name: string, cols: number) => {
      const pieces = passed.ranges.map((range) => range.kept![name]!);
      kept.set(name, { shape: [samples, cols], data: concatenate(pieces) });
    };
    kept.set("inputs", { shape: [samples, features], data: this.#data.inputs });
    if (this.#data.labels) kept.set("labels", { shape: [samples], data: this.#data.labels });
    if (this.#backward) stacked("output_cotangent", layers.at(-1)!.fanOut);
    for (const layer of layers) {
      const name = `layer${layer.index}`;
      const tensors = await this.#run("tensors", { context, payload: { layer: layer.index } });
      kept.set(`${name}.weight`, { shape: [layer.fanOut, layer.fanIn], data: tensors.weights });
      kept.set(`${name}.bias`, { shape: [layer.fanOut], data: tensors.bias });
      stacked(`${name}.preactivation`, layer.fanOut);
      stacked(`${name}.activation`, layer.fanOut);
      if (!passed.gradients) continue;
      const { weights, bias } = passed.gradients.of(layer);
      kept.set(`${name}.grad_weight`, { shape: [layer.fanOut, layer.fanIn], data: weights });
      kept.set(`${name}.grad_bias`, { shape: [layer.fanOut], data: bias });
      stacked(`${name}.grad_preactivation`, layer.fanOut);
      stacked(`${name}.grad_input`, layer.fanIn);
    }
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
  readonly ranges: readonly RangeResult[];
  readonly references: readonly LayerReferences[];
  readonly gradients: GradientTotals | null;
  readonly moments: ReadonlyMap<number, BatchMoments>;
}

function answerBarrier(waiting: readonly SlabBarrier[], samples: number): BarrierAnswer {
  const { direction, shift } = waiting[0]!;
  const sums = new Float64Array(waiting[0]!.sums.length);
  for (const barrier of waiting) for (let i = 0; i < sums.length; i++) sums[i]! += barrier.sums[i]!;
  if (direction === "forward") return { direction, ...batchMoments(sums, shift, samples) };
  const means = sums.map((sum) => sum / samples);
  return { direction, meanDz: means.slice(0, shift.length), meanDzZhat: means.slice(shift.length) };
}

function layerResult(
  layer: LayerPlan,
  { gradientSizes: _, ...measured }: LayerMeasurements,
): Omit<LayerResult, "theory"> {
  return {
    index: layer.index,
    name: layer.name,
    fanIn: layer.fanIn,
    fanOut: layer.fanOut,
    activation: layer.activation,
    residual: layer.shortcutFrom !== null,
    ...measured,
  };
}

function unpredicted(layers: readonly LayerPlan[]): TheoryAnswer {
  return {
    layers: layers.map(() => ({ theory: null })),
    nearestDefaults: [],
    jacobian: null,
    correlation: null,
  };
}

/** What was measured on request, with what was to be expected beside it. */
function withPredictions(
  { jacobian, correlation }: Tasks["measure"][1],
  theory: TheoryAnswer,
): Pick<NetworkResult, "jacobian" | "correlation" | "depthScales" | "bornDead"> {
  const { depthScales, bornDead } = theory;
  return {
    ...(jacobian
      ? {
          jacobian: {
            ...jacobian,
            predictedMeanSquare: theory.jacobian?.meanSquare ?? null,
            predictedSpread: theory.jacobian?.spread ?? null,
          },
        }
      : {}),
    ...(correlation ? { correlation: { ...correlation, predicted: theory.correlation } } : {}),
    ...(depthScales ? { depthScales } : {}),
    ...(bornDead ? { bornDead } : {}),
  };
}
