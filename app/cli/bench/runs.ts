// Whole runs: the founding notes' case beside torch and numpy, scaling over workers, memory, and the process.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { execute } from "../../../core-as/runtime/execute";
import type { Experiment } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset } from "../../../core-as/spec/presets";
import { openHost } from "../../compute/threads";
import { builtFiles } from "../built";
import type { Timed } from "./interleave";
import { interleave, secondsOf } from "./interleave";
import { openPython } from "./python";
import type { BenchContext } from "./row";
import { atLeast } from "./row";

const WORKERS = [1, 2];
/** Layers of the founding notes' network: each passes one product of 1000 x 100 x 100. */
const LAYERS = 5;
const SEEDS = 20;

export async function benchRuns(context: BenchContext): Promise<void> {
  await benchSeed(context);
  await benchReplicates(context);
  await benchScaling(context, "none");
  await benchScaling(context, "probe");
  await benchProcess(context);
}

/** Forward with all statistics, no backward. */
async function benchSeed(context: BenchContext): Promise<void> {
  const section = "5 x 100 sigmoid, 1000 inputs, forward";
  context.say(section);
  const spec = parseExperiment({ ...findPreset("large-normal-sigmoid").spec, backward: { kind: "none" } });
  const hosts = await Promise.all(
    WORKERS.map((workers) => openHost(builtFiles(), workers, new Map(), false)),
  );
  const things: Record<string, Timed> = {};
  WORKERS.forEach(
    (workers, i) => (things[`${workers} worker`] = () => secondsOf(() => execute(spec, hosts[i]!))),
  );
  const pythons = [];
  for (const [module, threads] of [
    ["torch", 1],
    ["torch", 2],
    ["numpy", 1],
    ["numpy", 2],
  ] as const) {
    const python = await openPython(module, threads);
    if ("because" in python) {
      context.skipped.push({ section, name: `${module}, ${threads} thread`, because: python.because });
      continue;
    }
    pythons.push(python);
    const name = `${module}, ${threads} thread`;
    things[name] = () => python.time("seed");
    // Beside the runs, not before them: what slows the machine slows both.
    things[`${name}, one product`] = () => python.time("matmul");
    const matmul = await median(5, () => python.time("matmul"));
    context.rows.push({
      section,
      name: `${name}: about it`,
      value: 2e7 / matmul / 1e9,
      unit: "GFLOP/s at 1000 x 100 x 100",
      note: python.about,
    });
  }
  try {
    const times = await interleave(things, Math.max(context.repeats, 21), context.signal);
    for (const [name, t] of Object.entries(times))
      context.rows.push({
        section,
        name,
        value: t.median * 1e3,
        low: t.low * 1e3,
        high: t.high * 1e3,
        unit: "ms",
      });
    for (const n of WORKERS) {
      const torch = times[`torch, ${n} thread`];
      const numpy = times[`numpy, ${n} thread`];
      const ours = times[`${n} worker`]!.median;
      if (torch) {
        const ratio = torch.median / ours;
        context.rows.push({
          section,
          name: `${n} worker over torch, ${n} thread`,
          value: ratio,
          unit: "x",
          ...atLeast(ratio, 1.5),
        });
        // How much of that is its BLAS: a lower bound for any other one.
        const rest = torch.median - LAYERS * times[`torch, ${n} thread, one product`]!.median;
        context.rows.push({
          section,
          name: `${n} worker over torch, ${n} thread, its products taken as free`,
          value: rest / ours,
          unit: "x",
          note: "with any faster BLAS under torch the ratio lies between this and the one above",
        });
      }
      if (numpy)
        context.rows.push({
          section,
          name: `${n} worker over numpy, ${n} thread`,
          value: numpy.median / ours,
          unit: "x",
        });
    }
  } finally {
    hosts.forEach((host) => host.pool.close());
    pythons.forEach((python) => python.close());
  }
}

/** Seeds side by side: two workers take a seed each. */
async function benchReplicates(context: BenchContext): Promise<void> {
  const section = `5 x 100 sigmoid, 1000 inputs, forward, ${SEEDS} seeds`;
  context.say(section);
  const { spec: preset } = findPreset("large-normal-sigmoid");
  const spec = parseExperiment({ ...preset, backward: { kind: "none" }, replicates: SEEDS });
  await benchTwoOverOne(context, section, spec, context.quick ? 5 : 11, true);
}

function bigSpec(backward: "none" | "probe"): Experiment {
  return parseExperiment({
    format: "initlab.experiment/1",
    data: { source: "gaussian", samples: 1000, features: 512 },
    network: { hidden: { layers: 50, units: 512, activation: "relu", weights: { scheme: "he_normal" } } },
    backward: { kind: backward },
  });
}

async function benchScaling(context: BenchContext, backward: "none" | "probe"): Promise<void> {
  const section = `50 x 512 relu, 1000 inputs, ${backward === "none" ? "forward" : "forward and back"}`;
  context.say(section);
  const spec = bigSpec(backward);
  await benchTwoOverOne(context, section, spec, context.quick ? 3 : 7, backward === "none");
  const megabytes = await peakMemory(spec);
  if (megabytes === null)
    context.skipped.push({ section, name: "memory", because: "only Linux tells a process's peak" });
  else
    context.rows.push({
      section,
      name: "peak memory of the process, 2 workers",
      value: megabytes,
      unit: "MB",
      target: "< 512 MB",
      met: megabytes < 512,
    });
}

/** One worker and two, side by side; `aimed`: two are to be 1.7 times as fast. */
async function benchTwoOverOne(
  context: BenchContext,
  section: string,
  spec: Experiment,
  repeats: number,
  aimed: boolean,
): Promise<void> {
  const hosts = await Promise.all(
    WORKERS.map((workers) => openHost(builtFiles(), workers, new Map(), false)),
  );
  try {
    const times = await interleave(
      {
        one: () => secondsOf(() => execute(spec, hosts[0]!)),
        two: () => secondsOf(() => execute(spec, hosts[1]!)),
      },
      repeats,
      context.signal,
    );
    const { one, two } = times;
    context.rows.push({
      section,
      name: "1 worker",
      value: one.median,
      low: one.low,
      high: one.high,
      unit: "s",
    });
    context.rows.push({
      section,
      name: "2 workers",
      value: two.median,
      low: two.low,
      high: two.high,
      unit: "s",
    });
    const ratio = one.median / two.median;
    context.rows.push({
      section,
      name: "2 workers over 1",
      value: ratio,
      unit: "x",
      ...(aimed ? atLeast(ratio, 1.7) : {}),
    });
  } finally {
    hosts.forEach((host) => host.pool.close());
  }
}

/** VmHWM of a child that makes the run, in MB. */
async function peakMemory(spec: Experiment): Promise<number | null> {
  if (process.platform !== "linux") return null;
  const child = spawn(process.execPath, [mainScript(), "run", "-", "--workers", "2"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.stdin.end(JSON.stringify(spec));
  let kilobytes = 0;
  const poll = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, "utf8").then(
      (text) => (kilobytes = Math.max(kilobytes, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0))),
      () => {},
    );
  }, 10);
  await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(poll);
  return kilobytes / 1024;
}

async function benchProcess(context: BenchContext): Promise<void> {
  const section = "the whole process, start-up included";
  context.say(section);
  const start =
    (...args: string[]) =>
    () =>
      secondsOf(
        () =>
          new Promise((resolve, reject) => {
            const child = spawn(process.execPath, args, { stdio: "ignore" });
            child.on("error", reject);
            child.on("exit", resolve);
          }),
      );
  const times = await interleave(
    { "initlab run preset:large-normal-sigmoid": start(mainScript(), "run", "preset:large-normal-sigmoid") },
    context.quick ? 5 : 15,
    context.signal,
  );
  for (const [name, t] of Object.entries(times))
    context.rows.push({
      section,
      name,
      value: t.median * 1e3,
      low: t.low * 1e3,
      high: t.high * 1e3,
      unit: "ms",
      target: "< 400 ms",
      met: t.median < 0.4,
    });
}

function mainScript(): string {
  return fileURLToPath(new URL("./main.mjs", builtFiles().core));
}

async function median(times: number, run: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < times; i++) values.push(await run());
  return values.sort((a, b) => a - b)[times >> 1]!;
}
