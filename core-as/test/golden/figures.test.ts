import { describe, expect, it } from "vitest";
import { differences, ulpsBetween } from "./figures";

describe("the distance of two figures", () => {
  it("counts float64 numbers, across zero too", () => {
    expect(ulpsBetween(1, 1)).toBe(0);
    expect(ulpsBetween(1, 1 + 2 ** -52)).toBe(1);
    expect(ulpsBetween(1, 1 - 2 ** -53)).toBe(1);
    expect(ulpsBetween(-1, -1 - 2 ** -52)).toBe(1);
    expect(ulpsBetween(5e-324, -5e-324)).toBe(2);
    expect(ulpsBetween(0, -0)).toBe(0);
    expect(ulpsBetween("NaN", 1)).toBeNaN();
    expect(ulpsBetween("NaN", "NaN")).toBe(0);
  });

  it("names the figures that moved, and says so where none of them did", () => {
    const before = { digest: "a".repeat(64), figures: { loss: 1, rms: 2 } };
    expect(differences(before, before)).toEqual([]);
    const now = { digest: "b".repeat(64), figures: { loss: 1 + 2 ** -52, rms: 2 } };
    expect(differences(before, now)).toEqual([
      `digest ${"a".repeat(12)} -> ${"b".repeat(12)}`,
      `loss: 1 -> ${1 + 2 ** -52} (1 ULP)`,
    ]);
    expect(differences(before, { ...before, digest: "c".repeat(64) })[1]).toMatch(/something else/);
  });
});
