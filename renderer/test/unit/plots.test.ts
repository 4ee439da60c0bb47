// The parts of a plot that need no canvas: labels in a margin, places on axes, colours.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadLabels } from "../../../core-as/figures/labels";
import { placeOn, valueAt } from "../../../core-as/figures/place";
import { layerColour, markerCorners, runColour, runMarker } from "../../../core-as/figures/ramp";

describe("labels in a margin", () => {
  const middles = (ys: readonly number[], gap = 14, top = 0, bottom = 200) =>
    spreadLabels(
      ys.map((y) => ({ y })),
      gap,
      top,
      bottom,
    ).map(([, middle]) => middle);

  it("stay where they belong while they are apart", () => {
    expect(middles([10, 100, 50])).toEqual([10, 50, 100]);
  });

  it("are moved apart about their middle", () => {
    expect(middles([50, 52])).toEqual([44, 58]);
    expect(middles([50, 50, 50])).toEqual([36, 50, 64]);
  });

  it("never overlap, keep their order, and stay inside while there is room", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 220 }), { minLength: 1, maxLength: 14 }), (ys) => {
        const placed = spreadLabels(
          ys.map((y) => ({ y })),
          14,
          0,
          200,
        );
        placed.forEach(([label, middle], i) => {
          expect(middle).toBeGreaterThanOrEqual(-1e-9);
          expect(middle).toBeLessThanOrEqual(200 + 1e-9);
          if (i === 0) return;
          expect(middle - placed[i - 1]![1]).toBeGreaterThanOrEqual(14 - 1e-9);
          expect(label.y).toBeGreaterThanOrEqual(placed[i - 1]![0].y);
        });
      }),
    );
  });
});

it("a place and its value are each other's inverse, on either scale", () => {
  for (const scale of ["linear", "log"] as const) {
    const axis = { label: "", unit: "", scale, domain: [1e-3, 10] } as const;
    for (const value of [1e-3, 0.4, 10]) expect(valueAt(axis, placeOn(axis)(value))).toBeCloseTo(value, 9);
  }
  expect(placeOn({ label: "", unit: "", scale: "log", domain: [1, 10] })(0)).toBeNaN();
  expect(placeOn({ label: "", unit: "", scale: "linear", domain: [-4e-22, 4e-22] })(0)).toBe(0.5);
});

describe("colours", () => {
  /** Relative luminance, WCAG 2. */
  const luminance = (colour: string) => {
    const hex = /^#(..)(..)(..)$/.exec(colour);
    const channels = hex
      ? hex.slice(1).map((part) => Number.parseInt(part, 16))
      : [...colour.matchAll(/\d+/g)].map(Number);
    const [r, g, b] = channels.map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x! + 0.05) / (y! + 0.05);
  };

  it("of layers keep 3:1 on their paper from end to end, and rise in lightness", () => {
    for (const [theme, paper] of [
      ["light", "#fdfdfb"],
      ["dark", "#181c22"],
    ] as const) {
      let before = -1;
      for (let i = 0; i <= 20; i++) {
        const colour = layerColour(i / 20, theme);
        expect(contrast(colour, paper)).toBeGreaterThanOrEqual(3);
        expect(luminance(colour)).toBeGreaterThan(before);
        before = luminance(colour);
      }
    }
  });

  it("of eight runs differ, and their markers too", () => {
    const runs = Array.from({ length: 8 }, (_, run) => run);
    for (const theme of ["light", "dark"] as const)
      expect(new Set(runs.map((run) => runColour(run, theme))).size).toBe(8);
    expect(new Set(runs.map((run) => JSON.stringify(runMarker(run)))).size).toBe(8);
    expect(markerCorners({ shape: "circle", isHollow: false }, 4)).toBeNull();
    expect(markerCorners({ shape: "square", isHollow: false }, 4)).toHaveLength(4);
  });
});
