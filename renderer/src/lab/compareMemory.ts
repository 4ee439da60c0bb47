// Which axis Compare's histograms had last, kept with the page.
import type { OverlayAxis } from "../../../core-as/figures/overlays";

const KEY = "initlab.compare.axis";

export function lastAxis(): OverlayAxis {
  try {
    return localStorage.getItem(KEY) === "own" ? "own" : "one";
  } catch {
    return "one";
  }
}

export function rememberAxis(axis: OverlayAxis): void {
  try {
    localStorage.setItem(KEY, axis);
  } catch {
    // A page without storage: then it is forgotten.
  }
}
