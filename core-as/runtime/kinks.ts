// The kinks of a typed activation: those that follow from the text, and the zeros of its other switching functions,
// found with the core's float64 interpreter. They decide where integrals are split, and with that bits of weights: the
// host's own functions are kept out.
// Refuses to promise all of them: two zeros within a step of the scan are missed, and beyond MOST only those next to 0
// are kept. An integral is then less exact, and says so by its error estimate.
import { formulaSwitches } from "../formula/formula";
import type { Program } from "../formula/program";
import type { FormulaActivation } from "../spec/experiment";
import type { Core } from "./kernels";

/** Kinks at most. */
const MOST = 64;

/** Where the sign is looked at: every 1/64 up to 16, from there to 2^14 in 64 steps an octave, both sides alike. */
const SCAN: Float64Array = (() => {
  const side: number[] = [];
  for (let i = 1; i <= 1024; i++) side.push(i / 64);
  for (let octave = 16; octave < 16384; octave *= 2)
    for (let i = 1; i <= 64; i++) side.push(octave * (1 + i / 64));
  return Float64Array.from([...side.map((x) => -x).reverse(), 0, ...side]);
})();

/** Rising. */
export function formulaKinks(core: Core, activation: FormulaActivation): readonly number[] {
  const { points, functions } = formulaSwitches(activation);
  const all = new Set(points);
  for (const program of functions) for (const zero of zerosOf(core, program)) all.add(zero);
  const nearest = [...all].sort((a, b) => Math.abs(a) - Math.abs(b) || a - b).slice(0, MOST);
  return nearest.sort((a, b) => a - b);
}

/** Where the program's sign changes on the scan, and where it is 0. A NaN next door counts as a change: a domain ends. */
function zerosOf(core: Core, program: Program): number[] {
  const values = core.formulaBulk64(program, SCAN);
  const zeros: number[] = [];
  for (let i = 0; i < SCAN.length; i++) {
    if (values[i] === 0) {
      // One end of a stretch of zeros, or a zero alone, is a switch; its inside is none.
      if (values[i - 1] !== 0 || values[i + 1] !== 0) zeros.push(SCAN[i]!);
    } else if (i > 0 && values[i - 1] !== 0 && !Object.is(side(values[i - 1]!), side(values[i]!)))
      zeros.push(bisect(core, program, SCAN[i - 1]!, SCAN[i]!, side(values[i - 1]!)));
  }
  return zeros;
}

function side(value: number): number {
  return value < 0 ? -1 : value > 0 ? 1 : value;
}

/** The place between `low`, where the sign is `atLow`, and `high`, where it is another, to the last bit. */
function bisect(core: Core, program: Program, low: number, high: number, atLow: number): number {
  for (;;) {
    const middle = 0.5 * (low + high);
    if (!(middle > low && middle < high)) return middle === low ? low : high;
    const value = core.formulaBulk64(program, Float64Array.of(middle))[0]!;
    if (value === 0) return middle;
    if (Object.is(side(value), atLow)) low = middle;
    else high = middle;
  }
}
