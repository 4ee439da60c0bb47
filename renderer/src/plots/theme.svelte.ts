// The colours in force, read from the page's tokens once a theme and not once a stroke.
import type { Paint } from "../../../core-as/figures/figure";
import { layerColour, runColour, type ThemeName } from "../../../core-as/figures/ramp";

export interface Palette {
  readonly name: ThemeName;
  readonly paper: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly edge: string;
  readonly grid: string;
  readonly mark: string;
  readonly band: string;
  /** Opacity of a histogram's fill. */
  readonly fill: number;
  readonly words: string;
}

class Theme {
  palette: Palette = $state.raw(readPalette());

  constructor() {
    const renew = () => this.renew();
    const root = document.documentElement;
    new MutationObserver(renew).observe(root, { attributes: true, attributeFilter: ["data-theme", "class"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => requestAnimationFrame(renew));
    // Text measured in a font that has not come yet is drawn again when it has.
    void document.fonts.ready.then(() => (this.palette = readPalette()));
  }

  renew(): void {
    const palette = readPalette();
    if (JSON.stringify(palette) !== JSON.stringify(this.palette)) this.palette = palette;
  }
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    name: style.colorScheme.includes("dark") ? "dark" : "light",
    paper: token("--paper"),
    ink: token("--ink"),
    ink2: token("--ink-2"),
    ink3: token("--ink-3"),
    edge: token("--edge"),
    grid: token("--grid"),
    mark: token("--mark"),
    band: token("--band"),
    fill: Number.parseFloat(token("--histogram-fill")) / 100 || 0.26,
    words: token("--words") || "sans-serif",
  };
}

/** One for the page: every chart reads it. */
export const theme = new Theme();

export function colourOf(paint: Paint, palette: Palette): string {
  if (typeof paint === "string") return palette[paint];
  return "layer" in paint ? layerColour(paint.layer, palette.name) : runColour(paint.run, palette.name);
}
