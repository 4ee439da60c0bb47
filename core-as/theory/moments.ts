// What mean-field theory asks of an activation: Gaussian expectations at a given variance, of one preactivation and
// of a pair. Types only; how they are computed stands in expectations.ts.
//
// A pair is described by q and by d = q (1 - c), half its mean square difference, never by c alone: where the samples
// of a batch have become alike, 1 - c is far below the rounding of c, and it is just what is wanted.

/** E over u ~ N(0, q). */
export interface SingleMoments {
  /** E[phi]. */
  readonly mean: number;
  /** V = E[phi^2]. */
  readonly square: number;
  /** E[phi^4]. */
  readonly fourth: number;
  /** E[phi'^2]. */
  readonly slopeSquare: number;
  /** E[phi'^4]. */
  readonly slopeFourth: number;
  /** dV/dq = E[phi phi' u] / q. */
  readonly squareSlope: number;
}

/** E over (u1, u2), both N(0, q), with E[(u1 - u2)^2] = 2 d, that is correlation c = 1 - d/q. */
export interface PairMoments {
  /** E[(phi(u1) - phi(u2))^2] / 2 = V - E[phi(u1) phi(u2)], without cancellation where d is small. */
  readonly halfDifference: number;
  /** E[phi(u1) phi(u2)]. */
  readonly product: number;
  /** E[phi'(u1) phi'(u2)]. */
  readonly slopeProduct: number;
  /** E[phi(u1)^2 phi(u2)^2]. */
  readonly squareProduct: number;
}

/** The expectations of one activation; implementations may keep what they have computed. */
export interface ActivationMoments {
  /** phi(s x) = s phi(x) for s > 0: the ReLU family and the identity. No q* of their own. */
  readonly scaleInvariant: boolean;
  /** phi(0) and phi'(0). */
  readonly atZero: { readonly phi: number; readonly slope: number };
  /** q >= 0; at q = 0 the limits. */
  single(q: number): SingleMoments;
  /** 0 <= d <= 2 q. */
  pair(q: number, d: number): PairMoments;
}
