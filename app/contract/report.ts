// What a report is asked for with: the runs as texts, the sections, the format. Plain data that survives a structured
// clone and JSON; `methods.ts` bounds it. Results travel as the texts that are saved, so that no digit is lost.

/** In the order in which a report has them. */
export const REPORT_SECTIONS = [
  "summary",
  "findings",
  "network",
  "layers",
  "profiles",
  "histograms",
  "gradients",
  "comparison",
  "training",
  "claims",
  "appendix",
] as const;
export type ReportSection = (typeof REPORT_SECTIONS)[number];

export const REPORT_FORMATS = ["html", "pdf", "md", "csv", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** One report of one to eight runs, or of the founding claims. */
export interface ReportRequest {
  readonly format: ReportFormat;
  /** Empty: made of the runs' names. */
  readonly title: string;
  /** Empty: none is named. */
  readonly author: string;
  /** Markdown. Of the whole report; each run may have its own. */
  readonly notes: string;
  /** Those that are left out stay out; one of which there is nothing to say is left out by itself. */
  readonly sections: readonly ReportSection[];
  readonly runs: readonly ReportedRun[];
  /** The text of a Comparison of these runs. Absent: differences are taken from the results. */
  readonly comparison?: string;
  /** The text of `initlab claims --json`, and the seed it was measured with. */
  readonly claims?: { readonly text: string; readonly seed: number };
}

export interface ReportedRun {
  readonly name: string;
  /** Markdown. */
  readonly notes: string;
  /** The text of result.json; null where it was only trained. */
  readonly result: string | null;
  /** The text of training.json. */
  readonly training?: string;
  /** Of a saved experiment, as its experiment.json has them; ISO 8601. */
  readonly created?: string;
  readonly modified?: string;
}

/** A figure alone, as vectors. */
export interface FigureRequest {
  /** A Figure as `figureText` of core-as/figures writes it. */
  readonly figure: string;
  /** In whole CSS pixels, 160 to 4000 each. */
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
  /** One line below: experiment, seed, core version. */
  readonly source: string;
}
