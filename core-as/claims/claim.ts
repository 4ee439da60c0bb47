// What a claim of the founding notes is, and how it is judged: from measurements, by a pure function. Types only;
// the sentences are in statements.ts, the experiments in experiments.ts, the judges in a file a chapter.
import type { RunResult } from "../spec/result";
import type { TrainResult } from "../spec/training";

/** The notes' chapters in their order; ids as the lab's chapters have them. */
export const CLAIM_CHAPTERS = [
  "zeros",
  "same",
  "large",
  "small",
  "xavier",
  "logistic",
  "xavier-relu",
  "he",
] as const;
export type ClaimChapter = (typeof CLAIM_CHAPTERS)[number];

export type ClaimVerdict = "holds" | "holds only if" | "does not hold";

/** A sentence of the notes that claims something. */
export interface ClaimStatement {
  /** [a-z-]+ */
  readonly id: string;
  /** The notes' own words, slips included; formulas between dollar signs are LaTeX. Unique: the key of the claim. */
  readonly quote: string;
  /** The same in precise words. */
  readonly claim: string;
  readonly chapter: ClaimChapter;
}

export interface Judgement {
  /** Figures by name, in the order in which they are shown; the name says the unit where there is one. */
  readonly measured: Readonly<Record<string, number>>;
  readonly verdict: ClaimVerdict;
  /** One or two sentences, with the condition where the verdict has one. */
  readonly because: string;
}

/** Results by the name of the experiment. Both throw where a claim asks for what it did not name in `needs`. */
export interface Measurements<Run extends string = string, Training extends string = string> {
  run(name: Run): RunResult;
  training(name: Training): TrainResult;
}

/** Names of experiments, as in experiments.ts. */
export interface ClaimNeeds<Run extends string = string, Training extends string = string> {
  readonly runs: readonly Run[];
  readonly trainings: readonly Training[];
}

export interface Claim extends ClaimStatement {
  readonly needs: ClaimNeeds;
  /** Pure: the same measurements, the same judgement. */
  readonly judge: (measurements: Measurements) => Judgement;
}

export type MeasuredClaim = ClaimStatement & Judgement;
