// A figure alone in a file: with title, caption, key and a line that says where it comes from, on paper of its theme.
import type { Figure } from "../../../core-as/figures/figure";
import { figureSvg } from "./figureSvg";

export interface StandaloneOptions {
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
  /** Experiment, seed, core version; empty: none. */
  readonly source: string;
  /** What the figure shows; absent: its title and caption. */
  readonly alternative?: string;
}

const AIR = 16;

export function standaloneSvg(figure: Figure, options: StandaloneOptions): string {
  const { width, height, theme, source } = options;
  const svg = figureSvg(figure, {
    width,
    height,
    colours: theme,
    id: figure.name,
    alternative: options.alternative ?? [figure.title, figure.caption].filter(Boolean).join(", "),
    title: figure.title,
    legend: true,
    source,
    // A thumbnail has no room to give away.
    air: Math.min(AIR, Math.floor(Math.min(width, height) / 20)),
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}
