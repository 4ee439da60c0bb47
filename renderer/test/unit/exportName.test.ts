// The names of exported files.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportName } from "../../src/lab/exportName";

describe("an exported file", () => {
  it.each([
    ["He and ReLU", "He and ReLU.initlab"],
    ["N(0, 1) with sigmoid", "N(0, 1) with sigmoid.initlab"],
    ["Tiefe 100 × 10: σ_w = 1,2", "Tiefe 100 × 10 σ_w = 1,2.initlab"],
    ["../../etc/passwd", "etc passwd.initlab"],
    ["C:\\x\u0000y\u202egpj", "C x y gpj.initlab"],
    [" . ", "experiment.initlab"],
    ["", "experiment.initlab"],
  ])("of %j is called %j", (name, file) => expect(exportName(name)).toBe(file));

  it("has a name that every system takes, whatever the experiment is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
        const file = exportName(name);
        expect(file).toMatch(/^[^\\/:*?"<>|\p{Cc}]+\.initlab$/u);
        expect(file).not.toMatch(/^[. ]|[. ]\.initlab$/);
        expect(new TextEncoder().encode(file).length).toBeLessThan(255);
      }),
    );
  });
});
