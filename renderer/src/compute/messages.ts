// What the page and the conductor say to each other. All of it survives a structured clone.
import type { CodeFramework, CodeSource } from "../../../core-as/code/source";
import type { ClaimChapter, MeasuredClaim } from "../../../core-as/claims/claim";
import type { ClaimsProgress } from "../../../core-as/claims/measure";
import type { CompareOptions } from "../../../core-as/runtime/compare";
import type { TrainProgress } from "../../../core-as/runtime/train/options";
import type { Progress } from "../../../core-as/runtime/progress";
import type { Comparison } from "../../../core-as/spec/comparison";
import type { ActivationSpec, Experiment } from "../../../core-as/spec/experiment";
import type { LayerResult, RunResult } from "../../../core-as/spec/result";
import type { TrainCheckpoint, TrainRecord, TrainResult } from "../../../core-as/spec/training";
import type { Theory, TheoryOptions } from "../../../core-as/theory/theory";

/** Bytes of the files that a spec names, by the path as the spec has it. */
export type SpecFiles = ReadonlyMap<string, Uint8Array>;

export interface NamedSpec {
  readonly name: string;
  readonly spec: Experiment;
  readonly files: SpecFiles;
}

export type TensorFormat = "npz" | "safetensors";

export type Order =
  /** The Lab's run: the newest replaces every older one. */
  | { readonly kind: "live"; readonly spec: Experiment; readonly files: SpecFiles }
  /** One whole run, with or without remedies. */
  | {
      readonly kind: "measure";
      readonly spec: Experiment;
      readonly files: SpecFiles;
      readonly remedies: boolean;
    }
  | {
      readonly kind: "compare";
      readonly runs: readonly NamedSpec[];
      readonly options: Pick<CompareOptions, "paired" | "seed" | "seeds">;
    }
  /** Specs with their train parts, each with every seed: the newest replaces every older one. */
  | {
      readonly kind: "train";
      readonly specs: readonly Experiment[];
      /** By spec. */
      readonly files: readonly SpecFiles[];
      readonly seeds: readonly number[];
      /** By run: where to go on. */
      readonly resume: ReadonlyMap<number, TrainCheckpoint>;
    }
  /** The first seed's run with every tensor of it, as the bytes of a file. */
  | {
      readonly kind: "tensors";
      readonly spec: Experiment;
      readonly files: SpecFiles;
      readonly format: TensorFormat;
    }
  /** Specs that follow a slider, one after the other, remedies left out: the newest replaces every older one. */
  | { readonly kind: "trial"; readonly specs: readonly Experiment[] }
  /** Whole trainings side by side, each with its spec's own seed; beside the Train screen's. */
  | { readonly kind: "trainings"; readonly specs: readonly Experiment[] }
  /** The founding notes' claims of a chapter, measured with this seed. */
  | { readonly kind: "claims"; readonly chapter: ClaimChapter; readonly seed: number }
  /** What mean-field theory says. */
  | { readonly kind: "theory"; readonly activation: ActivationSpec; readonly options: TheoryOptions }
  /** The network and its initialisation as source text. */
  | {
      readonly kind: "source";
      readonly spec: Experiment;
      readonly files: SpecFiles;
      readonly framework: CodeFramework;
    }
  /** phi at the given z. */
  | { readonly kind: "curve"; readonly activation: ActivationSpec; readonly z: Float64Array };

export type ToConductor =
  | { readonly type: "start"; readonly workers: number; readonly memoryLimitBytes: number }
  /** From now on with so many; what is under way ends as cancelled. */
  | { readonly type: "workers"; readonly workers: number }
  | { readonly type: "order"; readonly id: number; readonly order: Order }
  | { readonly type: "cancel"; readonly id: number }
  /** To the training of this id. Stopped runs give results of what they have. */
  | { readonly type: "train"; readonly id: number; readonly act: "pause" | "resume" | "stop" };

/** Without the records, which have been told before. */
export type LeanCheckpoint = Omit<TrainCheckpoint, "records">;
export type LeanTrainResult = Omit<TrainResult, "records">;

/** The curve of an activation, for drawing: phi at rising z. */
export interface Curve {
  readonly z: Float64Array;
  readonly phi: Float64Array;
}

/** What a live run has so far, in the order in which it comes. */
export type LiveStage =
  /** The first layers of a long run, exactly as the whole run will have them; forward figures alone. */
  | { readonly stage: "layers"; readonly layers: readonly LayerResult[]; readonly of: number }
  /** The first seed; no bands. `isWhole`: there is no other. */
  | { readonly stage: "first"; readonly result: RunResult; readonly isWhole: boolean }
  /** All seeds, with bands. */
  | { readonly stage: "seeds"; readonly result: RunResult }
  /** The same, with a remedy at each finding that one was found for. */
  | { readonly stage: "remedied"; readonly result: RunResult };

export type LivePart = LiveStage & {
  /** By activation, as JSON.stringify of its spec writes it. */
  readonly curves: ReadonlyMap<string, Curve>;
};

export type FromConductor =
  | { readonly type: "ready"; readonly coreVersion: string; readonly coreSha256: string }
  | { readonly type: "part"; readonly id: number; readonly part: LivePart }
  /** A run of a comparison, as it comes. */
  | { readonly type: "run"; readonly id: number; readonly index: number; readonly result: RunResult }
  /** A spec of a trial, with the curves of its activations. */
  | {
      readonly type: "tried";
      readonly id: number;
      readonly index: number;
      readonly result: RunResult;
      readonly curves: ReadonlyMap<string, Curve>;
    }
  /** A claim that has been judged. */
  | { readonly type: "claim"; readonly id: number; readonly index: number; readonly claim: MeasuredClaim }
  | { readonly type: "claimsProgress"; readonly id: number; readonly progress: ClaimsProgress }
  | { readonly type: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly type: "trainRecord"; readonly id: number; readonly run: number; readonly record: TrainRecord }
  | {
      readonly type: "trainCheckpoint";
      readonly id: number;
      readonly run: number;
      readonly checkpoint: LeanCheckpoint;
    }
  | {
      readonly type: "trainResult";
      readonly id: number;
      readonly run: number;
      readonly result: LeanTrainResult;
    }
  | { readonly type: "trainProgress"; readonly id: number; readonly progress: TrainProgress }
  /** A remedy is tried: its title, and how many were tried before it. */
  | { readonly type: "trial"; readonly id: number; readonly title: string; readonly made: number }
  | {
      readonly type: "done";
      readonly id: number;
      /** Of "live", "train", "trial": null. */
      readonly value:
        | RunResult
        | Comparison
        | readonly TrainResult[]
        | readonly MeasuredClaim[]
        | Theory
        | Float64Array
        | Uint8Array
        | CodeSource
        | null;
    }
  | { readonly type: "failed"; readonly id: number; readonly failure: ComputeFailure }
  | { readonly type: "broken"; readonly reason: string };

/** `code` "cancelled" is no error. */
export interface ComputeFailure {
  readonly code: string;
  readonly message: string;
  /** Place in the spec. */
  readonly where?: string;
  /** Of a comparison or a training: which spec, from 0. */
  readonly run?: number;
}
