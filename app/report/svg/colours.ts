// What a figure on paper is painted with. In a page the colours are the page's own variables, so that one drawing
// serves light and dark; alone in a file they are written out. Both palettes are the app's: renderer/src/styles/tokens.css.
import type { Paint } from "../../../core-as/figures/figure";
import { layerColour, needsOutline, runColour, type ThemeName } from "../../../core-as/figures/ramp";

/** Tokens of one theme, as the app's stylesheet names them. */
interface Tokens {
  readonly frame: string;
  readonly paper: string;
  readonly rule: string;
  readonly grid: string;
  readonly edge: string;
  readonly ink: string;
  readonly "ink-2": string;
  readonly "ink-3": string;
  readonly accent: string;
  readonly "accent-tint": string;
  readonly healthy: string;
  readonly warning: string;
  readonly broken: string;
}

export const TOKENS: Readonly<Record<ThemeName, Tokens>> = {
  light: {
    frame: "#f4f3ef",
    paper: "#fdfdfb",
    rule: "#e2e0d9",
    grid: "#eceae4",
    edge: "#8c8b85",
    ink: "#1b1d21",
    "ink-2": "#484c54",
    "ink-3": "#666a72",
    accent: "#2b50cc",
    "accent-tint": "#e9edfb",
    healthy: "#1a7546",
    warning: "#8f5200",
    broken: "#b3261e",
  },
  dark: {
    frame: "#12151a",
    paper: "#181c22",
    rule: "#2c323b",
    grid: "#242a32",
    edge: "#737b87",
    ink: "#e8eaed",
    "ink-2": "#b7bdc6",
    "ink-3": "#9098a3",
    accent: "#8fabff",
    "accent-tint": "#222b45",
    healthy: "#63c995",
    warning: "#e9b250",
    broken: "#ff8f86",
  },
};

/** Opacity of a seed band's ink, and of a histogram's fill. */
export const OPACITIES: Readonly<Record<ThemeName, { readonly band: number; readonly fill: number }>> = {
  light: { band: 0.1, fill: 0.26 },
  dark: { band: 0.14, fill: 0.38 },
};

export type ColourMode = "variables" | ThemeName;

export interface Colours {
  readonly paper: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly edge: string;
  readonly grid: string;
  /** Opacities, as attributes take them. */
  readonly band: string;
  readonly fill: string;
  readonly of: (paint: Paint) => string;
  /** Line round a run's filled marker; null: it needs none. */
  readonly outline: (run: number) => string | null;
  readonly words: string;
}

/** Places along the ramp of layers that a page has variables for. */
const RAMP_STEPS = 100;
const RUNS = 8;
const WORDS = "'Inter Variable', Inter, system-ui, sans-serif";

export function coloursOf(mode: ColourMode): Colours {
  if (mode === "variables") return VARIABLES;
  const { paper, ink, "ink-2": ink2, "ink-3": ink3, edge, grid } = TOKENS[mode];
  const inks = { ink, ink2, ink3 };
  const { band, fill } = OPACITIES[mode];
  return {
    ...inks,
    paper,
    edge,
    grid,
    band: String(band),
    fill: String(fill),
    of: (paint) => {
      if (typeof paint === "string") return inks[paint];
      return "layer" in paint ? hex(layerColour(paint.layer, mode)) : runColour(paint.run, mode);
    },
    outline: (run) => (needsOutline(run, mode) ? ink : null),
    words: WORDS,
  };
}

const VARIABLES: Colours = {
  paper: "var(--paper)",
  ink: "var(--ink)",
  ink2: "var(--ink-2)",
  ink3: "var(--ink-3)",
  edge: "var(--edge)",
  grid: "var(--grid)",
  band: "var(--band-opacity)",
  fill: "var(--histogram-fill)",
  of: (paint) => {
    if (typeof paint === "string") return VARIABLES[paint];
    if ("run" in paint) return `var(--run-${paint.run % RUNS})`;
    return `var(--layer-${Math.round(RAMP_STEPS * Math.min(1, Math.max(0, paint.layer)))})`;
  },
  // In the dark the line has the marker's own colour, and is not seen.
  outline: (run) => (needsOutline(run, "light") ? `var(--run-${run % RUNS}-outline)` : null),
  words: "var(--words)",
};

/** Declarations of every variable that a figure names, for one theme: to stand between braces. */
export function paletteDeclarations(theme: ThemeName): string {
  const { band, fill } = OPACITIES[theme];
  const outlined = Array.from({ length: RUNS }, (_, run) => run).filter((run) => needsOutline(run, "light"));
  return [
    `color-scheme:${theme}`,
    ...Object.entries(TOKENS[theme]).map(([name, colour]) => `--${name}:${colour as string}`),
    `--band-opacity:${band}`,
    `--histogram-fill:${fill}`,
    ...Array.from({ length: RUNS }, (_, run) => `--run-${run}:${runColour(run, theme)}`),
    ...outlined.map(
      (run) => `--run-${run}-outline:${needsOutline(run, theme) ? TOKENS[theme].ink : runColour(run, theme)}`,
    ),
    ...Array.from(
      { length: RAMP_STEPS + 1 },
      (_, i) => `--layer-${i}:${hex(layerColour(i / RAMP_STEPS, theme))}`,
    ),
  ].join(";");
}

/** Light, dark where the reader's machine asks for it, and always light on paper. */
export function paletteCss(): string {
  return [
    `:root{--words:${WORDS};${paletteDeclarations("light")}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${paletteDeclarations("dark")}}}`,
  ].join("\n");
}

/** "rgb(70 15 97)" as "#460f61", which every drawing program reads. */
function hex(colour: string): string {
  const channels = colour.match(/\d+/g) ?? [];
  return `#${channels.map((channel) => Number(channel).toString(16).padStart(2, "0")).join("")}`;
}
