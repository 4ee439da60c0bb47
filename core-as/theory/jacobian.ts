// The Jacobian J = D_L W_L ... D_1 W_1 of a chain of dense layers, at finite width: the mean square of its singular
// values and their spread. D_l is diagonal with entries phi'(z_l), taken as independent of one another and of every
// weight (mean field; Pennington, Schoenholz & Ganguli 2017), the weights as Gaussian or Haar-distributed.
// Exact under that assumption, for any widths. It knows no residual, no normalization, and no single draw.

export interface JacobianLayer {
  readonly fanIn: number;
  readonly fanOut: number;
  /** fan_in Var W. */
  readonly sigmaWSquare: number;
  readonly kind: "gaussian" | "orthogonal";
  /** E[phi'^2] and E[phi'^4] at this layer's q. */
  readonly slopeSquare: number;
  readonly slopeFourth: number;
}

export interface JacobianPrediction {
  /** E of the mean of s^2 over the min(N_0, N_L) singular values: prod(sigma_w^2 E[phi'^2]) N_L / min(N_0, N_L). */
  readonly meanSquare: number;
  /**
   * Var(s^2) / mean(s^2)^2 over these values, as a ratio of expectations over draws:
   * min(N_0, N_L) E[sum s^4] / E[(sum s^2)^2] - 1, in [0, min(N_0, N_L) - 1]. Null where every s is zero. Draws weigh
   * in by the square of their own mean, so that in deep, narrow networks the median draw lies below it.
   */
  readonly spread: number | null;
  /** Relative variance over draws of the mean square. Too low where E[phi'^2] moves with q, which scatters too. */
  readonly relativeVariance: number | null;
}

/**
 * Of A = M M^T, [n, n], M the product so far: E[(tr A)^2] / E[tr A]^2, and the two other quadratics as shares of
 * E[(tr A)^2], which every step maps linearly. Shares neither overflow nor vanish in deep networks.
 */
interface Quadratics {
  readonly traceSquare: number;
  /** E[tr A^2] / E[(tr A)^2]. */
  readonly square: number;
  /** E[sum_i A_ii^2] / E[(tr A)^2]. */
  readonly diagonal: number;
}

/** `layers` in order, each fanIn the fanOut before it; at least one. */
export function jacobianPrediction(layers: readonly JacobianLayer[]): JacobianPrediction {
  const inputs = layers[0]!.fanIn;
  const values = Math.min(inputs, layers.at(-1)!.fanOut);
  let meanSquare = layers.at(-1)!.fanOut / values;
  // A = I of size N_0.
  let a: Quadratics = { traceSquare: 1, square: 1 / inputs, diagonal: 1 / inputs };
  for (const layer of layers) {
    meanSquare *= layer.sigmaWSquare * layer.slopeSquare;
    a = slopes(layer.kind === "gaussian" ? gaussian(a, layer) : orthogonal(a, layer), layer);
  }
  // Not `meanSquare > 0`: deep down it underflows while the shares stay what they are.
  const known = layers.every((layer) => layer.sigmaWSquare * layer.slopeSquare > 0);
  if (!known) return { meanSquare, spread: null, relativeVariance: null };
  return {
    meanSquare,
    spread: Math.max(0, values * a.square - 1),
    relativeVariance: Math.max(0, a.traceSquare - 1),
  };
}

/**
 * B = W A W^T, [p, p], entries of W independent N(0, s). With T = tr A, Q = tr A^2:
 * E[B_ii^2] = s^2 (T^2 + 2 Q), E[B_ii B_jj] = s^2 T^2, E[B_ij^2] = s^2 Q. Everything over E[tr B]^2 = s^2 p^2 T^2.
 */
function gaussian(a: Quadratics, { fanOut: p }: JacobianLayer): Quadratics {
  const growth = 1 + (2 / p) * a.square;
  return {
    traceSquare: a.traceSquare * growth,
    square: (a.square + (1 + a.square) / p) / growth,
    diagonal: (1 + 2 * a.square) / p / growth,
  };
}

/**
 * B = W A W^T, W semi-orthogonal: a corner of size p of X = O A O^T, O Haar in N = max(n, p) dimensions, A filled up
 * with zeros where p > n. E[X_ij X_kl] = alpha d_ij d_kl + beta (d_ik d_jl + d_il d_jk), where alpha and beta follow
 * from the invariants (tr X)^2 = T^2 and tr X^2 = Q (Weingarten calculus of second order).
 */
function orthogonal(a: Quadratics, { fanIn, fanOut: p }: JacobianLayer): Quadratics {
  const n = Math.max(fanIn, p);
  const beta = n === 1 ? 0 : (a.square - 1 / n) / ((n - 1) * (n + 2));
  const alpha = 1 / (n * n) - (2 * beta) / n;
  const traceSquare = p * p * alpha + 2 * p * beta;
  return {
    // E[tr B] = (p / N) E[tr A].
    traceSquare: a.traceSquare * traceSquare * (n / p) * (n / p),
    square: (p * alpha + p * (p + 1) * beta) / traceSquare,
    diagonal: (p * (alpha + 2 * beta)) / traceSquare,
  };
}

/** C = D B D: C_ij = d_i d_j B_ij, so that only the diagonal feels E[d^4] - E[d^2]^2. */
function slopes(b: Quadratics, { slopeSquare, slopeFourth }: JacobianLayer): Quadratics {
  const excess = slopeFourth / (slopeSquare * slopeSquare) - 1;
  const more = excess * b.diagonal;
  const growth = 1 + more;
  return {
    traceSquare: b.traceSquare * growth,
    square: (b.square + more) / growth,
    diagonal: (b.diagonal + more) / growth,
  };
}
