// Six reports as they are to be, byte for byte on every machine: `npx vitest run app/test/report -u` makes them anew.
// Of each font that a page carries the kept files have the SHA-256 alone: it would be the same 90 kB six times.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { REPORT_SECTIONS } from "../../contract/report";
import { asked, type Asked, measuredSpec, reportText, runOf, trained } from "./samples";
import { smallSpec } from "../lab";

/** Drawings of every layer fill pages: one report shows that they stay as they are. */
const WITHOUT_HISTOGRAMS = REPORT_SECTIONS.filter((name) => name !== "histograms");
const brief = { sections: WITHOUT_HISTOGRAMS };

const REPORTS: Readonly<Record<string, () => Promise<Asked>>> = {
  "large-normal-sigmoid": async () => asked([await runOf("large-normal-sigmoid")]),
  "xavier-normal-sigmoid": async () =>
    asked(
      [
        {
          ...(await runOf("xavier-normal-sigmoid")),
          created: "2026-03-14T09:26:53.589Z",
          modified: "2026-03-15",
        },
      ],
      {
        ...brief,
        author: "A. Student",
        notes: "# Why\n\nThe *spread* falls [fourfold](https://example.org) a layer.\n\n- one\n- two",
      },
    ),
  "zeros-relu-digits": async () => asked([await runOf("zeros-relu-digits")], brief),
  "he-beside-xavier": async () =>
    asked([await runOf("he-normal-relu"), await runOf("xavier-normal-relu")], brief),
  "seeds-jacobian-formula": async () => {
    const result = await measuredSpec(
      smallSpec({
        replicates: 4,
        measure: { jacobian: true, correlation: true, spectra: true },
        network: {
          hidden: {
            layers: 3,
            units: 12,
            activation: { formula: "x * sigmoid(b * x)", parameters: { b: 1.702 } },
            weights: { scheme: "he_uniform", nonlinearity: "variance" },
            bias: { scheme: "normal", std: 0.1 },
          },
        },
      }),
    );
    return asked([{ name: "Seeds, Jacobian, formula", notes: "", result }]);
  },
  "train-book-he": async () =>
    asked(
      [
        {
          name: "The book's comparison",
          notes: "",
          result: null,
          training: await trained("train-book-he", ["--steps", "8", "--seeds", "2"]),
        },
      ],
      brief,
    ),
};

const withoutFonts = (text: string): string =>
  text.replaceAll(
    /(?<=url\(data:font\/woff2;base64,)[^)]*/g,
    (base64) => `sha256-${createHash("sha256").update(base64, "base64").digest("hex")}`,
  );

describe("golden reports", () => {
  it.each(Object.keys(REPORTS))("%s", async (name) => {
    const request = await REPORTS[name]!();
    for (const format of ["html", "md", "csv"] as const)
      await expect(withoutFonts(reportText(request, format))).toMatchFileSnapshot(`golden/${name}.${format}`);
  });
});
