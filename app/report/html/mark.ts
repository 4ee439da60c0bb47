// A severity's mark: its shape, which tells it apart without colour, and its word.
import type { Severity } from "../../../core-as/spec/result";
import { attribute, lineHtml } from "./text";

/** On a square of 16. Strokes in the paper's colour lie over the shape. */
const SHAPES: Readonly<Record<Severity, string>> = {
  healthy: '<circle cx="8" cy="8" r="7"/><path d="M4.5 8.5l2.5 2.5 4.5-5.5"/>',
  information: '<circle cx="8" cy="8" r="7"/><path d="M8 7.5v4M8 4.4v.4"/>',
  warning: '<path class="shape" d="M8 1.5 15 14H1z"/><path d="M8 6v4M8 11.8v.4"/>',
  broken:
    '<path class="shape" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/><path d="M5.5 5.5l5 5M10.5 5.5l-5 5"/>',
};

export function severityMark(severity: Severity, word: string): string {
  const shape = SHAPES[severity] ?? SHAPES.information;
  return `<span class="severity ${attribute(Object.hasOwn(SHAPES, severity) ? severity : "information")}"><svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">${shape}</svg> ${lineHtml(word)}</span>`;
}
