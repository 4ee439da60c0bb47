// Typed activations beside the built-in ones that they spell, on one core: a layer's preactivations, forward and backward.
import { compileFormula } from "../../../core-as/formula/formula";
import { layPhi } from "../../../core-as/runtime/phi";
import { MeasuringCore } from "../../../core-as/runtime/tally";
import { activationParameter, ACTIVATIONS } from "../../../core-as/spec/activations";
import type { ActivationName } from "../../../core-as/spec/experiment";
import type { Timed } from "./interleave";
import { interleave, seconds } from "./interleave";
import type { BenchContext } from "./row";
import { atMost } from "./row";

const SECTION = "typed activations";
/** The chunk of a run: rows, units. */
const [ROWS, UNITS] = [128, 512];
/** A chunk passes in some tens of microseconds: that many at a time, so that the clock's grain does not count. */
const TIMES = 20;
const TARGET = 4;

const TWINS: readonly (readonly [ActivationName, string])[] = [
  ["relu", "max(x,0)"],
  ["hardtanh", "max(-1,min(1,x))"],
  ["leaky_relu", "where(x>0,x,0.01*x)"],
  ["silu", "x*sigmoid(x)"],
  ["gelu", "0.5*x*(1+erf(x/sqrt(2)))"],
  ["tanh", "tanh(x)"],
  ["sigmoid", "1/(1+exp(-x))"],
  ["softplus", "log(1+exp(x))"],
  ["elu", "where(x>0,x,exp(x)-1)"],
  ["mish", "x*tanh(log(1+exp(x)))"],
  ["sin", "sin(x)"],
];

export async function benchFormulas(context: BenchContext, module: WebAssembly.Module): Promise<void> {
  context.say(SECTION);
  const core = new MeasuringCore(module);
  for (const [name, formula] of TWINS) {
    core.reset();
    const matrix = () => core.matrix(ROWS, UNITS);
    const [z, dh, h, dz] = [matrix(), matrix(), matrix(), matrix()];
    core.drawNormal(z, 0, core.streamKey("z", 1), 0, 1);
    core.drawNormal(dh, 0, core.streamKey("dh", 1), 0, 1);
    const { code } = ACTIVATIONS[name];
    const built = layPhi(core, { kind: "kernel", code, parameter: activationParameter({ name }) });
    const typed = layPhi(core, { kind: "formula", ...compileFormula({ formula }) });
    const many =
      (run: () => void): Timed =>
      () =>
        seconds(() => {
          for (let i = 0; i < TIMES; i++) run();
        }) / TIMES;
    const times = await interleave(
      {
        "built-in, forward": many(() => built.forward(h, z)),
        "typed, forward": many(() => typed.forward(h, z)),
        "built-in, backward": many(() => built.backward(dz, dh, z)),
        "typed, backward": many(() => typed.backward(dz, dh, z)),
      },
      context.repeats,
      context.signal,
    );
    for (const way of ["forward", "backward"] as const) {
      const ratio = times[`typed, ${way}`].median / times[`built-in, ${way}`].median;
      const nanos = (1e9 * times[`typed, ${way}`].median) / (ROWS * UNITS);
      context.rows.push({
        section: SECTION,
        name: `${formula} over ${name}, ${way}`,
        value: ratio,
        unit: "x",
        ...atMost(ratio, TARGET),
        note: `${nanos.toPrecision(2)} ns an element`,
      });
    }
  }
}
