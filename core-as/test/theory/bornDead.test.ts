// Born-dead bounds: the paper's exact figure and its closed forms, networks really drawn, and what must always hold.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bornDead, type DeadInputs } from "../../theory/bornDead";
import { Chance } from "./chance";

/** Share of ReLU networks with weights drawn by `weight` of which some hidden layer is zero on all `inputs`. */
function simulated(
  widths: readonly number[],
  inputs: number[][],
  weight: () => number,
  draws: number,
): number {
  let dead = 0;
  for (let draw = 0; draw < draws; draw++) {
    let values = inputs;
    for (const width of widths) {
      const fanIn = values[0]!.length;
      const w = Array.from({ length: width }, () => Array.from({ length: fanIn }, weight));
      values = values.map((x) =>
        w.map((row) =>
          Math.max(
            0,
            row.reduce((z, wi, i) => z + wi * x[i]!, 0),
          ),
        ),
      );
      if (values.every((x) => x.every((h) => h === 0))) {
        dead++;
        break;
      }
    }
  }
  return dead / draws;
}

const DRAWS = 20000;
const chance = new Chance(6);
const LINE = [[1], [-1]];
const PLANE = Array.from({ length: 48 }, (_, i) => [
  Math.cos((2 * Math.PI * (i + 0.5)) / 48),
  Math.sin((2 * Math.PI * (i + 0.5)) / 48),
]);
const LAWS: [string, () => number][] = [
  ["normal", () => chance.normal()],
  ["uniform", () => chance.uniform() - 0.5],
];
const WIDTHS = [
  [2, 2],
  [3, 2],
  [2, 4],
  [2, 2, 2],
  [3, 3, 3, 3],
  [2, 4, 3, 2, 3],
  [1, 3, 2],
  [4, 4, 4, 4, 4, 4],
];

describe.each(LAWS)("against networks with %s weights", (_law, weight) => {
  it.each(WIDTHS.map((widths) => [widths]))("%j", (widths) => {
    const cases: [DeadInputs, number[][]][] = [
      ["ray", [[1]]],
      ["line", LINE],
      ["any", PLANE],
    ];
    for (const [inputs, set] of cases) {
      const { low, high } = bornDead(widths, inputs);
      const share = simulated(widths, set, weight, DRAWS);
      const error = 4 * Math.sqrt(0.25 / DRAWS);
      expect(share).toBeGreaterThan(low - error);
      expect(share).toBeLessThan(high + error);
      if (low === high)
        expect(Math.abs(share - low)).toBeLessThan(4 * Math.sqrt((low * (1 - low)) / DRAWS) + 1e-9);
    }
  });
});

describe("known exactly", () => {
  it("input dimension 1, two hidden layers of width 2: 0.15625 (Lu et al. 2019)", () => {
    expect(bornDead([2, 2], "line")).toEqual({ low: 0.15625, high: 0.15625 });
  });

  it("one hidden layer cannot be dead on both signs; on one ray it is with 2^-N", () => {
    expect(bornDead([3], "line")).toEqual({ low: 0, high: 0 });
    expect(bornDead([3], "any")).toEqual({ low: 0, high: 0.125 });
    expect(bornDead([3], "ray")).toEqual({ low: 0.125, high: 0.125 });
    expect(bornDead([], "any")).toEqual({ low: 0, high: 0 });
  });

  it("on a line, all orders of sign patterns of two hidden layers, counted", () => {
    for (const [n, m] of [
      [2, 3],
      [3, 2],
      [4, 3],
    ] as const) {
      // Units of layer 1 by their sign; a unit of layer 2 is dead if it is negative on each ray that lives.
      let total = 0;
      for (let pattern = 0; pattern < 2 ** n; pattern++) {
        const mixed = pattern !== 0 && pattern !== 2 ** n - 1;
        total += (mixed ? 0.25 : 0.5) ** m / 2 ** n;
      }
      const { low, high } = bornDead([n, m], "line");
      expect(low).toBe(high);
      expect(low).toBeCloseTo(total, 14);
    }
  });

  it("a first or second layer of width 1 makes the line exact at any depth", () => {
    for (const widths of [
      [1, 3, 4, 2, 5],
      [4, 1, 3, 3, 6],
    ]) {
      const { low, high } = bornDead(widths, "line");
      expect(high).toBeCloseTo(low, 14);
    }
  });
});

it("for equal widths and input dimension 1, the paper's closed-form lower bound", () => {
  for (const n of [2, 3, 5, 10])
    for (const hidden of [2, 3, 7, 30]) {
      const a1 = 1 - 2 ** -n;
      const a2 = 1 - 2 ** (1 - n) - (n - 1) * 4 ** -n;
      const share = ((1 - 2 ** (1 - n)) * (1 - 2 ** -n)) / (1 + (n - 1) * 2 ** -n);
      const steps = hidden - 1;
      const closed = 1 - a1 ** steps - share * (a1 ** steps - a2 ** steps);
      const { low } = bornDead(new Array<number>(hidden).fill(n), "line");
      expect(Math.abs(low - closed)).toBeLessThan(1e-13);
    }
});

it("bounds are bounds: in order, in [0, 1], rising with depth, falling with width", () => {
  const widths = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(widths, fc.constantFrom<DeadInputs>("ray", "line", "any"), fc.nat(), (list, inputs, at) => {
      const { low, high } = bornDead(list, inputs);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(high);
      expect(high).toBeLessThanOrEqual(1);
      expect(high).toBeLessThanOrEqual(bornDead(list, "ray").high);
      const deeper = bornDead([...list, 5], inputs);
      expect(deeper.low).toBeGreaterThanOrEqual(low);
      expect(deeper.high).toBeGreaterThanOrEqual(high);
      const wider = list.map((n, i) => (i === at % list.length ? n + 1 : n));
      expect(bornDead(wider, "ray").high).toBeLessThanOrEqual(bornDead(list, "ray").high);
    }),
  );
});

it("wide and deep networks keep their digits", () => {
  const deep = (width: number, depth = 1000) => bornDead(new Array<number>(depth).fill(width), "line");
  expect(deep(16384)).toEqual({ low: 0, high: 0 });
  const { low, high } = deep(100);
  expect(high / (998 * 2 ** -100)).toBeCloseTo(1, 9);
  expect(low).toBeGreaterThan(0);
  expect(low).toBeLessThan(high);
  expect(deep(2).low).toBeGreaterThan(0.999);
  expect(bornDead(new Array<number>(1000).fill(64), "any").low).toBeGreaterThanOrEqual(0);
  expect(bornDead([16384, 1, 16384], "any").low).toBe(2 ** -16384);
  expect(bornDead([3, 16384, 2], "any").low).toBeCloseTo(0, 12);
});
