// Training steps of 784-256-256-10, batches of 64, by SGD: the lab's beside tfjs and torch, on one core each.
// tfjs is driven by hand, without its tape, which is the faster way to use it.
import { TrainingCore } from "../../../core-as/runtime/train/core";
import type { Shares } from "../../../core-as/runtime/train/share";
import { Trainer } from "../../../core-as/runtime/train/trainer";
import type { Experiment, TrainSpec } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { Spread, Timed } from "./interleave";
import { interleave, seconds } from "./interleave";
import { openPython } from "./python";
import type { BenchContext } from "./row";
import { atLeast } from "./row";
import type { Tensor, Tfjs } from "./tfjs";
import { openTfjs } from "./tfjs";

const SIZES = [784, 256, 256, 10] as const;
const BATCH = 64;
const SAMPLES = 640;
const RATE = 0.01;
/** Steps of one timing. */
const STEPS = 20;
const SECTION = "training 784-256-256-10, batch 64, SGD";

export async function benchTraining(
  context: BenchContext,
  module: WebAssembly.Module,
  root: URL,
): Promise<void> {
  const { rows, skipped } = context;
  context.say(SECTION);
  const things: Record<string, Timed> = { "the lab": labSteps(module) };
  const tfjs = await openTfjs(root);
  if ("tf" in tfjs) things["tfjs wasm"] = tfjsSteps(tfjs.tf);
  else skipped.push({ section: SECTION, name: "tfjs", because: tfjs.because });
  const torch = await openPython("torch", 1);
  if ("because" in torch) skipped.push({ section: SECTION, name: "torch, 1 thread", because: torch.because });
  else things["torch, 1 thread"] = async () => (await torch.time("steps")) / STEPS;
  try {
    const times = await interleave(things, context.repeats, context.signal);
    for (const [name, time] of Object.entries(times)) rows.push(perSecond(name, time));
    const ours = times["the lab"]!.median;
    const over = (name: string, target: number) => {
      const theirs = times[name];
      if (!theirs) return;
      const ratio = theirs.median / ours;
      const note = name.startsWith("torch") && !("because" in torch) ? { note: torch.about } : {};
      rows.push({
        section: SECTION,
        name: `the lab over ${name}`,
        value: ratio,
        unit: "x",
        ...atLeast(ratio, target),
        ...note,
      });
    };
    over("tfjs wasm", 3);
    over("torch, 1 thread", 0.3);
  } finally {
    if (!("because" in torch)) torch.close();
  }
}

function perSecond(name: string, { median, low, high }: Spread) {
  return { section: SECTION, name, value: 1 / median, low: 1 / high, high: 1 / low, unit: "steps/s" };
}

function labSteps(module: WebAssembly.Module): Timed {
  const [features, ...units] = SIZES;
  const weights = { scheme: "he_normal" } as const;
  const spec = parseExperiment({
    format: "initlab.experiment/1",
    data: { source: "digits" },
    network: {
      layers: units.slice(0, -1).map((width) => ({ units: width, activation: "relu", weights })),
      output: { units: units.at(-1)!, activation: "identity", weights },
    },
    train: {
      optimizer: "sgd",
      learningRate: RATE,
      batchSize: BATCH,
      steps: 1_000_000,
      recordEvery: 1_000_000,
      validationShare: 0,
    },
  }) as Experiment & { readonly train: TrainSpec };
  const core = new TrainingCore(module);
  const drawn = core.weights(SAMPLES, features);
  core.drawNormal(drawn, 0, core.streamKey("bench/inputs", 1), 0, 1);
  const shares: Shares = {
    features,
    classes: 10,
    training: {
      samples: SAMPLES,
      inputs: core.read(drawn),
      labels: Int32Array.from({ length: SAMPLES }, (_, r) => r % 10),
    },
    validation: null,
    constantLoss: 1,
  };
  const trainer = new Trainer(module, { spec, shares, sent: [], checkpoint: null });
  let step = 0;
  return () => {
    const before = step;
    const standing = trainer.advance(2 * STEPS, false, () => {});
    step = standing.step;
    return standing.stepMillis / 1000 / (step - before);
  };
}

function tfjsSteps(tf: Tfjs): Timed {
  const depth = SIZES.length - 1;
  let weights = Array.from({ length: depth }, (_, i) =>
    tf.randomNormal([SIZES[i]!, SIZES[i + 1]!], 0, Math.sqrt(2 / SIZES[i]!)),
  );
  let biases = Array.from({ length: depth }, (_, i) => tf.zeros([SIZES[i + 1]!]));
  const inputs = tf.randomNormal([BATCH, SIZES[0]]);
  const labels = tf.tensor2d(
    Float32Array.from({ length: BATCH * 10 }, (_, i) => Number(i % 10 === Math.floor(i / 10) % 10)),
    [BATCH, 10],
  );
  const step = () => {
    const next = tf.tidy(() => {
      const outputs = [inputs];
      const preactivations: Tensor[] = [];
      for (let i = 0; i < depth; i++) {
        const z = tf.add(tf.matMul(outputs[i]!, weights[i]!), biases[i]!);
        preactivations.push(z);
        outputs.push(i < depth - 1 ? tf.relu(z) : z);
      }
      let d = tf.mul(tf.sub(tf.softmax(outputs[depth]!), labels), 1 / BATCH);
      const moved: Tensor[] = [];
      for (let i = depth - 1; i >= 0; i--) {
        moved[i] = tf.sub(weights[i]!, tf.mul(tf.matMul(outputs[i]!, d, true, false), RATE));
        moved[depth + i] = tf.sub(biases[i]!, tf.mul(tf.sum(d, 0), RATE));
        if (i > 0) d = tf.mul(tf.matMul(d, weights[i]!, false, true), tf.step(preactivations[i - 1]!));
      }
      return moved;
    });
    for (const tensor of [...weights, ...biases]) tensor.dispose();
    weights = next.slice(0, depth);
    biases = next.slice(depth);
  };
  return () =>
    seconds(() => {
      for (let i = 0; i < STEPS; i++) step();
    }) / STEPS;
}
