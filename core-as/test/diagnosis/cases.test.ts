// Networks with one fault each, made by hand: what is said of it, and that nothing else is.
import { describe, expect, it } from "vitest";
import { diagnoseSeeds } from "../../diagnosis/seeds";
import { isAlarm } from "../../diagnosis/finding";
import { execute } from "../../runtime/execute";
import { parseExperiment } from "../../spec/parse";
import type { Finding, FindingCode } from "../../spec/result";
import type { WrittenExperiment, WrittenLayer, WrittenNetwork } from "../../spec/written";
import { experiment, openHost } from "../runtime/host";

const host = openHost("fast");

async function diagnosisOf(
  network: WrittenNetwork,
  rest: Partial<WrittenExperiment> = {},
): Promise<readonly Finding[]> {
  const spec = experiment({
    seed: 1,
    data: { source: "gaussian", samples: 128, features: 64 },
    network,
    backward: { kind: "probe" },
    ...rest,
  });
  return (await execute(spec, host)).result.diagnosis;
}

const relu = (std: number): WrittenLayer => ({
  units: 64,
  activation: "relu",
  weights: { scheme: "normal", std },
});
const he = relu(Math.sqrt(2 / 64));
const alarms = (diagnosis: readonly Finding[]) => diagnosis.filter(isAlarm).map(({ code }) => code);
const find = (diagnosis: readonly Finding[], code: FindingCode) =>
  diagnosis.find((found) => found.code === code)!;

describe("one fault", () => {
  it.each(["relu", "identity", "softplus", "gelu"] as const)(
    "overflow (%s): the run ends, theory says where it stops, and only non_finite speaks of those layers",
    async (activation) => {
      const spec = experiment({
        data: { source: "gaussian", samples: 64, features: 64 },
        network: { hidden: { layers: 20, units: 64, activation, weights: { scheme: "normal", std: 1000 } } },
        backward: { kind: "probe" },
      });
      const { result } = await execute(spec, host);
      expect(alarms(result.diagnosis)).toEqual(["non_finite"]);
      const { layers, evidence } = find(result.diagnosis, "non_finite");
      expect(evidence["firstLayer"]).toBe(layers[0]);
      expect(result.layers[layers[0]! - 2]!.preactivations.nonFinite).toBe(0);
      expect(result.layers[layers[0]! - 1]!.preactivations.nonFinite).toBeGreaterThan(0);
      for (const { theory, theoryAbsent } of result.layers)
        expect(theory === null).toBe(theoryAbsent !== undefined);
      for (const found of result.diagnosis)
        for (const value of Object.values(found.evidence)) expect(value).not.toBeNaN();
    },
  );

  it("a dip in the middle is found, though first and last layer agree", async () => {
    const diagnosis = await diagnosisOf({ layers: [he, relu(1e-6), relu(3e4), he] });
    expect(alarms(diagnosis).sort()).toEqual(["exploding_gradients", "vanishing_activations"]);
    expect(find(diagnosis, "vanishing_activations").layers).toEqual([2]);
  });

  it("a flat output is found, and is no gradient that holds", async () => {
    const output: WrittenLayer = { units: 10, activation: "tanh", weights: { scheme: "normal", std: 30 } };
    const diagnosis = await diagnosisOf({ hidden: { layers: 4, ...he }, output });
    expect(alarms(diagnosis)).toEqual(["saturated"]);
    const { layers, message } = find(diagnosis, "saturated");
    expect(layers).toEqual([5]);
    expect(message).toContain("It is the output that is flat");
  });

  it("a dead output", async () => {
    const output: WrittenLayer = {
      units: 10,
      activation: "relu",
      weights: { scheme: "normal", std: 0.01 },
      bias: { scheme: "constant", value: -50 },
    };
    const diagnosis = await diagnosisOf({ hidden: { layers: 3, ...he }, output });
    expect(alarms(diagnosis)).toEqual(["dead_units", "no_gradient"]);
    expect(find(diagnosis, "dead_units").layers).toEqual([4]);
  });

  it("branches of zeros beside shortcuts: dead, but nothing explodes and nothing has collapsed", async () => {
    const diagnosis = await diagnosisOf({
      hidden: {
        layers: 6,
        units: 64,
        activation: "relu",
        weights: { scheme: "zeros" },
        residual: { every: 2 },
      },
    });
    expect(alarms(diagnosis).sort()).toEqual(["dead_units", "no_gradient"]);
    expect(find(diagnosis, "dead_units").message).not.toContain("sees a constant");
  });

  it("flat weight gradients over vanishing back-propagated ones", async () => {
    const diagnosis = await diagnosisOf({
      hidden: { layers: 20, units: 64, activation: "relu", weights: { scheme: "xavier_normal" } },
    });
    const found = find(diagnosis, "vanishing_gradients");
    expect(found.evidence["ratio"]).toBeLessThan(0.01);
    expect(found.evidence["weightGradientRatio"]).toBeGreaterThan(0.1);
    expect(found.message).toMatch(/The gradients of the weights look level .* they hide it/);
  });

  it("the hidden collapse: a pooled std that looks healthy, a spread over the samples that is gone", async () => {
    const diagnosis = await diagnosisOf({
      hidden: { layers: 8, units: 64, activation: "sigmoid", weights: { scheme: "xavier_normal" } },
    });
    const { evidence, message } = find(diagnosis, "correlation_collapse");
    expect(evidence["pooledStd"]).toBeGreaterThan(0.05);
    expect(evidence["lastSpread"]).toBeLessThan(1e-4);
    expect(message).toContain("looks healthy");
  });

  it("one sample: nothing is said of spread or correlation", async () => {
    const diagnosis = await diagnosisOf(
      { hidden: { layers: 3, ...he } },
      { data: { source: "gaussian", samples: 1, features: 64 } },
    );
    expect(diagnosis.map(({ code }) => code)).toEqual(["healthy"]);
    expect(diagnosis[0]!.evidence).not.toHaveProperty("correlation");
    expect(diagnosis[0]!.evidence).not.toHaveProperty("spreadChange");
  });

  it("without a backward pass healthy says that gradients were not taken", async () => {
    const diagnosis = await diagnosisOf({ hidden: { layers: 3, ...he } }, { backward: { kind: "none" } });
    expect(find(diagnosis, "healthy").message).toContain("gradients were not taken");
  });
});

describe("several seeds", () => {
  it("count who agrees, and tell what the first alone does not have", async () => {
    const spec = experiment({
      seed: 1,
      data: { source: "gaussian", samples: 128, features: 64 },
      network: {
        hidden: { layers: 20, units: 64, activation: "relu", weights: { scheme: "xavier_normal" } },
      },
      backward: { kind: "probe" },
    });
    const sick = (await execute({ ...spec, replicates: 4 }, host)).result.diagnosis;
    expect(find(sick, "vanishing_gradients").evidence).toMatchObject({ seedsWith: 4, seeds: 4 });
    const well = parseExperiment({ ...spec, network: { hidden: { layers: 20, ...he } } });
    const runs = await Promise.all([execute(well, host), execute(spec, host)]);
    const [healthy, broken] = runs.map(({ result }) => result);
    const few = diagnoseSeeds(spec, [healthy!, healthy!, broken!]);
    expect(few.some(({ code }) => code === "healthy")).toBe(true);
    expect(find(few, "vanishing_gradients")).toMatchObject({ severity: "information" });
    const most = diagnoseSeeds(spec, [healthy!, broken!, broken!]);
    expect(most.some(({ code }) => code === "healthy")).toBe(false);
    expect(find(most, "vanishing_gradients").message).toMatch(/^Not in the first seed, but in 2 of 3\. /);
  });
});
