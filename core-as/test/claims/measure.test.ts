// The runner and what judges are made of: what is run, how it ends, and that a verdict follows the figures.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Claim, Measurements } from "../../claims/claim";
import { claimSpecs } from "../../claims/experiments";
import { FOUNDING_CLAIMS } from "../../claims/founding";
import { judgeCases } from "../../claims/judgement";
import { judgeNormalLaw, judgeUniformLaw } from "../../claims/laws";
import { measureClaims } from "../../claims/measure";
import { factorALayer, shareWithin } from "../../claims/reading";
import type { ClaimId } from "../../claims/statements";
import type { LayerResult, RunResult } from "../../spec/result";
import { openHost, runOn } from "../runtime/host";

const claim = (id: ClaimId): Claim => FOUNDING_CLAIMS.find((one) => one.id === id)!;

async function measured(claims: readonly Claim[], seed: number, workers: number) {
  const host = openHost("fast", { workers });
  try {
    return await measureClaims(claims, host, { seed });
  } finally {
    host.pool.close();
  }
}

describe("measureClaims", () => {
  const some = [claim("zeros-relu-outputs"), claim("zeros-chain"), claim("xavier-uniform-law")];

  it("gives the same figures with any number of workers, and others with another seed", async () => {
    const one = await measured(some, 3, 1);
    expect(await measured(some, 3, 3)).toEqual(one);
    const other = await measured(some, 4, 1);
    expect(other.map(({ verdict }) => verdict)).toEqual(one.map(({ verdict }) => verdict));
    expect(other[2]!.measured).not.toEqual(one[2]!.measured);
  });

  it("runs what several claims need once", () => {
    const names = claimSpecs(some, 3).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(4);
  });

  it("of one claim alone gives what it gives beside the others", async () => {
    expect(await measured([some[1]!], 3, 2)).toEqual([(await measured(some, 3, 2))[1]]);
  });

  it("refuses a judge that looks at what its claim does not need", async () => {
    const curious: Claim = { ...some[0]!, judge: (m) => (m.run("he-normal-relu"), some[0]!.judge(m)) };
    await expect(measured([some[1]!, curious], 3, 1)).rejects.toThrow(
      /"he-normal-relu", which it does not need/,
    );
  });

  it.each(["before it begins", "while it trains"] as const)("ends when cancelled, %s", async (when) => {
    const cancel = new AbortController();
    if (when === "before it begins") cancel.abort();
    const host = openHost("fast");
    const told: string[] = [];
    try {
      const running = measureClaims([claim("zeros-outputs"), claim("he-decreases")], host, {
        signal: cancel.signal,
        onClaim: ({ id }) => told.push(id),
        onProgress: ({ claim: id, experimentsDone }) => {
          if (id === "he-decreases" && experimentsDone > 5) cancel.abort();
        },
      });
      await expect(running).rejects.toMatchObject({ name: "AbortError" });
      expect(told).toEqual(when === "before it begins" ? [] : ["zeros-outputs"]);
    } finally {
      host.pool.close();
    }
  });
});

describe("judges", () => {
  /** The claim judged by this run, whatever it asks for, with the layers changed. */
  async function judgedWith(id: ClaimId, change: (layer: LayerResult) => LayerResult) {
    const { needs, judge } = claim(id);
    const runs = new Map<string, RunResult>();
    const specs = claimSpecs([claim(id)], 1);
    for (const [i, name] of needs.runs.entries()) {
      const { result } = await runOn("fast", specs[i]!);
      runs.set(name, { ...result, layers: result.layers.map(change) });
    }
    const measurements: Measurements = {
      run: (name) => runs.get(name)!,
      training: () => {
        throw new Error("none");
      },
    };
    return judge(measurements);
  }

  it("change their mind with the measurement", async () => {
    expect((await judgedWith("zeros-relu-outputs", (layer) => layer)).verdict).toBe("holds");
    const leaking = await judgedWith("zeros-relu-outputs", (layer) => ({
      ...layer,
      activations: { ...layer.activations, max: 1e-30 },
    }));
    expect(leaking.verdict).toBe("does not hold");
    expect(leaking.because).toContain("1.00×10⁻³⁰");
    const chain = await judgedWith("zeros-chain", (layer) =>
      "name" in layer.activation && layer.activation.name === "tanh"
        ? { ...layer, gradients: { ...layer.gradients!, input: { ...layer.gradients!.input, rms: 1e-9 } } }
        : layer,
    );
    expect(chain.verdict).toBe("holds only if");
    expect(chain.because).toMatch(/^Only if the activation is sigmoid; not if the activation is tanh\. /);
  });

  it("of a law hold it against what is drawn", () => {
    const law = (std: number, kurtosis: number, bound: number, mean = 0) =>
      ({ weights: { mean, std, kurtosis, min: mean - bound, max: mean + bound } }) as LayerResult;
    expect(judgeNormalLaw(law(0.1, 0, 0.4), 0.1).because).toMatch(
      /^Only if .* standard deviation; not if it is the v/,
    );
    expect(judgeNormalLaw(law(Math.sqrt(0.1), 0, 1.2), 0.1).because).toMatch(
      /^Only if it is the variance; not if/,
    );
    expect(judgeNormalLaw(law(0.2, 0, 0.8), 0.1).verdict).toBe("does not hold");
    expect(judgeNormalLaw(law(1, 0, 4), 1).verdict).toBe("holds");
    expect(judgeUniformLaw(law(0.1, -1.2, 0.1732), 0.1732).because).toMatch(/^Only if N is read as U/);
    expect(judgeUniformLaw(law(0.17, 0, 0.7, -0.1732), 0.1732).because).toMatch(
      /^Only if it is the normal law/,
    );
    expect(judgeUniformLaw(law(0.1, 0, 0.4), 0.1732).verdict).toBe("does not hold");
  });
});

describe("judgeCases", () => {
  const cases = (...holds: boolean[]) => holds.map((one, i) => ({ label: `case ${i}`, holds: one }));

  it("holds where all do, not where none does, else names which", () => {
    expect(judgeCases(cases(true, true), "Seen.", {})).toMatchObject({ verdict: "holds", because: "Seen." });
    expect(judgeCases(cases(false), "Seen.", {})).toMatchObject({
      verdict: "does not hold",
      because: "Seen.",
    });
    expect(judgeCases(cases(true, false, true, false), "Seen.", {})).toMatchObject({
      verdict: "holds only if",
      because: "Only if case 0 or case 2; not if case 1 or case 3. Seen.",
    });
  });
});

describe("readings", () => {
  it("share the values of a histogram out, exact zeros and ends too", () => {
    const histogram = { edges: [0, 1, 2, 4], counts: [2, 4, 6], zeros: 3, atLow: 1, atHigh: 4 };
    expect(shareWithin(histogram, 0, 4)).toBe(15 / 20);
    expect(shareWithin(histogram, 0, 4, [0, 4])).toBe(1);
    expect(shareWithin(histogram, 0.5, 3)).toBe((1 + 4 + 3) / 20);
    expect(shareWithin(histogram, -1, 0)).toBe(3 / 20);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4, noNaN: true }), (at) => {
        const below = shareWithin({ ...histogram, zeros: 0 }, -1, at);
        const above = shareWithin({ ...histogram, zeros: 0 }, at, 5);
        expect(below + above).toBeCloseTo(12 / 17, 12);
      }),
    );
  });

  it("a factor a layer, taken over the layers, leads from the first to the last", () => {
    expect(factorALayer(8, 1, 4)).toBeCloseTo(0.5, 15);
    expect(factorALayer(3, 3, 30)).toBe(1);
  });
});
