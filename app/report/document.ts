// A report as data: sections of blocks, with figures as figures and numbers beside their texts. HTML, Markdown, CSV and
// JSON are written from it and from nothing else, so that they cannot disagree. No drawing, no markup.
// Every text in it is plain text, a person's included; only `markdown` is Markdown, and no writer passes HTML through.
import type { Figure } from "../../core-as/figures/figure";
import type { Severity } from "../../core-as/spec/result";
import type { ReportSection } from "../contract/report";

export interface ReportDocument {
  readonly title: string;
  readonly author: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly name: ReportSection;
  /** [a-z0-9-]+, unique in the document. */
  readonly id: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "heading"; readonly id: string; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  /** A person's notes. */
  | { readonly kind: "markdown"; readonly markdown: string }
  /** Words of a paper; formulas between dollar signs are LaTeX. */
  | { readonly kind: "quote"; readonly text: string }
  /** `word` stands beside the severity's shape; absent: the severity's own word. */
  | { readonly kind: "verdict"; readonly severity: Severity; readonly text: string; readonly word?: string }
  | {
      readonly kind: "finding";
      readonly severity: Severity;
      /** "layers 1 to 5"; empty: the network. */
      readonly layers: string;
      readonly title: string;
      readonly message: string;
      readonly evidence: Table;
      readonly source: string;
      /**
       * The remedy that was tried, why and with what result, and its figures now and after; null: none was found;
       * absent: none is sought, as for a training.
       */
      readonly remedy?: { readonly title: string; readonly text: string; readonly figures: Table } | null;
    }
  | { readonly kind: "table"; readonly table: Table }
  /** Numbers behind figures: in CSV and JSON, not on the page. */
  | { readonly kind: "series"; readonly table: Table }
  | { readonly kind: "histogram"; readonly histogram: CountedHistogram }
  | { readonly kind: "figure"; readonly figure: DrawnFigure }
  /** Small multiples: on shared axes, in rows of `across`. */
  | {
      readonly kind: "figures";
      readonly caption: string;
      readonly across: number;
      readonly figures: readonly (DrawnFigure | AbsentFigure)[];
    }
  | { readonly kind: "formula"; readonly latex: string; readonly caption: string }
  | { readonly kind: "code"; readonly language: "json" | "python" | "sh" | "text"; readonly text: string }
  | { readonly kind: "terms"; readonly terms: readonly { readonly term: string; readonly text: string }[] };

export interface DrawnFigure {
  readonly figure: Figure;
  /** CSS pixels on a page of 720. */
  readonly width: number;
  readonly height: number;
  /** What the figure shows, in words and numbers, for those who do not see it. */
  readonly alternative: string;
  /** A small multiple: no axis titles, no key. */
  readonly isCompact: boolean;
}

/** Keeps its place among small multiples: nothing was measured there, or nothing that can be drawn. */
export interface AbsentFigure {
  readonly title: string;
  /** "all exactly 0" */
  readonly absent: string;
}

export interface Table {
  /** [a-z0-9-]+, unique in the document. */
  readonly id: string;
  /** The same for every run's table of its kind: names it in CSV. */
  readonly name: string;
  /** 1 to 8; absent: of the whole report. */
  readonly run?: number;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly title: string;
  /** Head over neighbours that have the same one. */
  readonly group?: string;
  /** Machine's name, for CSV and JSON: "activations.std". */
  readonly key: string;
  /** Numbers stand on the right. */
  readonly isNumber: boolean;
}

export interface Cell {
  /** As a person reads it. */
  readonly text: string;
  /** The exact number behind it, not rounded; absent: it is a text. NaN and infinities are numbers. */
  readonly value?: number;
}

/** As the result has it, every layer's, also of those whose figures a long report leaves out. Not on the page. */
export interface CountedHistogram {
  readonly run: number;
  /** "layer 3" */
  readonly layer: string;
  /** "activations" */
  readonly tensor: string;
  /** n+1 rising edges. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Values that are met exactly, counted apart. */
  readonly points: readonly { readonly at: number; readonly count: number }[];
}
