// All of mean-field theory that is said of one activation at one (sigma_w, sigma_b): gains, fixed points, phase, depth
// scales, the critical sigma_w, special points, a table of layers. Plain data, as `initlab theory --json` prints it.
import type { DepthScales } from "../spec/result";
import { chi1At, correlationFixedPoint } from "./correlation";
import { criticalPoints, specialPoints } from "./critical";
import { momentsOf } from "./expectations";
import { fixedPoints, reachedFrom, type Sigmas, type VarianceFixedPoint } from "./fixedPoints";
import type { ActivationFunctions } from "./functions";
import { gainOf, type GainCriterion, NoGainError } from "./gains";
import { layersOf, type TheoryLayer } from "./layers";
import type { ActivationMoments } from "./moments";
import { depthScale, type Phase, phaseOf } from "./phase";

export interface TheoryOptions {
  /** As it is to be called. */
  readonly activation: string;
  /** Left out: the critical one of this sigma_b, else the forward gain, else 1. */
  readonly sigmaW?: number | undefined;
  /** Left out: 0. */
  readonly sigmaB?: number | undefined;
  /** Left out: 10. */
  readonly depth?: number | undefined;
}

export interface TheoryFixedPoint {
  readonly q: number;
  /** c* that correlation 0 runs into at this q. */
  readonly c: number;
  readonly chi1: number;
  readonly stable: boolean;
  /** dq'/dq. */
  readonly slope: number;
  /** dc'/dc at c*. */
  readonly correlationSlope: number;
  /** Every q is one. */
  readonly any: boolean;
}

export interface Theory {
  readonly activation: string;
  readonly sigmaW: number;
  readonly sigmaB: number;
  readonly scaleInvariant: boolean;
  /** Null where there is none. */
  readonly gains: Readonly<Record<GainCriterion, number | null>>;
  /** The one that q = 1, c = 0 runs into; null where q grows without bound. */
  readonly fixedPoint: TheoryFixedPoint | null;
  readonly fixedPoints: readonly TheoryFixedPoint[];
  /** By chi_1 at that fixed point; by its limit where q grows without bound. */
  readonly phase: Phase;
  readonly chi1: number;
  readonly depthScales: DepthScales;
  /** Null where there is none. With several, the one whose q is largest. */
  readonly criticalSigmaW: number | null;
  readonly criticalPoints: readonly { readonly sigmaW: number; readonly q: number }[];
  readonly specialPoints: readonly {
    readonly sigmaW: number;
    readonly sigmaB: number;
    readonly q: number;
    readonly kind: "half_stable" | "zero" | "scale_invariant";
  }[];
  readonly layers: readonly TheoryLayer[];
}

const DEPTH = 10;
const FARTHEST_Q = 1e6;
/** Where q grows without bound, chi_1 is read off here. */
const FAR_Q = 2 ** 80;

export function theoryOf(a: ActivationFunctions, options: TheoryOptions): Theory {
  const m = momentsOf(a);
  const { activation, sigmaB = 0, depth = DEPTH } = options;
  const gains = {
    forward: gainOrNull(a, "forward"),
    variance: gainOrNull(a, "variance"),
    backward: gainOrNull(a, "backward"),
  };
  const critical = criticalPoints(m, sigmaB);
  const criticalSigmaW = critical.at(-1)?.sigmaW ?? null;
  const sigmas: Sigmas = { sigmaW: options.sigmaW ?? criticalSigmaW ?? gains.forward ?? 1, sigmaB };
  const points = fixedPoints(m, sigmas);
  const { fixedPoint, chi1, depthScales } = reachedAt(m, sigmas, points, a.log);
  return {
    activation,
    ...sigmas,
    scaleInvariant: m.scaleInvariant,
    gains,
    fixedPoint,
    fixedPoints: points.map((point) => described(m, sigmas, point)),
    phase: phaseOf(chi1),
    chi1,
    depthScales,
    criticalSigmaW,
    criticalPoints: critical,
    specialPoints: specialPoints(m),
    layers: layersOf(m, sigmas, depth),
  };
}

type Reached = Pick<Theory, "fixedPoint" | "chi1" | "depthScales">;

function reachedAt(
  m: ActivationMoments,
  sigmas: Sigmas,
  points: readonly VarianceFixedPoint[],
  log: (x: number) => number,
): Reached {
  const reached = reachedFrom(m, sigmas, points);
  const fixedPoint = reached && described(m, sigmas, reached);
  const chi1 = fixedPoint?.chi1 ?? chi1At(m, sigmas.sigmaW, FAR_Q);
  const scale = (slope: number) => depthScale(slope, log);
  const depthScales = {
    q: fixedPoint && scale(fixedPoint.slope),
    c: fixedPoint && scale(fixedPoint.correlationSlope),
    gradient: scale(chi1),
  };
  return { fixedPoint, chi1, depthScales };
}

/**
 * Of a network whose layers are all alike; `log` must be the core's. Where the signal itself dies out, q* = 0, pairs
 * keep their angle while it lasts: no depth scale of c. A q* beyond every layer that is ever reached counts as none:
 * with ELU q grows by about 1 a layer, and the rounding of sigma_w alone makes a fixed point of it far out.
 */
export function depthScalesAt(m: ActivationMoments, sigmas: Sigmas, log: (x: number) => number): DepthScales {
  const { fixedPoint, depthScales } = reachedAt(m, sigmas, fixedPoints(m, sigmas), log);
  if (fixedPoint !== null && fixedPoint.q > FARTHEST_Q) return { ...depthScales, q: null, c: null };
  const diesOut = fixedPoint !== null && fixedPoint.q === 0 && phaseOf(fixedPoint.chi1) === "ordered";
  return diesOut ? { ...depthScales, c: null } : depthScales;
}

function described(m: ActivationMoments, { sigmaW }: Sigmas, point: VarianceFixedPoint): TheoryFixedPoint {
  const { q, slope, stable, any } = point;
  const correlation = correlationFixedPoint(m, sigmaW, q);
  // A straight line with no bias keeps every correlation, so also 0.
  const c = any && isStraight(m) ? 0 : correlation.c;
  return { q, c, chi1: chi1At(m, sigmaW, q), stable, slope, correlationSlope: correlation.slope, any };
}

/** Of scale-invariant activations: the identity and its multiples. */
function isStraight(m: ActivationMoments): boolean {
  return m.scaleInvariant && m.single(1).mean === 0 && m.pair(1, 1).product === 0;
}

function gainOrNull(a: ActivationFunctions, criterion: GainCriterion): number | null {
  try {
    return gainOf(a, criterion);
  } catch (error) {
    if (error instanceof NoGainError) return null;
    throw error;
  }
}
