// A figure in the page.
import type { DrawnFigure } from "../document";
import { attribute } from "./text";

export function drawnSvg({ width, height, alternative }: DrawnFigure, id: string): string {
  return `<svg id="${id}" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>${attribute(alternative)}</title><rect width="${width}" height="${height}" fill="none" stroke="currentColor"/></svg>`;
}
