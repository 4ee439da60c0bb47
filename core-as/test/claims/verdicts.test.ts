// Every claim measured on five seeds: the verdict is the same on each. The table is what the lab's words rest on;
// the verdicts themselves are computed, here as everywhere.
import { describe, expect, it } from "vitest";
import type { ClaimVerdict } from "../../claims/claim";
import { FOUNDING_CLAIMS } from "../../claims/founding";
import { measureClaims, type ClaimsProgress } from "../../claims/measure";
import type { ClaimId } from "../../claims/statements";
import { openHost } from "../runtime/host";

/** The condition, where there is one, as it begins. */
const EXPECTED: Readonly<Record<ClaimId, readonly [ClaimVerdict, RegExp?]>> = {
  "zeros-relu-outputs": ["holds"],
  "zeros-relu-dying": ["holds"],
  "zeros-outputs": ["holds"],
  "zeros-chain": ["holds"],
  "zeros-no-updates": [
    "holds only if",
    /^Only if the activation is tanh and biases are left out; not if it is sigmoid\./,
  ],
  "same-updates": ["holds"],
  "same-purpose": ["holds"],
  "same-therefore": ["holds"],
  "large-variance": ["holds"],
  "large-picture": ["does not hold"],
  "large-biased": [
    "holds only if",
    /^Only if it is said of the outputs \(the activations\); not if .* weights\./,
  ],
  "large-vanishing": [
    "holds only if",
    /^Only if layers are 10 wide; not if they are 100 wide or they are 400 wide\./,
  ],
  "small-variance": [
    "holds only if",
    /^Only if 0\.01 is the standard deviation; not if 0\.01 is the variance/,
  ],
  "small-similar": [
    "holds only if",
    /^Only if 0\.01 is the standard deviation; not if 0\.01 is the variance/,
  ],
  "small-purpose": [
    "holds only if",
    /^Only if 0\.01 is the standard deviation and the optimizer plain SGD; not if/,
  ],
  "small-therefore": ["holds only if", /^Only if the activation is tanh or it is ReLU; not if it is sigmoid/],
  "xavier-variance": [
    "holds only if",
    /^Only if layers are linear and equally wide; not if they narrow, they widen or/,
  ],
  "xavier-normal-law": ["holds only if", /^Only if the second argument of N is the standard deviation;/],
  "xavier-uniform-law": ["holds only if", /^Only if N is read as U/],
  "xavier-good": [
    "holds only if",
    /^Only if the activation is tanh, .*; not if it is sigmoid in five, trained by plain SGD\./,
  ],
  "logistic-linear": ["holds"],
  "xavier-relu-dying": ["does not hold"],
  "he-decreases": ["holds"],
  "he-normal-law": ["holds only if", /^Only if the second argument of N is the standard deviation;/],
  "he-uniform-law": ["holds only if", /^Only if N is read as U/],
};

/** A whole measurement takes about ten seconds where nothing else runs. */
const PATIENCE_MILLIS = 300_000;

describe("the founding notes' claims", () => {
  it.each([1, 2, 3, 4, 5])(
    "have the same verdicts with seed %d",
    { timeout: PATIENCE_MILLIS },
    async (seed) => {
      const host = openHost("fast");
      const told: string[] = [];
      const progress: ClaimsProgress[] = [];
      try {
        const measured = await measureClaims(FOUNDING_CLAIMS, host, {
          seed,
          onClaim: (claim, index) => told.push(`${index} ${claim.id}`),
          onProgress: (now) => progress.push(now),
        });
        expect(measured.map(({ id, verdict }) => [id, verdict])).toEqual(
          Object.entries(EXPECTED).map(([id, [verdict]]) => [id, verdict]),
        );
        for (const { id, because, measured: figures } of measured) {
          const condition = EXPECTED[id as ClaimId][1];
          if (condition) expect(because, id).toMatch(condition);
          expect(because, id).toMatch(/\.$/);
          expect(because, id).not.toMatch(/NaN|undefined|∞/);
          expect(Object.keys(figures).length, id).toBeGreaterThan(0);
          for (const [name, value] of Object.entries(figures))
            expect(value, `${id}: ${name}`).toSatisfy(Number.isFinite);
        }
        expect(told).toEqual(FOUNDING_CLAIMS.map(({ id }, i) => `${i} ${id}`));
        const fractions = progress.map(({ fraction }) => fraction);
        expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
        const last = progress.at(-1)!;
        expect([last.fraction, last.claimsDone]).toEqual([1, FOUNDING_CLAIMS.length]);
        expect(last.experimentsDone).toBe(last.experiments);
      } finally {
        host.pool.close();
      }
    },
  );
});
