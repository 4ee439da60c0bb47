// The sections that a report can have: what they are called, and why one would have nothing to say.
import type { ReportSection } from "../../../app/contract/report";

export const SECTION_TITLES: Readonly<Record<ReportSection, string>> = {
  summary: "Summary",
  findings: "Findings",
  network: "Network and data",
  layers: "Layer by layer",
  profiles: "Depth profiles",
  histograms: "Histograms",
  gradients: "Gradients",
  comparison: "Comparison",
  training: "Training",
  claims: "Claims",
  appendix: "Appendix: the same again",
};

/** What is to be reported, as far as it decides which sections there are. */
export interface Reported {
  /** Runs that are measured, or will be for the report. */
  readonly measured: number;
  readonly isBackward: boolean;
  readonly isTrained: boolean;
  readonly hasClaims: boolean;
}

/** Null where the section has something to say. */
export function whyAbsent(section: ReportSection, reported: Reported): string | null {
  const { measured, isBackward, isTrained, hasClaims } = reported;
  if (measured === 0 && !isTrained && !hasClaims) return "Nothing is chosen above";
  switch (section) {
    case "summary":
    case "appendix":
      return null;
    case "network":
      return measured > 0 || isTrained ? null : "Nothing that is chosen was measured or trained";
    case "gradients":
      if (measured === 0) return "No measured run is chosen";
      return isBackward ? null : "The runs have no backward pass";
    case "comparison":
      return measured > 1 ? null : "It takes two measured runs";
    case "training":
      return isTrained ? null : "Nothing that is chosen was trained";
    case "claims":
      return hasClaims ? null : "The founding claims are not chosen";
    default:
      return measured > 0 ? null : "No measured run is chosen";
  }
}
