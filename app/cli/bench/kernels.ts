// The kernels beside tfjs, torch and numpy, on one core: matrix products, normals, uniforms.
import type { Matrix } from "../../../core-as/runtime/core";
import { MeasuringCore } from "../../../core-as/runtime/tally";
import type { Timed } from "./interleave";
import { interleave, seconds } from "./interleave";
import { openPython } from "./python";
import type { BenchContext } from "./row";
import { atLeast } from "./row";
import type { Tfjs } from "./tfjs";
import { openTfjs } from "./tfjs";

const ACCUMULATORS = [8, 10, 12, 14];
const DRAWS = 2 ** 20;

/** Best GFLOP/s of register-only loops: what f32x4 multiply and add can reach on this machine. */
export function measurePeak(core: MeasuringCore): number {
  const iterations = 2_000_000;
  let best = 0;
  for (let round = 0; round < 8; round++)
    for (const accumulators of ACCUMULATORS) {
      const time = seconds(() => core.call["peakMulAdd"]!(accumulators, iterations));
      best = Math.max(best, (iterations * accumulators * 8) / time / 1e9);
    }
  return best;
}

function gaussian(core: MeasuringCore, rows: number, cols: number, name: string): Matrix {
  const m = core.weights(rows, cols);
  core.drawNormal(m, 0, core.streamKey(name, 1), 0, 1);
  return m;
}

export async function benchKernels(
  context: BenchContext,
  module: WebAssembly.Module,
  root: URL,
): Promise<void> {
  const { rows, skipped, say } = context;
  const core = new MeasuringCore(module);
  say("the machine's peak");
  const peak = measurePeak(core);
  rows.push({ section: "machine", name: "f32x4 multiply and add, one core", value: peak, unit: "GFLOP/s" });

  const tfjs = await openTfjs(root);
  if ("because" in tfjs) skipped.push({ section: "matmul, sampling", name: "tfjs", because: tfjs.because });
  await benchMatmul(context, core, peak, "tf" in tfjs ? tfjs.tf : null);
  await benchSampling(context, core, "tf" in tfjs ? tfjs.tf : null);
}

const SHAPES = [
  { m: 1024, n: 1024, k: 1024, target: 1.3 },
  { m: 1000, n: 100, k: 100, target: 1.8 },
  { m: 128, n: 512, k: 512, target: null },
];

async function benchMatmul(
  context: BenchContext,
  core: MeasuringCore,
  peak: number,
  tf: Tfjs | null,
): Promise<void> {
  for (const { m, n, k, target } of SHAPES) {
    const section = `matmul ${m} x ${n} x ${k}`;
    context.say(section);
    core.reset();
    const h = gaussian(core, m, k, "h");
    const w = gaussian(core, n, k, "w");
    const z = gaussian(core, m, n, "z");
    const dh = core.weights(m, k);
    const dw = core.weights(n, k);
    // Small products are repeated, so that the clock's grain does not count.
    const times = Math.max(1, Math.round(2e7 / (m * n * k)));
    const many =
      (run: () => void): Timed =>
      () =>
        seconds(() => {
          for (let i = 0; i < times; i++) run();
        }) / times;
    const things: Record<string, Timed> = {
      "z = h W^T": many(() => core.matmulNT(z, h, w)),
      "dh = dz W": many(() => core.matmulNN(dh, z, w)),
      "dW = dz^T h": many(() => core.matmulTN(dw, z, h, false)),
    };
    if (tf) {
      const [hValues, wValues] = [core.read(h), core.read(w)];
      const transposed = new Float32Array(n * k);
      for (let j = 0; j < n; j++) for (let i = 0; i < k; i++) transposed[i * n + j] = wValues[j * k + i]!;
      const a = tf.tensor2d(hValues, [m, k]);
      const b = tf.tensor2d(wValues, [n, k]);
      const bT = tf.tensor2d(transposed, [k, n]);
      const repeats = Math.max(1, Math.round(times / 8));
      things["tfjs, h W^T"] = () => {
        return (
          seconds(() => {
            for (let i = 0; i < repeats; i++) tf.matMul(a, b, false, true).dispose();
          }) / repeats
        );
      };
      things["tfjs, h V, new V"] = () => {
        let total = 0;
        for (let i = 0; i < repeats; i++) {
          const fresh = tf.tensor2d(transposed, [k, n]);
          total += seconds(() => tf.matMul(a, fresh).dispose());
          fresh.dispose();
        }
        return total / repeats;
      };
      things["tfjs, h V, V packed before"] = many(() => tf.matMul(a, bT).dispose());
    }
    const times1 = await interleave(things, context.repeats, context.signal);
    const gflops = (s: number) => (2 * m * n * k) / s / 1e9;
    for (const [name, t] of Object.entries(times1))
      context.rows.push({
        section,
        name,
        value: gflops(t.median),
        low: gflops(t.high),
        high: gflops(t.low),
        unit: "GFLOP/s",
      });
    const ours = times1["z = h W^T"]!.median;
    const share = (100 * gflops(ours)) / peak;
    context.rows.push({
      section,
      name: "z = h W^T, share of peak",
      value: share,
      unit: "%",
      ...(m === 1024 ? atLeast(share, 75, " %") : {}),
    });
    for (const name of Object.keys(times1).filter((each) => each.startsWith("tfjs"))) {
      const ratio = times1[name]!.median / ours;
      // The lab's own product, on weights just drawn: that is what is compared. The others say how tfjs does at its best.
      const same = name === "tfjs, h W^T";
      context.rows.push({
        section,
        name: `z = h W^T over ${name}`,
        value: ratio,
        unit: "x",
        ...(same && target !== null ? atLeast(ratio, target) : {}),
        ...(same
          ? { note: "the same product, W as it is drawn; tfjs multiplies transposed factors in a plain loop" }
          : {}),
      });
    }
  }
}

async function benchSampling(context: BenchContext, core: MeasuringCore, tf: Tfjs | null): Promise<void> {
  context.say("sampling");
  core.reset();
  const out = core.weights(1, DRAWS);
  const key = core.streamKey("bench", 1);
  const things: Record<string, Timed> = {
    normals: () => seconds(() => core.drawNormal(out, 0, key, 0, 1)),
    uniforms: () => seconds(() => core.drawUniform(out, 0, key, 0, 1)),
  };
  const pythons = [];
  for (const module of ["torch", "numpy"] as const) {
    const python = await openPython(module, 1);
    if ("because" in python) {
      context.skipped.push({ section: "sampling", name: module, because: python.because });
      continue;
    }
    pythons.push(python);
    things[`${module}, normals`] = () => python.time("normal");
    things[`${module}, uniforms`] = () => python.time("uniform");
  }
  if (tf) {
    things["tfjs, normals"] = () => seconds(() => tf.randomNormal([DRAWS / 16]).dispose()) * 16;
    things["tfjs, uniforms"] = () => seconds(() => tf.randomUniform([DRAWS / 16]).dispose()) * 16;
  }
  const times = await interleave(things, context.repeats, context.signal);
  pythons.forEach((python) => python.close());
  const rate = (s: number) => DRAWS / s / 1e9;
  for (const [name, t] of Object.entries(times))
    context.rows.push({
      section: "sampling",
      name,
      value: rate(t.median),
      low: rate(t.high),
      high: rate(t.low),
      unit: "G/s",
    });
  const compare = (law: "normals" | "uniforms", other: string, target?: number) => {
    const theirs = times[`${other}, ${law}`];
    if (!theirs) return null;
    const ratio = theirs.median / times[law]!.median;
    context.rows.push({
      section: "sampling",
      name: `${law} over ${other}`,
      value: ratio,
      unit: "x",
      ...(target ? atLeast(ratio, target) : {}),
    });
    return ratio;
  };
  compare("normals", "torch", 1.2);
  compare("normals", "tfjs", 8);
  compare("normals", "numpy");
  const uniforms = compare("uniforms", "torch");
  compare("uniforms", "tfjs");
  compare("uniforms", "numpy");
  const ours = rate(times["uniforms"]!.median);
  context.rows.push({
    section: "sampling",
    name: "uniforms, against 1.5 G/s or 3x torch",
    value: ours,
    unit: "G/s",
    target: ">= 1.5 G/s or >= 3x torch",
    met: ours >= 1.5 || (uniforms !== null && uniforms >= 3),
  });
}
