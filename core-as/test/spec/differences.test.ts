// In what specs differ: each difference once, at its place.
import { describe, expect, it } from "vitest";
import { joinedDifferences, specDifferences } from "../../spec/differences";
import { parseExperiment } from "../../spec/parse";
import { PRESETS } from "../../spec/presets";

const spec = (change: object = {}) =>
  parseExperiment({
    format: "initlab.experiment/1",
    data: { source: "gaussian", samples: 10, features: 4 },
    network: { hidden: hidden() },
    ...change,
  });
const hidden = (change: object = {}) => ({
  layers: 3,
  units: 5,
  activation: "tanh",
  weights: { scheme: "xavier_normal" },
  ...change,
});
const layer = (units: number, weights: object = { scheme: "xavier_normal" }) => ({
  units,
  activation: "tanh",
  weights,
});
const net = (change: object) => spec({ network: { hidden: hidden(change) } });
const long = (...layers: object[]) => spec({ network: { layers } });

describe("differences of specs", () => {
  it.each(PRESETS.map((preset) => [preset.name, preset.spec] as const))(
    "none of %s to itself",
    (_name, given) => {
      const one = parseExperiment(given);
      expect(specDifferences([one, parseExperiment({ ...one, name: "another name" })])).toEqual([]);
    },
  );

  it("name what hidden layers that are all alike have in common once", () => {
    expect(specDifferences([net({}), net({ units: 6 }), net({ units: 6, layers: 2 })])).toEqual([
      { path: "network.layers.length", values: [3, 3, 2] },
      { path: "network.layers[*].units", values: [5, 6, 6] },
    ]);
  });

  it("show a parameter of one scheme alone, and two schemes whole", () => {
    const gain = { scheme: "xavier_normal", gain: 2 };
    expect(specDifferences([net({}), net({ weights: gain })])).toEqual([
      { path: "network.layers[*].weights.gain", values: [1, 2] },
    ]);
    const lecun = { scheme: "lecun_normal" };
    expect(specDifferences([net({ weights: gain }), net({ weights: lecun })])).toEqual([
      { path: "network.layers[*].weights", values: [gain, lecun] },
    ]);
  });

  it("name layers one by one only in the fields in which some spec's layers are not alike", () => {
    const he = { scheme: "xavier_uniform" };
    expect(
      specDifferences([
        long(layer(5), layer(6), layer(7)),
        long(layer(5, he), layer(6, he), layer(8, he)),
        net({}),
      ]),
    ).toEqual([
      { path: "network.layers[1].units", values: [6, 6, 5] },
      { path: "network.layers[2].units", values: [7, 8, 5] },
      {
        path: "network.layers[*].weights",
        values: [
          { scheme: "xavier_normal", gain: 1 },
          { scheme: "xavier_uniform", gain: 1 },
          { scheme: "xavier_normal", gain: 1 },
        ],
      },
    ]);
  });

  it("say null where a spec has nothing there", () => {
    expect(specDifferences([long(layer(5), layer(6)), long(layer(5), layer(6), layer(7))])).toEqual([
      { path: "network.layers.length", values: [2, 3] },
      { path: "network.layers[2].units", values: [null, 7] },
    ]);
    const residual = { every: 1, scale: 1 };
    const output = { units: 2, activation: "identity", weights: { scheme: "zeros" } };
    const found = specDifferences([
      spec({ network: { hidden: hidden({ residual }), output }, backward: { kind: "none" } }),
      spec({ backward: { kind: "probe" } }),
    ]);
    expect(found.map(({ path }) => path)).toEqual(["backward", "network.residual", "network.output"]);
    expect(found.map(({ values }) => values[1])).toEqual([{ kind: "probe" }, null, null]);
  });

  it("say what neighbouring layers differ in alike once", () => {
    const found = specDifferences([
      long(layer(5), layer(6), layer(7), layer(7), layer(7), layer(9)),
      long(layer(5), layer(6), layer(8), layer(8)),
    ]);
    expect(found).toHaveLength(5);
    expect(joinedDifferences(found)).toEqual([
      { path: "network.layers.length", values: [6, 4] },
      { path: "network.layers[2..3].units", values: [7, 8] },
      { path: "network.layers[4].units", values: [7, null] },
      { path: "network.layers[5].units", values: [9, null] },
    ]);
  });

  it("name the fields of one source, and two sources whole", () => {
    const data = (change: object) =>
      spec({ data: { source: "gaussian", samples: 10, features: 4, ...change } });
    expect(specDifferences([data({}), data({ samples: 20, std: 3 })])).toEqual([
      { path: "data.samples", values: [10, 20] },
      { path: "data.std", values: [1, 3] },
    ]);
    const moons = spec({ data: { source: "two_moons", samples: 10 } });
    expect(specDifferences([data({}), moons]).map(({ path }) => path)).toEqual(["data"]);
  });
});
