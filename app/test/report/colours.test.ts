// Colours of figures on paper are those of the screen, and a page has a variable for every one that a figure names.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Paint } from "../../../core-as/figures/figure";
import { layerColour } from "../../../core-as/figures/ramp";
import { coloursOf, OPACITIES, paletteCss, paletteDeclarations, TOKENS } from "../../report/svg/colours";
import { ROOT } from "../lab";

const THEMES = ["light", "dark"] as const;
const stylesheet = readFileSync(join(ROOT, "renderer/src/styles/tokens.css"), "utf8");

/** Declarations of the app's own theme. */
function ofApp(theme: (typeof THEMES)[number]): ReadonlyMap<string, string> {
  const block = new RegExp(`data-theme="${theme}"\\]\\s*\\{([^}]*)\\}`).exec(stylesheet)![1]!;
  return new Map(
    [...block.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!]),
  );
}

describe.each(THEMES)("the %s palette", (theme) => {
  it("is the app's", () => {
    const app = ofApp(theme);
    for (const [name, colour] of Object.entries(TOKENS[theme])) expect(app.get(name), name).toBe(colour);
    expect(app.get("histogram-fill")).toBe(`${OPACITIES[theme].fill * 100}%`);
    const [, ink, percent] = /^rgb\(([\d ]+) \/ (\d+)%\)$/.exec(app.get("band")!)!;
    expect(Number(percent) / 100).toBe(OPACITIES[theme].band);
    expect(
      `#${ink!
        .split(" ")
        .map((n) => Number(n).toString(16).padStart(2, "0"))
        .join("")}`,
    ).toBe(TOKENS[theme].ink);
  });

  it("declares every variable that a figure may name, once", () => {
    const declared = paletteDeclarations(theme)
      .split(";")
      .map((one) => one.split(":") as [string, string]);
    expect(new Set(declared.map(([name]) => name)).size).toBe(declared.length);
    const values = new Map(declared);
    const named = coloursOf("variables");
    const paints: Paint[] = [
      "ink",
      "ink2",
      "ink3",
      ...Array.from({ length: 8 }, (_, run) => ({ run })),
      ...Array.from({ length: 201 }, (_, i) => ({ layer: i / 200 })),
      { layer: -1 },
      { layer: 7 },
    ];
    const { of, outline, words, ...rest } = named;
    const all = [
      ...Object.values(rest),
      ...paints.map(of),
      ...[0, 1, 7].flatMap((run) => outline(run) ?? []),
    ];
    for (const one of all) expect(values.get(/^var\((--[a-z0-9-]+)\)$/.exec(one)![1]!), one).toBeTruthy();
    expect(paletteCss()).toContain(`--words:`);
    expect(words).toBe("var(--words)");
  });

  it("alone in a file is written out, as in the page", () => {
    const values = new Map(
      paletteDeclarations(theme)
        .split(";")
        .map((one) => one.split(":") as [string, string]),
    );
    const written = coloursOf(theme);
    const named = coloursOf("variables");
    for (const paint of [{ layer: 0 }, { layer: 0.5 }, { layer: 1 }, { run: 6 }, "ink2"] as const)
      expect(values.get(named.of(paint).slice(4, -1))).toBe(written.of(paint));
    expect(written.of({ layer: 0.5 })).toMatch(/^#[0-9a-f]{6}$/);
    const channels = written
      .of({ layer: 0.5 })
      .match(/[0-9a-f]{2}/g)!
      .map((two) => Number.parseInt(two, 16));
    expect(`rgb(${channels.join(" ")})`).toBe(layerColour(0.5, theme));
  });
});
