// The formulas of the panel: KaTeX can set every one, and the number at its end is the law's.
import katex from "katex";
import { describe, expect, it } from "vitest";
import { normalLaw } from "../../../core-as/spec/laws";
import { figure } from "../../../core-as/spec/number";
import { SCHEME_NAMES, schemeLaw } from "../../../core-as/spec/schemes";
import { GLOSSARY } from "../../src/lab/glossary";
import { weightsOf, withParameter } from "../../src/lab/choices";
import { schemeFormula, texNumber } from "../../../core-as/spec/schemeFormula";
import { unknownName, withoutUnused } from "../../src/panels/spec/formulaText";
import { findPresets } from "../../src/panels/spec/presetGroups";

const sets = (tex: string) => expect(() => katex.renderToString(tex, { strict: "error" })).not.toThrow();
const at = { fanIn: 100, fanOut: 50, weightStd: null, inputMeanSquare: null };
const drawn = SCHEME_NAMES.filter((name) => name !== "file" && name !== "critical");

describe("formulas of schemes", () => {
  it.each(SCHEME_NAMES)("%s can be set, with and without a run", (name) => {
    const spec =
      name === "file"
        ? ({ scheme: "file", path: "w.npy", tensor: null } as const)
        : weightsOf(name, { scheme: "zeros" });
    for (const numbers of [at, { ...at, weightStd: 1.31e-4, inputMeanSquare: 0.3 }, { ...at, fanOut: 200 }]) {
      const { tex, words } = schemeFormula(spec, numbers);
      sets(tex);
      expect(words).not.toBe("");
    }
  });

  it("ends in the law's own std or bound", () => {
    for (const name of drawn) {
      const spec = weightsOf(name, { scheme: "zeros" });
      const { tex } = schemeFormula(spec, at);
      if (!/^(\\sigma|a) =.*= /.test(tex)) continue;
      const { entries } = schemeLaw(spec, at.fanIn, at.fanOut, { gains: null, truncatedMoments: null });
      expect([name, tex.split(" = ").at(-1)]).toEqual([
        name,
        texNumber(tex.startsWith("a") ? entries.high! : entries.std!),
      ]);
    }
  });

  it("fills in a computed gain from the run, and leaves it open before", () => {
    const forward = withParameter(weightsOf("he_normal", { scheme: "zeros" }), "nonlinearity", "forward");
    expect(schemeFormula(forward, at).tex).toBe("\\sigma = g/\\sqrt{n_{\\mathrm{in}}}");
    expect(schemeFormula(forward, { ...at, weightStd: 0.15 }).tex).toMatch(/= 1\.5\/\\sqrt\{100\} = 0\.15$/);
  });

  it("the founding case reads as in the notes", () => {
    const { tex } = schemeFormula({ scheme: "normal", mean: 0, std: 1 }, { ...at, inputMeanSquare: 1 });
    expect(tex).toMatch(/= 100 \\cdot 1\^2 \\cdot 1 = 100$/);
    expect(figure(normalLaw(0, 1).entries.std!)).toBe("1.00");
  });
});

describe("glossary", () => {
  it.each(Object.entries(GLOSSARY))("%s can be set", (_id, entry) => {
    if ("formula" in entry && entry.formula) sets(entry.formula);
    if ("symbol" in entry && entry.symbol) sets(entry.symbol);
    expect(entry.text).toMatch(/\.$/);
  });
});

describe("a formula that is not yet one", () => {
  it("offers what could be a parameter, and nothing else", () => {
    expect(unknownName("x * sigmoid(a * x)", 13)).toBe("a");
    expect(unknownName("x * sigmod(x)", 5)).toBeNull();
    expect(unknownName("x * ", 5)).toBeNull();
    expect(unknownName("pi", 1)).toBeNull();
  });

  it("drops the parameters that are not used", () => {
    expect(withoutUnused("a * x", { a: 2, ab: 3 })).toEqual({ a: 2 });
  });
});

describe("presets", () => {
  it("are found by the beginnings of words, in their groups", () => {
    const titles = findPresets("he relu").flatMap(({ presets }) => presets.map(({ name }) => name));
    expect(titles).toContain("he-normal-relu");
    expect(titles).not.toContain("zeros-relu");
    expect(findPresets("he relu").at(-1)?.title).toBe("Spoken of in the summary");
    expect(findPresets("")[0]?.title).toBe("The founding notes");
    expect(findPresets("nothing like it")).toEqual([]);
  });
});
