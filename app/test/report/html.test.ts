// What a report in HTML must hold: it is valid, it stands alone, and it says what was measured.
import { HtmlValidate } from "html-validate";
import { beforeAll, describe, expect, it } from "vitest";
import { parsedHtml } from "./parsed";
import { asked, measuredSpec, reportText, runOf, trained } from "./samples";
import { smallSpec } from "../lab";

const pages = new Map<string, string>();

beforeAll(async () => {
  const [sigmoid, xavier, zeros] = await Promise.all(
    ["large-normal-sigmoid", "xavier-normal-relu", "zeros-tanh"].map(runOf),
  );
  const deep = await runOf("tanh-critical");
  const seeds = await measuredSpec(
    smallSpec({ replicates: 3, measure: { jacobian: true, correlation: true, spectra: true } }),
  );
  const claims = JSON.stringify(
    (["holds", "holds only if", "does not hold"] as const).map((verdict, i) => ({
      id: `claim-${i}`,
      quote: "Weights of $\\frac{1}{\\sqrt{n}}$ keep the *variance* & the <mean>; a $ alone is one.",
      claim: "Precisely so.",
      measured: i === 0 ? {} : { "rms of z": 1 / 3, units: 1000, lost: "NaN" },
      verdict,
      because: "It was measured.",
    })),
  );
  const training = await trained("train-book-xavier", ["--steps", "40", "--seeds", "2"]);
  pages.set("one run", reportText(asked([sigmoid!]), "html"));
  pages.set(
    "three runs",
    reportText(asked([sigmoid!, xavier!, zeros!], { notes: "## *Notes*\n\n1. a\n2. b\n\n> c" }), "html"),
  );
  pages.set("fifty layers", reportText(asked([deep]), "html"));
  pages.set("seeds", reportText(asked([{ name: "seeds", notes: "# of a run", result: seeds }]), "html"));
  pages.set("claims", reportText(asked([], { claims: { text: claims, seed: 42 } }), "html"));
  pages.set("training", reportText(asked([{ name: "book", notes: "", result: null, training }]), "html"));
});

const each = ["one run", "three runs", "fifty layers", "seeds", "claims", "training"];

/** Every rule that it recommends. */
const validator = new HtmlValidate({ extends: ["html-validate:recommended"], elements: ["html5"] });

describe.each(each)("the HTML of %s", (name) => {
  it("is valid", async () => {
    expect((await validator.validateString("<!DOCTYPE html><p><div></p>")).valid).toBe(false);
    const report = await validator.validateString(pages.get(name)!);
    const said = report.results.flatMap(({ messages }) =>
      messages.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`),
    );
    expect(said.slice(0, 20)).toEqual([]);
  });

  it("refers to nothing outside itself, and runs nothing", () => {
    const html = pages.get(name)!;
    expect(html).not.toMatch(
      /<(script|iframe|object|embed|img|link|base|form|audio|video|source|foreignObject)\b/i,
    );
    // Its type is in it, and no other bytes are.
    const bare = html.replaceAll(/url\(data:font\/woff2;base64,[A-Za-z0-9+/=]+\)/g, "");
    expect(bare).not.toMatch(/@import|expression\(|javascript:|data:(?!">)/i);
    for (const [, address] of bare.matchAll(/url\(\s*["']?([^)"']*)/gi)) expect(address).toMatch(/^#/);
    const document = parsedHtml(html);
    for (const element of document.querySelectorAll("*"))
      for (const { name: attribute, value } of element.attributes) {
        if (/^on/i.test(attribute)) throw new Error(`${attribute} on ${element.tagName}`);
        if (/^(src|srcset|href|xlink:href|action|poster|data|formaction|background)$/i.test(attribute))
          expect(value).toMatch(/^#/);
      }
  });

  it("carries its type, under 150 kB of it, and may load it", () => {
    const html = pages.get(name)!;
    const fonts = [...html.matchAll(/url\(data:font\/woff2;base64,([^)]*)\)/g)].map(([, base64]) => base64!);
    expect(fonts).toHaveLength(2);
    expect(fonts.join("").length).toBeLessThan(150_000);
    for (const font of fonts) expect(Buffer.from(font, "base64").toString("latin1", 0, 4)).toBe("wOF2");
    expect(html).toMatch(/http-equiv="Content-Security-Policy" content="[^"]*; font-src data:"/);
  });

  it("has one outline, every place of the contents, and no name twice", () => {
    const document = parsedHtml(pages.get(name)!);
    const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map(({ tagName }) =>
      Number(tagName[1]),
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.entries())
      if (i > 0) expect(level - levels[i - 1]!).toBeLessThanOrEqual(1);
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll("nav a"))
      expect(ids).toContain(link.getAttribute("href")!.slice(1));
    for (const element of document.querySelectorAll("[aria-labelledby],[aria-describedby]"))
      for (const attribute of ["aria-labelledby", "aria-describedby"])
        for (const id of element.getAttribute(attribute)?.split(" ") ?? []) expect(ids).toContain(id);
  });

  it("has a caption and heads in every table, and words for every figure", () => {
    const document = parsedHtml(pages.get(name)!);
    for (const table of document.querySelectorAll("table")) {
      expect(table.querySelector("caption")?.textContent).not.toBe("");
      for (const head of table.querySelectorAll("th"))
        expect(head.getAttribute("scope")).toMatch(/^(col|row|colgroup)$/);
      for (const row of table.querySelectorAll("tbody tr"))
        expect(row.querySelectorAll("th")).toHaveLength(1);
    }
    for (const svg of document.querySelectorAll("svg[role=img]")) {
      expect(svg.querySelector("title")?.textContent).not.toBe("");
      expect(svg.querySelector("desc")?.textContent.length).toBeGreaterThan(10);
    }
  });
});
