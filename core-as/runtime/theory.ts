// The theory beside a run: what mean field expects of this very network and these inputs, worked out in a worker
// with the core's own functions. Decides no bit of a measurement.
import { activationFacts, saturationOf } from "../spec/activations";
import { computedGain, biasLaw, type Law, type LawHooks } from "../spec/laws";
import type { ActivationSpec, WeightsSpec } from "../spec/experiment";
import type { BornDead, DepthScales, LayerTheory } from "../spec/result";
import { schemeLaw } from "../spec/schemes";
import type { InputMoments } from "../theory/batch";
import { bornDead } from "../theory/bornDead";
import { depthScales } from "../theory/depthScales";
import { momentsOf } from "../theory/expectations";
import { relativeStdOfQ } from "../theory/fluctuation";
import { NoGainError } from "../theory/gains";
import { predictedJacobian } from "../theory/jacobian";
import type { ActivationMoments } from "../theory/moments";
import { type LayerPrediction, propagate, type PropagatedLayer } from "../theory/propagate";
import { gainsOf } from "./draw";
import { activationFunctions } from "./functions";
import type { LayerPlan } from "./plan";
import type { MeasuringCore as Core } from "./tally";
import { normalTail, truncatedMoments } from "./truncated";

export interface TheoryRequest {
  readonly layers: readonly LayerPlan[];
  /** How many of the layers are hidden ones. */
  readonly hidden: number;
  readonly inputs: InputMoments;
  readonly jacobian: boolean;
  /** Angles of input pairs whose correlation is wanted, in radians; null for none. */
  readonly angles: readonly number[] | null;
}

export interface TheoryAnswer {
  readonly layers: readonly { readonly theory: LayerTheory | null; readonly theoryAbsent?: string }[];
  readonly depthScales: DepthScales | null;
  readonly bornDead: BornDead | null;
  readonly jacobian: { readonly meanSquare: number; readonly spread: number } | null;
  /** [layer][angle] */
  readonly correlation: readonly (readonly number[])[] | null;
}
