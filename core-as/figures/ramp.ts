// Colours of layers and of runs. Layers run along viridis, cut so that both ends keep 3:1 on the paper; runs take
// Okabe & Ito's palette, and a marker each, since colour alone must not tell them apart.

export type ThemeName = "light" | "dark";

/** Viridis as a polynomial of degree 6 in t, one row a power (Zucker 2019, public domain fit): r, g, b in 0 to 1. */
const VIRIDIS = [
  [0.2777273272234177, 0.005407344544966578, 0.3340998053353061],
  [0.1050930431085774, 1.404613529898575, 1.384590162594685],
  [-0.3308618287255563, 0.214847559468213, 0.09509516302823659],
  [-4.634230498983486, -5.799100973351585, -19.33244095627987],
  [6.228269936347081, 14.17993336680509, 56.69055260068105],
  [4.776384997670288, -13.74514537774601, -65.35303263337234],
  [-5.435455855934631, 4.645852612178535, 26.3124352495832],
] as const;

const CUT: Readonly<Record<ThemeName, readonly [number, number]>> = {
  light: [0.04, 0.57],
  dark: [0.37, 0.94],
};

/** `place` 0 is the first layer, 1 the last. */
export function layerColour(place: number, theme: ThemeName): string {
  const [low, high] = CUT[theme];
  const t = low + (high - low) * Math.min(1, Math.max(0, place));
  const channels = [0, 1, 2].map((c) => {
    const value = VIRIDIS.reduceRight<number>((sum, row) => sum * t + row[c]!, 0);
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  });
  return `rgb(${channels.join(" ")})`;
}

const RUNS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
  "#f0e442",
] as const;
/** Black on dark is the ink. */
const LIGHT_INK = "#e8eaed";

/** `run` from 0 to 7. */
export function runColour(run: number, theme: ThemeName): string {
  const colour = RUNS[run % RUNS.length]!;
  return theme === "dark" && colour === "#000000" ? LIGHT_INK : colour;
}

/** Too pale on paper without a line round it. */
export const needsOutline = (run: number, theme: ThemeName): boolean =>
  theme === "light" && run % RUNS.length === 7;

export interface Marker {
  readonly shape: "circle" | "square" | "triangle" | "diamond";
  readonly isHollow: boolean;
}

const SHAPES = ["circle", "square", "triangle", "diamond"] as const;

export function runMarker(run: number): Marker {
  return { shape: SHAPES[run % SHAPES.length]!, isHollow: run % 8 >= SHAPES.length };
}

/** Points of a marker about (0, 0), `radius` from its middle to its side; null for a circle. */
export function markerCorners(
  { shape }: Marker,
  radius: number,
): readonly (readonly [number, number])[] | null {
  const r = radius;
  switch (shape) {
    case "circle":
      return null;
    case "square":
      return [
        [-r, -r],
        [r, -r],
        [r, r],
        [-r, r],
      ];
    case "triangle":
      return [
        [0, -1.2 * r],
        [1.2 * r, 0.95 * r],
        [-1.2 * r, 0.95 * r],
      ];
    case "diamond":
      return [
        [0, -1.3 * r],
        [1.3 * r, 0],
        [0, 1.3 * r],
        [-1.3 * r, 0],
      ];
  }
}
