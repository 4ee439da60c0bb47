import { describe, expect, test } from "vitest";
import { Activation } from "../../shared/activation";
import { activationFacts, ACTIVATION_NAMES, activationParameter, ACTIVATIONS } from "../../spec/activations";
import type { ActivationName, NamedActivation } from "../../spec/experiment";

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const clip = (z: number, low: number, high: number) => Math.min(high, Math.max(low, z));

/** Abramowitz & Stegun 7.1.5, enough terms for |x| < 6. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const PHI: Readonly<Record<ActivationName, (z: number, a: number) => number>> = {
  identity: (z) => z,
  sigmoid,
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  leaky_relu: (z, a) => (z > 0 ? z : a * z),
  prelu: (z, a) => (z > 0 ? z : a * z),
  elu: (z, a) => (z > 0 ? z : a * Math.expm1(z)),
  selu: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
  celu: (z, a) => (z > 0 ? z : a * Math.expm1(z / a)),
  gelu: (z) => (z / 2) * (1 + erf(z / Math.SQRT2)),
  gelu_tanh: (z) => (z / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
  silu: (z) => z * sigmoid(z),
  mish: (z) => z * Math.tanh(softplus(z)),
  softplus,
  softsign: (z) => z / (1 + Math.abs(z)),
  hardtanh: (z) => clip(z, -1, 1),
  hard_sigmoid: (z) => clip(z / 6 + 0.5, 0, 1),
  hard_swish: (z) => z * clip(z / 6 + 0.5, 0, 1),
  relu6: (z) => clip(z, 0, 6),
  sin: (z, a) => Math.sin(a * z),
};

const VARIANTS: readonly NamedActivation[] = [
  ...ACTIVATION_NAMES.map((name) => ({ name })),
  { name: "leaky_relu", negative_slope: 0 },
  { name: "leaky_relu", negative_slope: -0.5 },
  { name: "prelu", negative_slope: 1 },
  { name: "elu", alpha: 0.3 },
  { name: "celu", alpha: 2 },
  { name: "sin", omega: 3 },
];

const STEP = 1 / 64;
const GRID = Array.from({ length: 60 * 64 + 1 }, (_, index) => -30 + index * STEP);

test("every code of the core has one row, under its own name", () => {
  const codes = Object.keys(Activation).filter((key) => Number.isNaN(Number(key)));
  expect([...ACTIVATION_NAMES].sort()).toEqual(codes.sort());
  for (const name of ACTIVATION_NAMES) expect(ACTIVATIONS[name].code).toBe(Activation[name]);
});

test("defaults lie within their bounds", () => {
  for (const name of ACTIVATION_NAMES) {
    const { parameter } = ACTIVATIONS[name];
    if (parameter === null) continue;
    expect(parameter.default).toBeGreaterThanOrEqual(parameter.bounds.min);
    expect(parameter.default).toBeLessThanOrEqual(parameter.bounds.max);
  }
});

describe.each(VARIANTS.map((spec) => [JSON.stringify(spec), spec] as const))("%s", (_title, spec) => {
  const facts = activationFacts(spec);
  const parameter = activationParameter(spec);
  const phi = (z: number) => PHI[spec.name](z, parameter);
  const values = GRID.map(phi);

  test("its range is reached and not left", () => {
    const least = Math.min(...values);
    const most = Math.max(...values);
    if (facts.low === null) expect(least).toBeLessThan(-0.25);
    else {
      expect(least).toBeGreaterThanOrEqual(facts.low - 1e-15);
      expect(least - facts.low).toBeLessThan(spec.name === "softsign" ? 0.04 : 1e-3);
    }
    if (facts.high === null) expect(most).toBeGreaterThan(25);
    else {
      expect(most).toBeLessThanOrEqual(facts.high);
      expect(facts.high - most).toBeLessThan(spec.name === "softsign" ? 0.04 : 1e-3);
    }
  });

  test("monotone says whether it ever falls", () => {
    const falls = values.some((value, index) => index > 0 && value < (values[index - 1] ?? 0) - 1e-15);
    expect(falls).toBe(!facts.monotone);
  });

  test("kinks are where phi' or phi'' jumps, and nowhere else", () => {
    const h = 1e-3;
    // One-sided second differences in steps of h about z: their change over 2h is of order h where phi is smooth.
    const jump = (z: number) => {
      const right = (phi(z + 2 * h) - 2 * phi(z + h) + phi(z)) / (h * h);
      const left = (phi(z) - 2 * phi(z - h) + phi(z - 2 * h)) / (h * h);
      const bend = (phi(z + h) - 2 * phi(z) + phi(z - h)) / h;
      return Math.max(Math.abs(right - left), Math.abs(bend));
    };
    const places = GRID.filter((z) => Math.abs(z) <= 6 && Number.isInteger(z * 4));
    expect(places.filter((z) => jump(z) > 0.1)).toEqual([...facts.kinks]);
  });
});

/** phi' / max |phi'| of the activations that numerics.md calls saturable, in closed form. */
const RELATIVE_SLOPE: Partial<Record<ActivationName, (z: number) => number>> = {
  sigmoid: (z) => 4 * sigmoid(z) * sigmoid(-z),
  tanh: (z) => 1 / Math.cosh(z) ** 2,
  softsign: (z) => 1 / (1 + Math.abs(z)) ** 2,
  hardtanh: (z) => (Math.abs(z) < 1 ? 1 : 0),
  hard_sigmoid: (z) => (Math.abs(z) < 3 ? 1 : 0),
  relu6: (z) => (z < 6 ? 1 : 0),
};

test("saturation: the slope crosses 0.05 of its maximum at the threshold, to 1e-12", () => {
  for (const name of ACTIVATION_NAMES) {
    const { saturation } = ACTIVATIONS[name];
    const slope = RELATIVE_SLOPE[name];
    if (saturation === null || slope === undefined) {
      expect([name, saturation, slope]).toEqual([name, null, undefined]);
      continue;
    }
    for (const threshold of [saturation.low, saturation.high]) {
      if (threshold === null) continue;
      const outward = Math.sign(threshold) * 1e-12;
      expect(slope(threshold + outward), name).toBeLessThan(0.05);
      expect(slope(threshold - outward), name).toBeGreaterThan(0.05);
    }
  }
  expect(ACTIVATIONS.relu6.saturation).toEqual({ low: null, high: 6 });
});
