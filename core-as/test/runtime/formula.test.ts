// Typed activations in whole runs, beside the built-in ones that they spell: measurements, gradients, gains, kinks.
import { describe, expect, it } from "vitest";
import { activationFunctions } from "../../runtime/functions";
import { formulaKinks } from "../../runtime/kinks";
import { MeasuringCore } from "../../runtime/tally";
import { activationFacts, activationLabel, saturationOf } from "../../spec/activations";
import type { ActivationName, ActivationSpec, FormulaActivation } from "../../spec/experiment";
import type { LayerResult } from "../../spec/result";
import type { WrittenWeights } from "../../spec/written";
import { criticalPoint } from "../../theory/critical";
import { momentsOf } from "../../theory/expectations";
import { gainOf } from "../../theory/gains";
import { parseFormula } from "../../formula/parser";
import { parseExperiment } from "../../spec/parse";
import { plain } from "../formula/reference";
import { TWINS } from "../formula/twins";
import { BUILDS } from "../harness";
import { builtCore, experiment, Kept, runOn } from "./host";

const QUICK_GELU: FormulaActivation = { formula: "x*sigmoid(beta*x)", parameters: { beta: 1.702 } };

const net = (activation: ActivationName | ActivationSpec, weights: WrittenWeights, units = 24) =>
  experiment({
    seed: 3,
    data: { source: "gaussian", samples: 300, features: units },
    network: {
      hidden: { layers: 4, units, activation, weights, residual: { every: 2, scale: 0.5 } },
      output: { units: 3, activation: "identity", weights: { scheme: "xavier_normal" } },
    },
    backward: { kind: "probe" },
  });

/** Figures of a layer that follow smoothly from the numbers in it. */
const figures = (layer: LayerResult) => [
  layer.weights.std,
  layer.preactivations.rms,
  layer.preactivations.std,
  layer.activations.rms,
  layer.activations.std,
  layer.activations.acrossSampleStd,
  layer.activations.meanCosine,
  layer.activations.effectiveRank,
  layer.gradients!.preactivations.rms,
  layer.gradients!.weights.rms,
  layer.gradients!.input.rms,
];

describe.each(BUILDS)("%s core", (build) => {
  it.each([
    ["silu", "x*sigmoid(x)"],
    ["silu", "x/(1+exp(-x))"],
    ["gelu", "0.5*x*(1+erf(x/sqrt(2)))"],
    ["mish", "x*tanh(log(1+exp(x)))"],
    ["hardtanh", "max(-1,min(1,x))"],
    ["relu", "max(x,0)"],
    ["elu", "where(x>0,x,exp(x)-1)"],
    ["sin", "sin(x)"],
  ] as const)("a run of %s as %s", async (name, formula) => {
    // `forward` gains pass through the formula's float64, kinks and all.
    const weights: WrittenWeights = { scheme: "he_normal", nonlinearity: "forward" };
    const built = await runOn(build, net(name, weights), { keepTensors: true });
    const typed = await runOn(build, net({ formula }, weights), { keepTensors: true });
    built.result.layers.forEach((layer, i) => {
      const other = typed.result.layers[i]!;
      figures(layer).forEach((figure, k) => {
        expect(Math.abs(figures(other)[k]! - figure), `layer ${i + 1}, figure ${k}`).toBeLessThanOrEqual(
          2e-5 * Math.abs(figure),
        );
      });
      expect(other.activations.saturatedFraction).toBeNull();
      expect(other.activations.deadUnits).toBe(layer.activations.deadUnits);
      // Quantiles of its own fine histogram: the rank is right to 0.2 %.
      const scale = layer.activations.std;
      for (const [p, value] of Object.entries(layer.activations.quantiles))
        expect(Math.abs(other.activations.quantiles[p]! - value), `quantile ${p}`).toBeLessThan(0.02 * scale);
    });
    const [a, b] = [new Kept(built), new Kept(typed)];
    for (const tensor of a.names.filter((each) => each.includes("grad") || each.includes("activation"))) {
      const [x, y] = [a.f32(tensor), b.f32(tensor)];
      const largest = x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      x.forEach((v, i) => {
        if (!(Math.abs(y[i]! - v) <= 1e-4 * largest)) expect.fail(`${tensor}[${i}]: ${y[i]}, not ${v}`);
      });
    }
  });

  it("theory stands beside a formula as beside the built-in activation", async () => {
    const weights: WrittenWeights = { scheme: "lecun_normal" };
    const written = (activation: ActivationName | ActivationSpec) =>
      experiment({
        data: { source: "gaussian", samples: 200, features: 50 },
        network: { hidden: { layers: 3, units: 50, activation, weights } },
        backward: { kind: "probe" },
      });
    const built = await runOn(build, written("gelu"));
    const typed = await runOn(build, written({ formula: "x*0.5*(1+erf(x/sqrt(2)))" }));
    built.result.layers.forEach(({ theory }, i) => {
      const other = typed.result.layers[i]!.theory!;
      for (const figure of ["q", "chi", "activationRms", "acrossSampleStd", "gradientScale"] as const)
        expect(other[figure], figure).toBeCloseTo(theory![figure]!, 6);
    });
  });

  const core = new MeasuringCore(builtCore(build).module);
  const functions = (activation: ActivationSpec) => activationFunctions(core, activation);

  it.each(TWINS.map((twin) => [`${twin.name} as ${twin.formula}`, twin] as const))(
    "gains of %s",
    (_title, { name, formula }) => {
      if (name === "leaky_relu" || name === "prelu" || name === "elu" || name === "celu") return;
      const [built, typed] = [functions({ name }), functions({ formula })];
      for (const criterion of ["forward", "variance", "backward"] as const)
        expect(Math.abs(gainOf(typed, criterion) / gainOf(built, criterion) - 1), criterion).toBeLessThan(
          1e-11,
        );
    },
  );

  it("critical weights of a formula", () => {
    for (const [name, formula, sigmaB] of [
      ["tanh", "tanh(x)", 0.3],
      ["silu", "x*sigmoid(x)", 0.8],
      ["hardtanh", "max(-1,min(1,x))", 0.3],
      ["relu", "relu(x)", 0],
    ] as const) {
      const [built, typed] = [functions({ name }), functions({ formula })].map((a) =>
        criticalPoint(momentsOf(a), sigmaB),
      );
      expect(Math.abs(typed!.sigmaW / built!.sigmaW - 1), name).toBeLessThan(1e-8);
    }
  });

  it("one by one and in bulk the same bits", () => {
    const { phi, dphi, phiBulk, dphiBulk } = functions(QUICK_GELU);
    const xs = Float64Array.from({ length: 1000 }, (_, i) => (i - 500) / 37);
    expect(phiBulk(xs)).toEqual(xs.map(phi));
    expect(dphiBulk(xs)).toEqual(xs.map(dphi));
  });

  it("kinks are found", () => {
    const root = Math.sqrt(2);
    const cases: [string, number[]][] = [
      ["x*sigmoid(1.702*x)", []],
      ["max(x,0)", [0]],
      ["relu(2*x-3)", [1.5]],
      ["max(-1,min(1,x))", [-1, 1]],
      ["abs(x)+abs(x-0.3)", [0, 0.3]],
      ["where(x>0.1,x,0.01*x)", [0.1]],
      ["where((x>-2)*(x<3),x,0)", [-2, 3]],
      ["x*min(max(x+3,0),6)/6", [-3, 3]],
      ["max(x,0.2*x+1)", [1.25]],
      ["where(x^2<2,x,0)", [-root, root]],
      ["max(exp(x),2)", [Math.log(2)]],
      ["relu(sin(x*0.7+0.1))*(abs(x)<3)", [-3, -0.1 / 0.7, 3]],
      ["x/(1+abs(x))", [0]],
      ["sqrt(abs(x-7))", [7]],
      ["sign(x^3-1)", [1]],
      ["max(x,x)", []],
      ["sqrt(x)+log1p(x)", [-1, 0]],
    ];
    for (const [formula, expected] of cases) {
      const found = formulaKinks(core, { formula }).filter((kink) => Math.abs(kink) <= 8);
      const near = expected.every((kink) =>
        found.some((each) => Math.abs(each - kink) <= 1e-14 * Math.abs(kink)),
      );
      expect(near, `${formula}: ${found.join()}`).toBe(true);
      // What else is found lies where phi has another kink or none: it must not be much.
      expect(found.length, `${formula}: ${found.join()}`).toBeLessThanOrEqual(expected.length + 3);
    }
    const many = formulaKinks(core, { formula: "abs(sin(40*x))" });
    expect(many.length).toBe(64);
    many.forEach((kink) => {
      const k = Math.round((kink * 40) / Math.PI);
      expect(kink).toBeCloseTo((k * Math.PI) / 40, 13);
    });
  });

  it("gradients by central differences of the formula as it is written", async () => {
    const formula = "where(x>0.1, x*tanh(softplus(x)), 0.3*sin(2*x)) + 0.1*max(x, -x^2)";
    const { result, tensors } = await runOn(build, net({ formula }, { scheme: "he_normal" }, 7), {
      keepTensors: true,
    });
    const kept = new Kept({ tensors });
    const { phi, dphi } = plain(parseFormula(formula));
    for (const { index } of result.layers.slice(0, 4)) {
      const z = kept.f32(`layer${index}.preactivation`);
      for (let i = 0; i < z.length; i += 13) {
        const h = 1e-6;
        if ([0.1, 0, -1].some((kink) => Math.abs(z[i]! - kink) < 2 * h)) continue;
        expect(dphi(z[i]!)).toBeCloseTo((phi(z[i]! + h) - phi(z[i]! - h)) / (2 * h), 6);
      }
    }
  });
});

describe("a formula's run", () => {
  it("has the same digest with 1, 2 and 5 workers, and on the checked core", async () => {
    const spec = net(QUICK_GELU, { scheme: "critical", sigma_b: 0.2 });
    const digest = async (workers: number, build: (typeof BUILDS)[number] = "fast") =>
      (await runOn(build, spec, { workers })).result.digest;
    const one = await digest(1);
    for (const workers of [2, 5]) expect(await digest(workers)).toBe(one);
    expect(await digest(2, "checked")).toBe(one);
  });

  it("is the same by parameter and by number", async () => {
    const weights: WrittenWeights = { scheme: "he_normal", nonlinearity: "variance" };
    // The layers say which activation they have; what is measured is the same.
    const [a, b] = await Promise.all(
      [QUICK_GELU, { formula: " x * sigmoid(1.702*x)" }].map(async (activation) => {
        const { result } = await runOn("fast", net(activation, weights));
        return result.layers.map((layer) => ({ ...layer, activation: null }));
      }),
    );
    expect(a).toEqual(b);
  });

  it("counts what is not finite, and says that a gain does not exist", async () => {
    const { result } = await runOn("fast", net({ formula: "log(x)" }, { scheme: "he_normal" }));
    const first = result.layers[0]!;
    expect(first.activations.nonFinite).toBeGreaterThan(0.4 * first.activations.count);
    expect(first.activations.nonFinite).toBeLessThan(0.6 * first.activations.count);
    // Theory has no moments of it, and says so.
    expect(first).toMatchObject({ theory: null });
    expect(first.theoryAbsent).toMatch(/no finite mean square/);
    const none = runOn("fast", net({ formula: "log(x)" }, { scheme: "he_normal", nonlinearity: "forward" }));
    await expect(none).rejects.toThrow(/forward gain does not exist/);
  });

  it("a constant, a step, a line: all run", async () => {
    for (const formula of ["0.5", "x>0", "x", "-x", "sign(x)"]) {
      const { result } = await runOn("fast", net({ formula }, { scheme: "lecun_normal" }));
      expect(result.layers[0]!.activations.nonFinite, formula).toBe(0);
      expect(result.layers[0]!.gradients!.preactivations.nonFinite, formula).toBe(0);
    }
  });
});

describe("the spec's formulas", () => {
  it("keep text and parameters, sorted, and stay themselves when read again", () => {
    const spec = net({ formula: "x * b + a_2", parameters: { b: 2, a_2: 1 } }, { scheme: "zeros" });
    const { activation } = spec.network.layers[0]!;
    expect(JSON.stringify(activation)).toBe('{"formula":"x * b + a_2","parameters":{"a_2":1,"b":2}}');
    expect(parseExperiment(spec)).toEqual(spec);
    const bare = net({ formula: "x", parameters: {} }, { scheme: "zeros" });
    expect(bare.network.layers[0]!.activation).toEqual({ formula: "x" });
  });

  it("have a label, no saturation, and facts that claim nothing", () => {
    expect(activationLabel(QUICK_GELU)).toBe("x*sigmoid(beta*x)");
    expect(activationLabel({ name: "tanh" })).toBe("tanh");
    expect(saturationOf(QUICK_GELU)).toBeNull();
    expect(saturationOf({ name: "relu6" })).toEqual({ low: null, high: 6 });
    const facts = activationFacts({ formula: "max(x, a)", parameters: { a: 2 } });
    expect(facts).toMatchObject({ low: null, high: null, monotone: false, kinks: [2] });
  });
});
