// Every edit makes a spec that parses, and keeps what it can keep.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIVATION_NAMES } from "../../../core-as/spec/activations";
import type { Experiment, SchemeName } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset, PRESETS } from "../../../core-as/spec/presets";
import { BIAS_SCHEME_NAMES, SCHEME_NAMES } from "../../../core-as/spec/schemes";
import { activationOf, biasOf, weightsOf, withParameter } from "../../src/lab/choices";
import * as edits from "../../src/lab/edits";

const preset = (name: string): Experiment => edits.fromPreset(findPreset(name), 20);
const first = preset("large-normal-sigmoid");
const onDigits = preset("he-normal-relu-digits");
const schemes = SCHEME_NAMES.filter((name): name is Exclude<SchemeName, "file"> => name !== "file");
const SOURCES = ["gaussian", "uniform", "digits", "two_moons", "spirals", "xor"] as const;

/** Resolved, so that it parses to itself. */
function parses(spec: Experiment): Experiment {
  expect(parseExperiment(spec)).toEqual(spec);
  return spec;
}

describe("network", () => {
  it("grows by layers like the last and shrinks from the end; blocks shrink along", () => {
    const residual = edits.setResidual(first, { every: 4, scale: 1 });
    const grown = parses(edits.setDepth(edits.setActivation(residual, 4, { name: "tanh" }), 7));
    expect(
      grown.network.layers.map(({ activation }) => ("name" in activation ? activation.name : "")),
    ).toEqual(["sigmoid", "sigmoid", "sigmoid", "sigmoid", "tanh", "tanh", "tanh"]);
    const shrunk = parses(edits.setDepth(grown, 2));
    expect(shrunk.network.layers).toHaveLength(2);
    expect(shrunk.network.residual).toEqual({ every: 2, scale: 1 });
  });

  it("sets one layer alone, finds it, and makes it as the others again", () => {
    const odd = parses(edits.setWeights(first, 2, { scheme: "xavier_normal", gain: 1 }));
    expect(edits.oddLayers(odd.network)).toEqual([2]);
    expect(edits.asTheOthers(odd, 2)).toEqual(first);
    // What one layer was given stays with it when the others are changed.
    const he = parses(edits.setWeights(odd, "all", weightsOf("he_normal", { scheme: "zeros" })));
    expect(he.network.layers.map(({ weights }) => weights.scheme)).toEqual(
      [0, 1, 2, 3, 4].map((i) => (i === 2 ? "xavier_normal" : "he_normal")),
    );
  });

  it("outputs drawn like the hidden layers stay so, others stay as they are", () => {
    const xavier = { scheme: "xavier_normal", gain: 1 } as const;
    expect(edits.setWeights(onDigits, "all", xavier).network.output?.weights).toEqual(xavier);
    expect(edits.setWeights(onDigits, 1, xavier).network.output?.weights.scheme).toBe("he_normal");
    const own = edits.setWeights(onDigits, "output", xavier);
    expect(edits.setWeights(own, "all", { scheme: "zeros" }).network.output?.weights).toEqual(xavier);
  });

  it("a bias that comes with the scheme goes with it, a chosen one stays", () => {
    const torch = parses(edits.setWeights(first, "all", { scheme: "torch_linear_default" }));
    expect(torch.network.layers[0]!.bias).toEqual({ scheme: "torch_linear_default" });
    const chosen = edits.setBias(first, "all", { scheme: "ones" });
    expect(
      edits.setWeights(chosen, "all", { scheme: "torch_linear_default" }).network.layers[0]!.bias,
    ).toEqual({
      scheme: "ones",
    });
  });

  it("He keeps its nonlinearity when the activation changes", () => {
    const he = edits.setWeights(first, "all", weightsOf("he_normal", first.network.layers[0]!.weights));
    const tanh = parses(edits.setActivation(he, "all", { name: "tanh" }));
    expect(tanh.network.layers[0]!.weights).toMatchObject({ scheme: "he_normal", nonlinearity: "relu" });
  });

  it("counts weights and biases", () => {
    expect(edits.parameterCount(first)).toBe(50_500);
    expect(edits.parameterCount(onDigits)).toBe(64 * 100 + 100 + 4 * 10_100 + 1010);
    expect(edits.parameterCount(edits.setFile(first, { path: "a.csv" }))).toBeNull();
  });
});

describe("data and the way back", () => {
  it("cross-entropy brings its outputs, and goes where there are no labels", () => {
    const digits = parses(edits.setSource(first, "digits"));
    expect(digits.data).toEqual({ source: "digits", samples: 1000, standardize: true });
    const loss = parses(edits.setBackward(digits, "cross_entropy"));
    expect(loss.network.output?.units).toBe(10);
    const moons = parses(edits.setSource(loss, "two_moons"));
    expect(moons.network.output?.units).toBe(2);
    expect(moons.backward.kind).toBe("cross_entropy");
    expect(parses(edits.setSource(moons, "gaussian")).backward.kind).toBe("probe");
    expect(parses(edits.setOutput(moons, false)).backward.kind).toBe("probe");
  });

  it("outputs follow the arms of the spirals", () => {
    const spirals = edits.setBackward(edits.setSource(first, "spirals"), "cross_entropy");
    expect(parses(edits.setData(spirals, { classes: 5 })).network.output?.units).toBe(5);
  });

  it("keeps the correlation possible when features are added", () => {
    const two = edits.setData(edits.setData(first, { features: 2 }), { correlation: -1 });
    expect(parses(edits.setData(two, { features: 11 })).data).toMatchObject({ correlation: -0.1 });
  });

  it("a plain change of source and back keeps the samples", () => {
    const there = edits.setSource(edits.setData(first, { samples: 321 }), "xor");
    expect(edits.setSource(there, "gaussian").data).toMatchObject({ samples: 321, features: 100 });
  });
});

describe("schemes", () => {
  it("carries over what two schemes share, and cuts a normal at two std", () => {
    const normal = { scheme: "normal", mean: 0.5, std: 0.01 } as const;
    expect(weightsOf("truncated_normal", normal)).toEqual({
      scheme: "truncated_normal",
      mean: 0.5,
      std: 0.01,
      low: 0.48,
      high: 0.52,
    });
    expect(weightsOf("normal", weightsOf("truncated_normal", normal))).toEqual(normal);
    expect(weightsOf("orthogonal", { scheme: "xavier_normal", gain: 2 })).toEqual({
      scheme: "orthogonal",
      gain: 2,
    });
  });

  it("a slope that does not count goes back to its default", () => {
    const leaky = withParameter(
      withParameter(weightsOf("he_normal", { scheme: "zeros" }), "nonlinearity", "leaky_relu"),
      "negative_slope",
      0.3,
    );
    expect(withParameter(leaky, "nonlinearity", "tanh")).toMatchObject({ negative_slope: 0.01 });
  });

  it("any walk through the controls stays a spec", () => {
    const step = fc.oneof(
      fc
        .constantFrom(...schemes)
        .map(
          (name) => (spec: Experiment) =>
            edits.setWeights(spec, "all", weightsOf(name, spec.network.layers[0]!.weights)),
        ),
      fc
        .constantFrom(...BIAS_SCHEME_NAMES)
        .map(
          (name) => (spec: Experiment) =>
            edits.setBias(spec, "all", biasOf(name, spec.network.layers[0]!.bias)),
        ),
      fc
        .constantFrom(...ACTIVATION_NAMES)
        .map(
          (name) => (spec: Experiment) =>
            edits.setActivation(spec, "all", activationOf(name, spec.network.layers[0]!.activation)),
        ),
      fc.constantFrom(...SOURCES).map((name) => (spec: Experiment) => edits.setSource(spec, name)),
      fc.integer({ min: 1, max: 30 }).map((depth) => (spec: Experiment) => edits.setDepth(spec, depth)),
      fc
        .integer({ min: 1, max: 300 })
        .map((units) => (spec: Experiment) => edits.setUnits(spec, "all", units)),
      fc.boolean().map((isOn) => (spec: Experiment) => edits.setOutput(spec, isOn)),
      fc.constant((spec: Experiment) =>
        spec.data.source === "gaussian" || spec.data.source === "uniform"
          ? spec
          : edits.setBackward(spec, "cross_entropy"),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...PRESETS), fc.array(step, { maxLength: 12 }), (start, steps) => {
        steps.reduce((spec, change) => parses(change(spec)), edits.fromPreset(start, 20));
      }),
      { numRuns: 300 },
    );
  });
});
