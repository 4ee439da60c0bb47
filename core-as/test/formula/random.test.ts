// Ten thousand random formulas, value and slope, in float32 and float64, against dual intervals of the tree as written:
// an answer must lie where rounding can have put it. No formula is left out; how many answers say something is counted.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFormula } from "../../formula/parser";
import { TestCore } from "../harness";
import { FLOAT32, FLOAT64, type Interval, middle, type Precision } from "./interval";
import { FormulaKernel } from "./kernel";
import { evaluate } from "./reference";
import { formulas, parametersOf } from "./written";

const POINTS = Float32Array.of(0, 1, -1, 0.5, -2, 3, -0.3, 7.25, -11, 1.7, -0.001, 40);

/** The programs may go another way than the tree, so that errors of theirs may be larger by a few times. */
const ALLOWED = 8;

/** Whether `got` lies in the interval, widened. Beyond what the format can say, anything may be. */
function isWithin(got: number, { low, high }: Interval, p: Precision): boolean {
  const centre = middle({ low, high });
  if (!(high - low < Infinity)) return true;
  const half = 0.5 * ALLOWED * (high - low) + 4 * p.arithmetic * Math.abs(centre) + p.absolute + p.smallest;
  return Math.abs(got - centre) <= half;
}

const saysSomething = ({ low, high }: Interval) => high - low < 1e-3 * (1 + Math.abs(low));

test("values and slopes of 10000 formulas", () => {
  const core = new TestCore("fast");
  let told = 0;
  let all = 0;
  const check = (text: string, what: string, x: number, got: number, expected: Interval, p: Precision) => {
    all++;
    if (saysSomething(expected)) told++;
    if (!isWithin(got, expected, p))
      expect.fail(`${what} of ${text} at ${x}: ${got}, not in ${expected.low} .. ${expected.high}`);
  };
  fc.assert(
    fc.property(formulas, (text) => {
      core.reset();
      const parameters = parametersOf(text);
      const kernel = new FormulaKernel(core, { formula: text, parameters });
      const tree = parseFormula(text, parameters);
      const [value, slope] = [kernel.forward(POINTS), kernel.slope(POINTS)];
      const [value64, slope64] = [kernel.value64(POINTS), kernel.slope64(POINTS)];
      POINTS.forEach((x, i) => {
        const single = evaluate(tree, x, FLOAT32);
        check(text, "value in float32", x, value[i]!, single.value, FLOAT32);
        check(text, "slope in float32", x, slope[i]!, single.slope, FLOAT32);
        const double = evaluate(tree, x, FLOAT64);
        check(text, "value in float64", x, value64[i]!, double.value, FLOAT64);
        check(text, "slope in float64", x, slope64[i]!, double.slope, FLOAT64);
      });
    }),
    { seed: 11, numRuns: 10_000 },
  );
  expect(all).toBe(10_000 * POINTS.length * 4);
  expect(told / all).toBeGreaterThan(0.6);
});
