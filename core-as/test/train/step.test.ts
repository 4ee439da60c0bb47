// Training steps of the core over 50 steps: against float64 written from the definitions, and against the slow twin,
// which drives the kernels one by one from here.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paddedColumns } from "../../runtime/core";
import { Network } from "../../runtime/network";
import { planRun } from "../../runtime/plan";
import { RowsPass } from "../../runtime/rows";
import { batchMoments } from "../../runtime/moments";
import { TrainingCore } from "../../runtime/train/core";
import { Parameters as Laid } from "../../runtime/train/parameters";
import type { Shares } from "../../runtime/train/share";
import { Trainer } from "../../runtime/train/trainer";
import type { Experiment, TrainSpec } from "../../spec/experiment";
import type { WrittenNetwork, WrittenTrain } from "../../spec/written";
import { BUILDS, type Build } from "../harness";
import { signed } from "../nn/batches";
import { builtCore, experiment } from "../runtime/host";
import { layersOf } from "../runtime/network64";
import { gradients64, Optimizer64, type Parameters } from "./reference64";

const FEATURES = 6;
const CLASSES = 3;
const SAMPLES = 53;
const STEPS = 50;

type Trained = Experiment & { readonly train: TrainSpec };
type Hidden = Omit<Extract<WrittenNetwork, { hidden: unknown }>["hidden"], "layers" | "units" | "weights">;

function spec(train: WrittenTrain, hidden: Hidden = { activation: "tanh" }): Trained {
  const parsed = experiment({
    seed: 5,
    data: { source: "spirals", samples: 66, classes: CLASSES },
    network: {
      hidden: { layers: 4, units: 9, weights: { scheme: "he_normal" }, ...hidden },
      output: { units: CLASSES, activation: "identity", weights: { scheme: "xavier_normal" } },
    },
    train: { batchSize: 16, steps: STEPS, recordEvery: STEPS, ...train },
  });
  return parsed as Trained;
}

/** Data of its own, so that nothing but the step is looked at. */
function shares(): Shares {
  const next = signed(17, 1.5);
  const inputs = Float32Array.from({ length: SAMPLES * FEATURES }, next);
  const labels = Int32Array.from({ length: SAMPLES }, (_, r) => (inputs[r * FEATURES]! > 0 ? r % 2 : 2));
  const training = { samples: SAMPLES, inputs, labels };
  return { features: FEATURES, classes: CLASSES, training, validation: null, constantLoss: 1 };
}

/** The parameters in a checkpoint, by layer. */
function parametersIn(state: Uint8Array, trained: Trained): Parameters[] {
  const floats = new Float32Array(state.slice().buffer);
  let at = 0;
  const take = (count: number) => {
    const values = Float64Array.from(floats.subarray(at, at + count));
    at += paddedColumns(count);
    return values;
  };
  return layersOf(trained, FEATURES).map(({ fanIn, fanOut }) => ({
    weights: take(fanIn * fanOut),
    bias: take(fanOut),
  }));
}

function trainerOf(build: Build, trained: Trained): Trainer {
  return new Trainer(builtCore(build).module, {
    spec: trained,
    shares: shares(),
    sent: [],
    checkpoint: null,
  });
}

function trainedBy(build: Build, trained: Trained): { before: Parameters[]; after: Parameters[] } {
  const trainer = trainerOf(build, trained);
  const before = trainer.advance(0, true, () => {}).checkpoint!;
  const { checkpoint, step } = trainer.advance(Infinity, true, () => {});
  expect(step).toBe(STEPS);
  return { before: parametersIn(before, trained), after: parametersIn(checkpoint!, trained) };
}

/** Rows of each step's batch: whole batches of each pass's order. */
function batches(core: TrainingCore, trained: Trained): number[][] {
  const { batchSize } = trained.train;
  const perEpoch = Math.floor(SAMPLES / batchSize);
  return Array.from({ length: STEPS }, (_, step) => {
    const order = core.words(SAMPLES);
    core.drawPermutation(order, core.streamKey(`train/shuffle/${Math.floor(step / perEpoch)}`, trained.seed));
    const first = (step % perEpoch) * batchSize;
    return [...core.readWords(order)].slice(first, first + batchSize);
  });
}

const flat = (parameters: readonly Parameters[]): number[] =>
  parameters.flatMap(({ weights, bias }) => [...weights, ...bias]);

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));

const CASES: readonly (readonly [string, WrittenTrain, Hidden?])[] = [
  ["sgd", { optimizer: "sgd", learningRate: 0.1 }],
  ["sgd with decay", { optimizer: "sgd", learningRate: 0.1, weightDecay: 0.05 }],
  ["momentum", { optimizer: "momentum", learningRate: 0.05, weightDecay: 0.01 }],
  ["nesterov", { optimizer: "nesterov", learningRate: 0.05 }],
  ["adam", { optimizer: "adam", learningRate: 0.01 }],
  ["adam with decay", { optimizer: "adam", learningRate: 0.01, weightDecay: 0.05 }],
  ["adamw", { optimizer: "adamw", learningRate: 0.01, weightDecay: 0.1 }],
  ["rmsprop", { optimizer: "rmsprop", learningRate: 0.005 }],
  ["rmsprop with momentum", { optimizer: "rmsprop", learningRate: 0.002, momentum: 0.8 }],
  ["squared error", { optimizer: "adam", loss: "mean_squared_error", learningRate: 0.01 }],
  ["clipping", { optimizer: "momentum", learningRate: 0.1, clipNorm: 0.3 }],
  ["a cosine, warmed up", { learningRate: 0.2, schedule: { kind: "cosine", warmupSteps: 7 } }],
  ["a falling rate", { learningRate: 0.2, schedule: { kind: "step", stepEvery: 11, factor: 0.5 } }],
  ["layer normalization", { learningRate: 0.05 }, { activation: "tanh", normalization: "layer" }],
  ["rms normalization", { learningRate: 0.05 }, { activation: "gelu", normalization: "rms" }],
  ["batch normalization", { learningRate: 0.05 }, { activation: "tanh", normalization: "batch" }],
  [
    "residual sums",
    { learningRate: 0.05 },
    { activation: "silu", residual: { every: 2, scale: 0.5 }, normalization: "layer" },
  ],
  [
    "residual sums over batches",
    { learningRate: 0.05 },
    { activation: "tanh", residual: { every: 1 }, normalization: "batch" },
  ],
];

describe.each(BUILDS)("50 steps (%s)", (build) => {
  it.each(CASES as [string, WrittenTrain, Hidden?][])(
    "%s: as float64 from the definitions",
    (_name, train, hidden) => {
      const trained = spec(train, hidden);
      const { before, after } = trainedBy(build, trained);
      const layers = layersOf(trained, FEATURES);
      const moving = before.map(({ weights, bias }) => ({ weights: weights.slice(), bias: bias.slice() }));
      const optimizer = new Optimizer64(trained.train);
      const { inputs, labels } = shares().training;
      const losses: number[] = [];
      batches(new TrainingCore(builtCore(build).module), trained).forEach((rows, step) => {
        const batch = Float64Array.from(
          rows.flatMap((r) => [...inputs.subarray(r * FEATURES, (r + 1) * FEATURES)]),
        );
        const labelled = rows.map((r) => labels[r]!);
        const { loss, gradients } = gradients64(layers, moving, trained.train.loss, batch, labelled);
        losses.push(loss);
        optimizer.update(moving, gradients, step);
      });
      // It has come some way, or nothing would be said.
      const way = distance(flat(moving), flat(before));
      expect(way).toBeGreaterThan(0.05);
      expect(distance(flat(after), flat(moving)) / way).toBeLessThan(2e-5);
      const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
      expect(mean(losses.slice(-6))).toBeLessThan(mean(losses.slice(0, 6)));
    },
  );

  it.each([
    ...CASES.filter(([, , hidden]) => hidden),
    ["ReLU and sgd", { learningRate: 0.1 }, { activation: "relu" }],
    ["a formula and adam", { optimizer: "adam" }, { activation: { formula: "x*sigmoid(1.702*x)" } }],
  ] as unknown as [string, WrittenTrain, Hidden][])(
    "%s: the bits of the kernels driven one by one",
    (_name, train, hidden) => {
      const trained = spec(train, hidden);
      const { before, after } = trainedBy(build, trained);
      expect(flat(slowly(build, trained, before))).toEqual(flat(after));
    },
  );
});

const ACTIVATIONS = ["identity", "relu", "tanh", "sigmoid", "gelu", "selu", "sin", "softplus"] as const;

/** Odd widths, batches of one row, shortcuts that join and that do not, every normalization, both optimizers' kernels. */
const networks = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 5 }),
  activation: fc.constantFrom(...ACTIVATIONS),
  normalization: fc.constantFrom("none", "layer", "rms", "batch"),
  residual: fc.option(fc.record({ every: fc.integer({ min: 1, max: 2 }), scale: fc.constantFrom(1, 0.5) })),
  optimizer: fc.constantFrom("sgd", "adam"),
  loss: fc.constantFrom("cross_entropy", "mean_squared_error"),
  batchSize: fc.integer({ min: 1, max: SAMPLES }),
  weightDecay: fc.constantFrom(0, 0.1),
  seed: fc.integer({ min: 0, max: 1000 }),
});

it("any network: the bits of the kernels driven one by one", () => {
  fc.assert(
    fc.property(networks, ({ widths, activation, normalization, residual, seed, ...train }) => {
      const weights = { scheme: "he_normal" } as const;
      const trained = experiment({
        seed,
        data: { source: "spirals", samples: 66, classes: CLASSES },
        network: {
          layers: widths.map((units) => ({ units, activation, normalization, weights })),
          ...(residual && residual.every <= widths.length ? { residual } : {}),
          output: { units: CLASSES, activation: "identity", weights },
        },
        train: { learningRate: 0.01, steps: STEPS, recordEvery: STEPS, ...train },
      }) as Trained;
      const trainer = trainerOf("checked", trained);
      const before = trainer.advance(0, true, () => {}).checkpoint!;
      const { checkpoint, state } = trainer.advance(Infinity, true, () => {});
      fc.pre(state === "finished");
      const slow = slowly("checked", trained, parametersIn(before, trained));
      expect(flat(slow)).toEqual(flat(parametersIn(checkpoint!, trained)));
    }),
    { numRuns: 40 },
  );
}, 120_000);

/** The same steps by runtime/rows and the twins of the optimizers. */
function slowly(build: Build, trained: Trained, before: readonly Parameters[]): Parameters[] {
  const core = new TrainingCore(builtCore(build).module);
  const { layers, ...rest } = planRun(trained, SAMPLES, FEATURES, trained.seed, false);
  const laid = new Laid(core, layers);
  const gradients = new Laid(core, layers);
  const [first, second] = [new Laid(core, layers).flat, new Laid(core, layers).flat];
  const net = new Network(core, { ...rest, layers }, laid.layers);
  before.forEach(({ weights, bias }, i) => {
    core.write(net.weights[i]!, Float32Array.from(weights));
    core.write(net.bias[i]!, Float32Array.from(bias));
  });
  const { batchSize: rows, optimizer, weightDecay, momentum = 0 } = trained.train;
  const sums = core.doubles(32);
  const pass = new RowsPass(net, rows, true, {
    gradWeights: (layer, dz, input) => {
      const of = gradients.layers[layer.index - 1]!;
      core.matmulTN(of.weights, dz, input, false);
      const here = { ...sums, length: layer.fanOut };
      core.columnSums(here, dz, false);
      core.write(of.bias, Float32Array.from(core.readDoubles(here)));
    },
  });
  const d = core.matrix(rows, CLASSES);
  const totals = core.doubles(2);
  const words = core.words(rows);
  const { inputs, labels } = shares().training;
  batches(core, trained).forEach((batch, step) => {
    core.write(
      pass.input,
      Float32Array.from(batch.flatMap((r) => [...inputs.subarray(r * FEATURES, (r + 1) * FEATURES)])),
    );
    core.writeWords(
      words,
      batch.map((r) => labels[r]!),
    );
    drive(core, pass.forward(rows), rows);
    const terms = trained.train.loss === "cross_entropy" ? rows : rows * CLASSES;
    core.lossOf(trained.train.loss, d, pass.output(rows), words, 1 / terms, totals);
    drive(core, pass.backward(rows, { kind: "given", values: d }), rows);
    const rate = core.rateAt(trained.train, step);
    const [p, g] = [laid.flat, gradients.flat];
    if (optimizer === "adam")
      core.call["updateByAdamNaive"]!(
        ...[0, p.ptr, g.ptr, first.ptr, second.ptr, p.cols, rate],
        ...[trained.train.beta1!, trained.train.beta2!, trained.train.epsilon!, weightDecay, step + 1],
      );
    else core.call["updateByMomentumNaive"]!(0, p.ptr, g.ptr, first.ptr, p.cols, rate, momentum, weightDecay);
  });
  return layers.map((_, i) => ({
    weights: Float64Array.from(core.read(net.weights[i]!)),
    bias: Float64Array.from(core.read(net.bias[i]!)),
  }));
}

/** Answers every barrier with the moments of the batch itself. */
function drive(core: TrainingCore, steps: ReturnType<RowsPass["forward"]>, rows: number): void {
  for (let step = steps.next(); !step.done;) {
    const { direction, z } = step.value;
    const sums = core.doubles(2 * z.cols);
    const shift = core.rows(z, 0, 1);
    step.value.addSums(sums, shift, false);
    const read = core.readDoubles(sums);
    const means = read.map((sum) => sum / rows);
    step = steps.next(
      direction === "forward"
        ? { direction, ...batchMoments(read, core.read(shift), rows) }
        : { direction: "backward", meanDz: means.slice(0, z.cols), meanDzZhat: means.slice(z.cols) },
    );
  }
}
