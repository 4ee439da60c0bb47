// The tasks a worker knows, by name: what each is given and what it answers. Both ends import this.
import type { DataSpec } from "../spec/experiment";
import type { CorrelationResult, JacobianResult } from "../spec/result";
import type { InputMoments } from "../theory/batch";
import type { ReferenceBytes, Tallied } from "./pilot";
import type { LayerMeasurements } from "./combine";
import type { BatchMoments, SentWeights } from "./network";
import type { LayerPlan, RunPlan } from "./plan";
import type { BarrierAnswer } from "./rows";
import type { LayerTallies, RangeResult } from "./range";
import type { SlabBarrier, SlabInput } from "./slab";
import type { TheoryAnswer, TheoryRequest } from "./theory";
import type { AdvanceAnswer, AdvanceRequest, OpenRequest } from "./train/room";
import type { Shares, SharesRequest } from "./train/share";

/** What every task of a run shares, in parts: the run itself first, layers with every part. */
export interface ContextPart {
  readonly run: {
    readonly plan: RunPlan;
    /** The first rows of the batch, for the pilot. */
    readonly pilot: Omit<SlabInput, "slab">;
  } | null;
  readonly layers: readonly { readonly index: number; readonly weights: SentWeights }[];
}

/** Files by path, or by the name of what is bundled. */
export type FileBytes = ReadonlyMap<string, Uint8Array>;

/** Inputs [samples, features] as they enter layer 1. */
export interface PreparedData {
  readonly samples: number;
  readonly features: number;
  readonly classes: number | null;
  readonly inputs: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer> | null;
  /** Of the inputs, where theory is to be asked; null where it is not. */
  readonly moments: InputMoments | null;
}

/** A slab's answer: it waits, or it is done. Slab 0's last answer brings the references. */
export type SlabStep =
  | { readonly state: "waiting"; readonly barrier: SlabBarrier }
  | {
      readonly state: "done";
      readonly result: RangeResult;
      readonly references: readonly LayerReferences[] | null;
    };

export type LayerReferences = Readonly<Partial<Record<Tallied, ReferenceBytes>>>;

export interface CombineRequest {
  readonly layer: number;
  readonly references: LayerReferences;
  /** Of ranges of slabs that are nodes of the tree, in their order. */
  readonly tallies: readonly LayerTallies[];
  readonly heads: readonly Float32Array[];
  readonly gradients: { readonly weights: Float32Array; readonly bias: Float32Array } | null;
  readonly spectrum: boolean;
}

export interface MeasureRequest {
  readonly jacobian: boolean;
  readonly correlation: boolean;
  readonly firstInput: Float32Array;
  /** Mean square of the inputs: what the pairs' lengths are set to. */
  readonly inputMeanSquare: number;
  /** By layer: the batch's moments, kept as they are. */
  readonly batchMoments: ReadonlyMap<number, BatchMoments>;
}

export interface Tasks {
  data: [
    given: {
      readonly data: DataSpec;
      readonly seed: number;
      readonly files: FileBytes;
      /** Whether theory is to be asked of these inputs. */
      readonly predict: boolean;
    },
    answer: PreparedData,
  ];
  /** A layer's weights, drawn for all workers. */
  draw: [given: { readonly layer: LayerPlan; readonly seed: number }, answer: Float32Array<ArrayBuffer>];
  /** A layer's tensors as they stand in the worker. */
  tensors: [
    given: { readonly layer: number },
    answer: { readonly weights: Float32Array<ArrayBuffer>; readonly bias: Float32Array<ArrayBuffer> },
  ];
  probe: [
    given: { readonly rows: number; readonly cols: number; readonly seed: number },
    answer: Float32Array<ArrayBuffer>,
  ];
  lsuv: [given: { readonly inputs: Float32Array }, answer: Map<number, Float32Array<ArrayBuffer>>];
  slab: [
    given:
      | { readonly slabs: readonly SlabInput[] }
      | { readonly slabIndex: number; readonly barrier: number; readonly answer: BarrierAnswer },
    answer: SlabStep,
  ];
  combine: [given: CombineRequest, answer: LayerMeasurements];
  /** What theory expects; needs no context. */
  theory: [given: TheoryRequest, answer: TheoryAnswer];
  measure: [
    given: MeasureRequest,
    answer: { readonly jacobian?: JacobianResult; readonly correlation?: CorrelationResult },
  ];
  /** The data of a training, cut in two. */
  shares: [given: SharesRequest, answer: Shares];
  /** Lays a run out in the worker, where it stays until it is closed. */
  trainOpen: [given: OpenRequest, answer: null];
  /** Moves an open run on; its records come as parts. */
  trainAdvance: [given: AdvanceRequest, answer: AdvanceAnswer];
  trainClose: [given: { readonly id: number }, answer: null];
}

export type TaskName = keyof Tasks;
