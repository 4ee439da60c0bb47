// The Jacobian's closed forms against matrices really drawn, at widths where 1/n is large, and their wide limits.
import { describe, expect, it } from "vitest";
import { type JacobianLayer, jacobianPrediction } from "../../theory/jacobian";
import { Chance, product, sum } from "./chance";

const LINEAR = { slopeSquare: 1, slopeFourth: 1 };
const RELU = { slopeSquare: 0.5, slopeFourth: 0.5 };
/** phi' is 0.3 or 1.7, each half of the time. */
const UNEVEN = { slopeSquare: (0.3 ** 2 + 1.7 ** 2) / 2, slopeFourth: (0.3 ** 4 + 1.7 ** 4) / 2 };
const SLOPES = new Map<object, [number, number]>([
  [LINEAR, [1, 1]],
  [RELU, [0, 1]],
  [UNEVEN, [0.3, 1.7]],
]);

type Kind = JacobianLayer["kind"];
type Slopes = Pick<JacobianLayer, "slopeSquare" | "slopeFourth">;

function chain(
  widths: readonly number[],
  kinds: readonly Kind[],
  slopes: Slopes,
  sigmaWSquare = 1.5,
): JacobianLayer[] {
  return widths.slice(1).map((fanOut, l) => ({
    fanIn: widths[l]!,
    fanOut,
    sigmaWSquare,
    kind: kinds[l % kinds.length]!,
    ...slopes,
  }));
}

/** Sum s^2 and sum s^4 of one draw. */
function drawn(layers: readonly JacobianLayer[], slopes: Slopes, chance: Chance): [number, number] {
  const n = layers[0]!.fanIn;
  let m: number[][] = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)),
  );
  for (const { fanIn, fanOut, sigmaWSquare, kind } of layers) {
    const entry = Math.sqrt(sigmaWSquare / fanIn);
    const w =
      kind === "gaussian"
        ? chance.gaussian(fanOut, fanIn, entry)
        : chance
            .orthogonal(fanOut, fanIn)
            .map((row) => row.map((x) => x * entry * Math.sqrt(Math.max(fanIn, fanOut))));
    m = product(w, m);
    const [low, high] = SLOPES.get(slopes)!;
    for (const row of m) {
      const slope = chance.uniform() < 0.5 ? low : high;
      for (let j = 0; j < row.length; j++) row[j]! *= slope;
    }
  }
  const gram = product(
    m,
    m[0]!.map((_, j) => m.map((row) => row[j]!)),
  );
  return [sum(gram.map((row, i) => row[i]!)), sum(gram.flat().map((x) => x * x))];
}

const G: Kind[] = ["gaussian"];
const O: Kind[] = ["orthogonal"];

describe("against matrices drawn", () => {
  it.each([
    ["linear Gaussian", [6, 9, 4], G, LINEAR],
    ["Gaussian, uneven slopes", [5, 8, 6], G, UNEVEN],
    ["ReLU Gaussian, widening", [4, 7, 12], G, RELU],
    ["ReLU orthogonal, square", [8, 8, 8], O, RELU],
    ["orthogonal, narrowing", [12, 7, 4], O, UNEVEN],
    ["orthogonal, widening", [4, 7, 12], O, UNEVEN],
    ["orthogonal, through a neck", [6, 3, 8], O, UNEVEN],
    ["both kinds", [5, 9, 6, 8], ["orthogonal", "gaussian"] as Kind[], UNEVEN],
    ["width 1", [3, 1, 2], ["orthogonal", "gaussian"] as Kind[], UNEVEN],
  ])("%s %j", (_name, widths, kinds, slopes) => {
    const layers = chain(widths, kinds, slopes);
    const values = Math.min(widths[0]!, widths.at(-1)!);
    const chance = new Chance(20);
    const runs = Array.from({ length: 6000 }, () => drawn(layers, slopes, chance));
    const n = runs.length;
    const one = sum(runs.map(([s]) => s)) / n;
    const two = sum(runs.map(([s]) => s * s)) / n;
    const four = sum(runs.map(([, q]) => q)) / n;
    const got = jacobianPrediction(layers);
    // Standard errors of the ratios, by the delta method.
    const error = (x: (run: [number, number]) => number) => Math.sqrt(sum(runs.map((r) => x(r) ** 2))) / n;
    const ratio = four / two;
    expect(Math.abs(one / values - got.meanSquare)).toBeLessThan(
      4 * error(([s]) => (s - one) / values) + 1e-9,
    );
    expect(Math.abs(values * ratio - 1 - got.spread!)).toBeLessThan(
      4 * values * error(([s, q]) => (q - ratio * s * s) / two) + 1e-9,
    );
    const relative = two / one ** 2;
    expect(Math.abs(relative - 1 - got.relativeVariance!)).toBeLessThan(
      4 * error(([s]) => (s * s - two) / one ** 2 - (2 * relative * (s - one)) / one) + 1e-9,
    );
  });
});

describe("wide limits (Pennington, Schoenholz & Ganguli 2017; Saxe et al. 2014)", () => {
  const depth = 7;
  const wide = (kinds: Kind[], slopes: Slopes, sigmaWSquare: number, width = 1e7) =>
    jacobianPrediction(chain(new Array<number>(depth + 1).fill(width), kinds, slopes, sigmaWSquare));

  it.each([
    ["linear Gaussian", G, LINEAR, 1, depth],
    ["ReLU Gaussian", G, RELU, 2, 2 * depth],
    ["ReLU orthogonal", O, RELU, 2, depth],
    ["linear orthogonal", O, LINEAR, 1, 0],
  ] as const)("%s", (_name, kinds, slopes, sigmaWSquare, spread) => {
    const got = wide([...kinds], slopes, sigmaWSquare);
    expect(got.meanSquare).toBeCloseTo(1, 9);
    expect(got.spread!).toBeCloseTo(spread, 4);
    expect(got.relativeVariance!).toBeLessThan(1e-5);
  });

  it("linear orthogonal is exactly flat at any width", () => {
    expect(wide(O, LINEAR, 1, 10).spread!).toBeLessThan(1e-12);
  });
});

it("the mean square is prod(sigma_w^2 E[phi'^2]) N_L / min(N_0, N_L)", () => {
  expect(jacobianPrediction(chain([10, 40, 30], G, RELU, 3)).meanSquare).toBeCloseTo(1.5 ** 2 * 3, 12);
  expect(jacobianPrediction(chain([30, 40, 10], O, RELU, 3)).meanSquare).toBeCloseTo(1.5 ** 2, 12);
});

it("stays a number in deep networks, and says so where there is none", () => {
  for (const sigmaWSquare of [1e-6, 1, 1e6])
    for (const width of [1, 3, 16384]) {
      const { spread } = jacobianPrediction(
        chain(new Array<number>(1001).fill(width), G, RELU, sigmaWSquare),
      );
      expect(spread!).toBeGreaterThanOrEqual(0);
      expect(spread!).toBeLessThanOrEqual(width - 1 + 1e-9);
    }
  const dead = { slopeSquare: 0, slopeFourth: 0 };
  expect(jacobianPrediction(chain([5, 5], G, dead))).toEqual({
    meanSquare: 0,
    spread: null,
    relativeVariance: null,
  });
});
