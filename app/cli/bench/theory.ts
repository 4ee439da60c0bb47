// The theory: one expectation, a pair, a critical point, the phase diagram. On one core.
import { activationFunctions } from "../../../core-as/runtime/functions";
import { MeasuringCore } from "../../../core-as/runtime/tally";
import type { ActivationName } from "../../../core-as/spec/experiment";
import { criticalPoint } from "../../../core-as/theory/critical";
import { momentsOf } from "../../../core-as/theory/expectations";
import { phaseGrid } from "../../../core-as/theory/phaseGrid";
import { interleave, seconds } from "./interleave";
import type { BenchContext } from "./row";

const SECTION = "theory";
const GRID_SIDE = 64;
const GRID_TARGET_MILLIS = 500;
/** Expectations a timing: each at a q of its own, so that none is remembered. */
const MANY = 50;

export async function benchTheory(context: BenchContext, module: WebAssembly.Module): Promise<void> {
  const core = new MeasuringCore(module);
  const of = (name: ActivationName) => activationFunctions(core, { name });
  context.say("theory");
  let fresh = 0;
  const q = () => 1 + 1e-6 * ++fresh;
  const [tanh, hardtanh] = [momentsOf(of("tanh")), momentsOf(of("hardtanh"))];
  const many = (run: () => void) => () =>
    seconds(() => {
      for (let i = 0; i < MANY; i++) run();
    }) / MANY;
  const even = (low: number, high: number) =>
    Float64Array.from({ length: GRID_SIDE }, (_, i) => low + ((high - low) * i) / (GRID_SIDE - 1));
  const [sigmaWs, sigmaBs] = [even(0.5, 4), even(0, 2)];
  const things = {
    "expectations of one, tanh": many(() => tanh.single(q())),
    "expectations of a pair, tanh, c = 0.5": many(() => tanh.pair(q(), 0.5)),
    "expectations of a pair, hardtanh, c = 0.5": many(() => hardtanh.pair(q(), 0.5)),
    "critical point, tanh": () => seconds(() => criticalPoint(momentsOf(of("tanh")), 0.2)),
    "phase grid 64 x 64, tanh": () =>
      seconds(() => phaseGrid(momentsOf(of("tanh")), sigmaWs, sigmaBs, of("tanh"))),
  };
  const spreads = await interleave(things, context.repeats, context.signal);
  for (const [name, { median, low, high }] of Object.entries(spreads)) {
    const isGrid = name.startsWith("phase grid");
    const isLong = isGrid || name.startsWith("critical");
    const [scale, unit] = isLong ? [1e3, "ms"] : [1e6, "us"];
    context.rows.push({
      section: SECTION,
      name,
      value: scale * median,
      low: scale * low,
      high: scale * high,
      unit,
      ...(isGrid
        ? { target: `under ${GRID_TARGET_MILLIS} ms on one core`, met: 1e3 * median < GRID_TARGET_MILLIS }
        : {}),
    });
  }
}
