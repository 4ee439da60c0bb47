// 200 networks at random, healthy and sick: nothing that lost its signal or its gradient is called healthy, and
// nothing that mean-field theory holds to be all right raises an alarm. Both are judged here by figures of their own.
import { describe, expect, it } from "vitest";
import { isAlarm } from "../../diagnosis/finding";
import { execute } from "../../runtime/execute";
import { withRemedies } from "../../runtime/remedy";
import { parseExperiment } from "../../spec/parse";
import { patched } from "../../spec/patch";
import type { LayerResult, RunResult } from "../../spec/result";
import { openHost } from "../runtime/host";
import { fixedPointOf } from "./fixedPoint";
import { randomNetwork } from "./randomNetworks";

const NETWORKS = 200;
const host = openHost("fast");

async function run(index: number): Promise<RunResult> {
  return (await execute(parseExperiment(randomNetwork(index)), host)).result;
}

const results: RunResult[] = [];

function ratio({ layers, spec }: RunResult, of: (layer: LayerResult) => number): number {
  const last = layers[spec.network.layers.length - 1]!;
  return of(last) / of(layers[0]!);
}

const survives = (x: number) => x >= 1 / 100 && x <= 100;

/** |log chi_1| depth <= 1, depth <= 30, width >= 8 depth, one law for all layers and no help from normalization. */
function oughtToBeWell({ spec, layers }: RunResult): boolean {
  const { layers: hidden, residual } = spec.network;
  const [first] = hidden;
  const depth = hidden.length;
  if (residual || first!.normalization !== "none" || depth > 30 || first!.units < 8 * depth) return false;
  // Without a prediction there is no sigma_w and no chi_1; without a second hidden layer nothing to compare.
  const { theory, fanIn } = layers[1] ?? {};
  if (!theory || theory.weightStd === null || first!.weights.scheme === "lsuv") return false;
  const bias = layers[1]!.bias.rms;
  const point = fixedPointOf(first!.activation, theory.weightStd * Math.sqrt(fanIn!), bias);
  return point !== null && Math.abs(Math.log(point.chi1)) * depth <= 1;
}

describe("200 random networks", () => {
  it("run", { timeout: 300_000 }, async () => {
    for (let i = 0; i < NETWORKS; i++) results.push(await run(i));
    expect(results.length).toBe(NETWORKS);
  });

  it("are a mixture", () => {
    const healthy = results.filter(({ diagnosis }) => diagnosis.some(({ code }) => code === "healthy"));
    expect(healthy.length).toBeGreaterThan(30);
    expect(healthy.length).toBeLessThan(NETWORKS - 50);
    expect(results.filter(oughtToBeWell).length).toBeGreaterThan(12);
    const codes = new Set(results.flatMap(({ diagnosis }) => diagnosis.map(({ code }) => code)));
    expect(codes.size).toBeGreaterThanOrEqual(11);
  });

  it("never called healthy where signal or gradient changed by more than 100 times", () => {
    for (const result of results) {
      const spread = ratio(result, (layer) => layer.activations.acrossSampleStd);
      const gradient = ratio(result, (layer) => layer.gradients!.preactivations.rms);
      const isHealthy = result.diagnosis.some(({ code }) => code === "healthy");
      if (isHealthy)
        expect([result.spec.name, survives(spread), survives(gradient)]).toEqual([
          result.spec.name,
          true,
          true,
        ]);
      else expect(result.diagnosis.some(isAlarm), result.spec.name).toBe(true);
    }
  });

  it("raise no alarm where chi_1 is about 1 and the network wide enough", () => {
    const alarmed = results
      .filter((result) => oughtToBeWell(result) && result.diagnosis.some(isAlarm))
      .map(({ spec, diagnosis }) => [
        spec.name,
        spec.network.layers[0]!.activation,
        spec.network.layers[0]!.weights,
        diagnosis.filter(isAlarm).map(({ code, evidence }) => [code, evidence]),
      ]);
    expect(alarmed).toEqual([]);
  });

  it("get remedies that remove what they are offered for", { timeout: 300_000 }, async () => {
    const sick = results.filter(({ diagnosis }) => diagnosis.some(isAlarm)).slice(0, 40);
    let offered = 0;
    for (const measured of sick) {
      const result = await withRemedies(measured, host);
      for (const { code, remedy } of result.diagnosis) {
        if (!remedy) continue;
        offered++;
        const { result: after } = await execute(patched(result.spec, remedy.patch), host);
        const alarms = after.diagnosis.filter(isAlarm).map((found) => found.code);
        expect([result.spec.name, alarms.includes(code)]).toEqual([result.spec.name, false]);
        expect([...remedy.remains].sort()).toEqual([...alarms].sort());
      }
    }
    expect(offered).toBeGreaterThan(40);
  });
});
