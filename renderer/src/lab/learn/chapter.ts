// What a chapter of Learn is: text, a question to answer first, an experiment to try, claims measured at the reader's
// machine. Types only: every figure that a chapter shows comes from `Evidence`, and none is written down.
import type { ClaimChapter, ClaimVerdict } from "../../../../core-as/claims/claim";
import type { Axis, Figure } from "../../../../core-as/figures/figure";
import type { ColumnKey } from "../../../../core-as/figures/layerColumns";
import type { ProfileKey } from "../../../../core-as/figures/profile";
import type { TrainFigureKey } from "../../../../core-as/figures/trainingFigures";
import type { Bounds } from "../../../../core-as/spec/bounds";
import type { ActivationSpec } from "../../../../core-as/spec/experiment";
import type { RunResult } from "../../../../core-as/spec/result";
import type { TrainResult } from "../../../../core-as/spec/training";
import type { WrittenExperiment } from "../../../../core-as/spec/written";
import type { Theory } from "../../../../core-as/theory/theory";

/** The notes' chapters first, with the ids that their claims have; then what lies beyond. */
export const CHAPTER_IDS = [
  "zeros",
  "same",
  "large",
  "small",
  "xavier",
  "logistic",
  "xavier-relu",
  "he",
  "collapse",
  "edge-of-chaos",
  "orthogonal",
  "dying-relu",
  "frameworks",
  "gains",
] as const;
export type ChapterId = (typeof CHAPTER_IDS)[number];

export interface Chapter {
  readonly id: ChapterId;
  readonly part: "notes" | "beyond";
  /** The page's heading: "Too large: N(0, 1) and the sigmoid". */
  readonly title: string;
  /** In the list of chapters, at most 26 characters. */
  readonly short: string;
  /** One line below the heading: where it stands in the notes, and the network that is used. */
  readonly setting: string;
  readonly text: readonly TextBlock[];
  /** Figures in the text, by name, and the experiments that they come from. */
  readonly fill: {
    readonly needs: Needs;
    readonly texts: (evidence: Evidence) => Readonly<Record<string, string>>;
  };
  readonly question: Question;
  readonly trial: Trial;
  /** Whose claims of the founding notes are measured here; null beyond the notes. */
  readonly claims: ClaimChapter | null;
  /** Statements of the chapter's own, measured as the claims are; beyond the notes at least two. */
  readonly statements: readonly Statement[];
  /** Where to read on: "He et al. 2015, section 2.2". */
  readonly sources: readonly string[];
}

/**
 * Prose: plain English with formulas between dollar signs (`$\sigma$`), words to stress between asterisks, and figures
 * measured or predicted at the reader's machine as `{name}`, which the chapter's `fill` gives.
 */
export type Prose = string;

export type TextBlock =
  | { readonly kind: "paragraph"; readonly prose: Prose }
  /** LaTeX on a line of its own; may have `{name}` as well, written `\fill{name}`. */
  | { readonly kind: "formula"; readonly latex: string }
  /** What the notes say, where it is loose or wrong, and the precise truth. */
  | { readonly kind: "correction"; readonly notes: string; readonly precisely: Prose };

/** Experiments that are measured once, by names of the chapter's own. */
export interface Needs {
  readonly runs?: Readonly<Record<string, WrittenExperiment>>;
  readonly trainings?: Readonly<Record<string, WrittenExperiment>>;
  readonly theories?: Readonly<Record<string, TheoryQuery>>;
}

export interface TheoryQuery {
  readonly activation: ActivationSpec;
  readonly sigmaW?: number;
  readonly sigmaB?: number;
  readonly depth?: number;
}

/** What was measured of them. Each throws where the name is not among the needs. */
export interface Evidence {
  run(name: string): RunResult;
  training(name: string): TrainResult;
  theory(name: string): Theory;
}

/** "Predict first": asked before anything is shown; the answer is the reader's and is kept. */
export interface Question {
  readonly ask: Prose;
  /** Two to five, in an order that does not give the answer away. */
  readonly choices: readonly Prose[];
  readonly needs: Needs;
  readonly reveal: (evidence: Evidence) => Revealed;
}

export interface Revealed {
  /** Which choice the measurement falls into; null where it falls into none. */
  readonly right: number | null;
  /** Beside that choice: "measured × 0.98, predicted × 0.99". */
  readonly measured: string;
  /** Two or three sentences why. */
  readonly because: Prose;
}

/** "Try it": sliders and choices, what happens at once in every layer, and one chart. */
export interface Trial {
  /** What the small multiples show: "activations of each layer, from 0 to 1". */
  readonly caption: string;
  readonly controls: readonly Control[];
  /** The network at these settings: drawn live, and opened in the Lab. At most 12 layers x 512 units, 1000 samples. */
  readonly spec: (values: Values) => WrittenExperiment;
  /** Null: no small multiples, where a chapter is about something else. */
  readonly histograms: ColumnKey | null;
  /** Lines below the controls, of the live run. */
  readonly readings: (result: RunResult) => readonly Reading[];
  readonly chart: TrialChart;
}

/** By the control's id; choices are the index of what is chosen. */
export type Values = Readonly<Record<string, number>>;

export type Control =
  | {
      readonly kind: "slider";
      readonly id: string;
      readonly label: string;
      readonly initial: number;
      readonly bounds: Bounds;
      readonly scale: "linear" | "log";
      readonly step?: number;
    }
  | {
      readonly kind: "choice";
      readonly id: string;
      readonly label: string;
      readonly initial: number;
      readonly options: readonly string[];
    };

export interface Reading {
  readonly label: string;
  readonly value: string;
}

export type TrialChart =
  /** A figure against depth, as in the Lab. */
  | { readonly kind: "profile"; readonly profile: ProfileKey }
  /** One figure of a run against something of its spec: each place is measured, one after another. */
  | {
      readonly kind: "sweep";
      readonly title: string;
      readonly caption: string;
      readonly x: Axis;
      readonly y: Axis;
      /** Rising; at most 12. */
      readonly places: (values: Values) => readonly number[];
      readonly spec: (values: Values, place: number) => WrittenExperiment;
      readonly read: (result: RunResult) => Swept;
      /** Where the settings stand on x; null: not on this axis. */
      readonly at: (values: Values) => number | null;
      /** Horizontal lines that mean something: 1, "keeps its size". */
      readonly rules: readonly { readonly at: number; readonly label: string }[];
    }
  /** Trainings side by side, as on the Train screen; at most 4 of at most 600 steps. Started by a button. */
  | {
      readonly kind: "training";
      readonly figure: TrainFigureKey;
      /** A training takes seconds: what it takes is said on the button. */
      readonly specs: (
        values: Values,
      ) => readonly { readonly name: string; readonly spec: WrittenExperiment }[];
    }
  /** Drawn from theory alone. */
  | {
      readonly kind: "theory";
      readonly queries: (values: Values) => Readonly<Record<string, TheoryQuery>>;
      readonly figure: (values: Values, theories: Readonly<Record<string, Theory>>) => Figure;
    };

/** Of one place of a sweep. */
export interface Swept {
  readonly measured: number;
  /** Of the seeds, where there are several. */
  readonly low?: number;
  readonly high?: number;
  readonly predicted: number | null;
}

/** A sentence that claims something, judged by what is measured; in the same table as the notes' claims. */
export interface Statement {
  /** [a-z-]+, unique among all chapters. */
  readonly id: string;
  readonly claim: Prose;
  readonly needs: Needs;
  readonly judge: (evidence: Evidence) => {
    /** In one line, with units. */
    readonly measured: string;
    readonly verdict: ClaimVerdict;
    readonly because: string;
  };
}
