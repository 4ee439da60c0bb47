import { expect, test } from "vitest";
import { parseExperiment } from "../../spec/parse";
import { findPreset, PRESETS } from "../../spec/presets";
import { problemsIn } from "./refusal";

const names = PRESETS.map((preset) => preset.name);

test("names are unique, written as the contract says, and the first is the one that the app opens on", () => {
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(PRESETS.map((preset) => preset.title)).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/);
  expect(names[0]).toBe("large-normal-sigmoid");
});

test.each(PRESETS.map((preset) => [preset.name, preset] as const))("%s", (_name, preset) => {
  expect(Object.keys(preset)).toEqual(["name", "title", "summary", "tags", "spec"]);
  expect(preset.summary).toMatch(/\.$/);
  expect(preset.tags.length).toBeGreaterThan(0);
  expect(preset.spec.name).toBe(preset.title);
  const experiment = parseExperiment(preset.spec);
  expect(parseExperiment(experiment)).toStrictEqual(experiment);
  expect(JSON.parse(JSON.stringify(preset.spec))).toStrictEqual(preset.spec);
});

test("every case of the founding notes is there, on Gaussian inputs and on the digits", () => {
  const cases = [
    ...["relu", "sigmoid", "tanh"].map((activation) => `zeros-${activation}`),
    "constant-sigmoid",
    ...["large-normal", "small-normal", "xavier-normal", "xavier-uniform"].flatMap((start) => [
      `${start}-sigmoid`,
      `${start}-tanh`,
    ]),
    ...["xavier-normal-relu", "he-normal-relu", "he-uniform-relu"],
    ...["torch-default", "keras-default", "jax-default"],
  ];
  for (const name of cases) {
    const gaussian = parseExperiment(findPreset(name).spec);
    expect(gaussian.data).toMatchObject({ source: "gaussian", samples: 1000, features: 100 });
    expect(gaussian.network.layers.map((layer) => layer.units)).toEqual([100, 100, 100, 100, 100]);
    expect(gaussian.backward.kind).toBe("probe");

    const digits = parseExperiment(findPreset(`${name}-digits`).spec);
    expect(digits.data).toMatchObject({ source: "digits", samples: 1797 });
    expect(digits.network.layers).toEqual(gaussian.network.layers);
    expect(digits.network.output).toMatchObject({ units: 10, activation: { name: "identity" } });
    expect(digits.backward.kind).toBe("cross_entropy");
  }
  expect(findPreset("small-normal-tanh").spec.network).toMatchObject({
    hidden: { weights: { scheme: "normal", mean: 0, std: 0.01 } },
  });
  for (const name of ["deep-relu-xavier", "deep-relu-he"]) {
    expect(parseExperiment(findPreset(name).spec).network.layers).toHaveLength(30);
  }
});

test("an unknown name is met with the nearest", () => {
  expect(problemsIn(() => findPreset("large-normal-sigmod"))).toEqual([
    { path: "preset", message: 'unknown preset "large-normal-sigmod"; did you mean "large-normal-sigmoid"?' },
  ]);
  expect(problemsIn(() => findPreset("?"))[0]?.message).toContain("the presets are: large-normal-sigmoid,");
});
