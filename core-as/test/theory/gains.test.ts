// Gains and critical points, by the core's functions and the theory's quadrature, against another integral over
// functions of the host's Math, and against published figures.
import { describe, expect, it } from "vitest";
import { activationFunctions } from "../../runtime/functions";
import { MeasuringCore } from "../../runtime/tally";
import { ACTIVATION_NAMES, activationFacts } from "../../spec/activations";
import type { ActivationName, ActivationSpec, NamedActivation } from "../../spec/experiment";
import { criticalPoint as criticalPointOf } from "../../theory/critical";
import { momentsOf } from "../../theory/expectations";
import type { ActivationFunctions } from "../../theory/functions";
import { gainOf, NoGainError } from "../../theory/gains";
import { gaussianExpectation } from "../../theory/quadrature";
import { BUILDS } from "../harness";
import { function64 } from "../runtime/activations64";
import { builtCore } from "../runtime/host";
import { integrate } from "../runtime/integral";

const criticalPoint = (a: ActivationFunctions, sigmaB: number) => criticalPointOf(momentsOf(a), sigmaB);

/** Forward, variance and backward gain, worked out with 25 digits (mpmath). */
const GAINS: readonly (readonly [ActivationName, number, number, number])[] = [
  ["identity", 1.0, 1.0, 1.0],
  ["sigmoid", 1.84622854534, 4.80131337204, 4.72264608594],
  ["tanh", 1.59253741972, 1.59253741972, 1.46741359163],
  ["relu", 1.41421356237, 1.71285855045, 1.41421356237],
  ["leaky_relu", 1.414142857, 1.70483162718, 1.414142857],
  ["prelu", 1.37198868114, 1.50460964322, 1.37198868114],
  ["elu", 1.2451983007, 1.27084341785, 1.22342855755],
  ["selu", 1.0, 1.0, 0.966025776974],
  ["celu", 1.2451983007, 1.27084341785, 1.22342855755],
  ["gelu", 1.5335304412, 1.70092624336, 1.48111441271],
  ["gelu_tanh", 1.53358052167, 1.7009165617, 1.48116805809],
  ["silu", 1.67653247033, 1.7871872221, 1.62332025795],
  ["mish", 1.48684758127, 1.5920253811, 1.44475523255],
  ["softplus", 1.04186683554, 1.91912598011, 1.84622854534],
  ["softsign", 2.33753336311, 2.33753336311, 2.09578060894],
  ["hardtanh", 1.39203614045, 1.39203614045, 1.21028706243],
  ["hard_sigmoid", 1.89784042473, 6.01503448664, 6.0081158252],
  ["hard_swish", 1.73665721277, 1.81387147381, 1.67007636744],
  ["relu6", 1.4142135651, 1.71285855497, 1.41421356377],
  ["sin", 1.52086662318, 1.52086662318, 1.32725060028],
];

describe("the quadrature", () => {
  it.each([
    ["1", () => 1, 1, []],
    ["z^2", (z: number) => z * z, 1, []],
    ["z^8", (z: number) => z ** 8, 105, []],
    ["|z|", Math.abs, Math.sqrt(2 / Math.PI), [0]],
    ["z > 1.3", (z: number) => (z > 1.3 ? 1 : 0), 0.0968004845856103, [1.3]],
    ["cos 5z", (z: number) => Math.cos(5 * z), Math.exp(-12.5), []],
    ["exp z", Math.exp, Math.exp(0.5), []],
  ] as [string, (z: number) => number, number, number[]][])("E[%s]", (_name, f, exact, kinks) => {
    const { value, error } = gaussianExpectation(f, Math.exp, kinks);
    expect(Math.abs(value - exact)).toBeLessThan(1e-11 * Math.max(1, exact));
    expect(error).toBeLessThan(1e-11 * Math.max(1, exact));
  });
});

describe.each(BUILDS)("%s core", (build) => {
  const core = new MeasuringCore(builtCore(build).module);
  const of = (name: NamedActivation["name"]) => activationFunctions(core, { name });
  const moments = (spec: ActivationSpec, q: number) => {
    const { phi, dphi } = function64(spec);
    const s = Math.sqrt(q);
    const kinks = activationFacts(spec).kinks.map((k) => k / s);
    return {
      phi: integrate((z) => phi(s * z) ** 2, kinks),
      dphi: integrate((z) => dphi(s * z) ** 2, kinks),
    };
  };

  it.each(ACTIVATION_NAMES)("the gains of %s", (name) => {
    const { phi } = function64({ name });
    const { kinks } = activationFacts({ name });
    const mean = integrate(phi, kinks);
    const m = moments({ name }, 1);
    const expected = {
      forward: m.phi,
      backward: m.dphi,
      variance: integrate((z) => (phi(z) - mean) ** 2, kinks),
    };
    for (const criterion of ["forward", "backward", "variance"] as const) {
      const exact = 1 / Math.sqrt(expected[criterion]);
      expect(Math.abs(gainOf(of(name), criterion) / exact - 1)).toBeLessThan(1e-9);
    }
  });

  it.each(GAINS)("the gains of %s to 11 digits", (name, forward, variance, backward) => {
    const known = { forward, variance, backward };
    for (const criterion of ["forward", "variance", "backward"] as const)
      expect(Math.abs(gainOf(of(name), criterion) / known[criterion] - 1)).toBeLessThan(1e-11);
  });

  it("the table of gains has every activation", () => {
    expect(GAINS.map(([name]) => name)).toEqual(ACTIVATION_NAMES);
  });

  it("known gains", () => {
    expect(gainOf(of("relu"), "forward")).toBeCloseTo(Math.SQRT2, 12);
    expect(gainOf(of("relu"), "backward")).toBeCloseTo(Math.SQRT2, 12);
    // Var[relu(z)] = 1/2 - 1/(2 pi).
    expect(gainOf(of("relu"), "variance")).toBeCloseTo(1 / Math.sqrt(0.5 - 0.5 / Math.PI), 12);
    expect(gainOf(of("identity"), "forward")).toBeCloseTo(1, 12);
    // Self-normalizing: the fixed point of SELU is variance 1.
    expect(gainOf(of("selu"), "forward")).toBeCloseTo(1, 6);
    expect(gainOf(of("tanh"), "forward")).toBeCloseTo(1.5925374197228312, 10);
  });

  it("tanh with sigma_b^2 = 0.05 is critical at sigma_w^2 = 1.76 (Schoenholz et al. 2017)", () => {
    const { sigmaW, q } = criticalPoint(of("tanh"), Math.sqrt(0.05));
    expect(sigmaW ** 2).toBeCloseTo(1.760955, 6);
    expect(q).toBeCloseTo(0.570048, 6);
  });

  it.each([
    ["tanh", 0.3],
    ["gelu", 0.5],
    ["silu", 0.8],
    ["sin", 0.2],
    ["softsign", 0.4],
    ["hardtanh", 0.3],
  ] as const)(
    "the critical point of %s with sigma_b = %d is a fixed point with chi_1 = 1",
    (name, sigmaB) => {
      const { sigmaW, q } = criticalPoint(of(name), sigmaB);
      const m = moments({ name }, q);
      expect(sigmaW ** 2 * m.dphi).toBeCloseTo(1, 8);
      expect(sigmaW ** 2 * m.phi + sigmaB ** 2).toBeCloseTo(q, 8);
    },
  );

  it("GELU is half-stable at q = (3 + sqrt 17) / 2, with sigma_b^2 = 0.173 and sigma_w^2 = 1.983", () => {
    // Roberts, Yaida & Hanin 2022, The principles of deep learning theory, chapter 5: C_b and C_W at K*.
    const { sigmaW, q } = criticalPoint(of("gelu"), Math.sqrt(0.17292239075587146));
    expect(q).toBeCloseTo((3 + Math.sqrt(17)) / 2, 8);
    expect(sigmaW ** 2).toBeCloseTo(1.98305826, 8);
  });

  it.each([
    ["tanh", 1],
    ["gelu", 2],
    ["silu", 2],
  ] as const)("%s without biases is critical where q is 0: sigma_w = 1 / phi'(0)", (name, sigmaW) => {
    expect(criticalPoint(of(name), 0)).toEqual({ sigmaW, q: 0 });
  });

  it("the ReLU family is critical without biases alone", () => {
    expect(criticalPoint(of("relu"), 0).sigmaW).toBeCloseTo(Math.SQRT2, 12);
    expect(criticalPoint(of("identity"), 0).sigmaW).toBeCloseTo(1, 12);
    expect(criticalPoint(of("leaky_relu"), 0).sigmaW).toBeCloseTo(Math.sqrt(2 / 1.0001), 12);
    for (const name of ["relu", "leaky_relu", "identity"] as const)
      expect(() => criticalPoint(of(name), 0.1)).toThrow(NoGainError);
    expect(() => criticalPoint(of("relu"), 0.1)).toThrow(/sigma_b must be 0/);
  });
});
