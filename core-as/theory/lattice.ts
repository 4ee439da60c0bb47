// A pair's expectations for smooth phi: the trapezoidal rule over the whole plane of w and e, which converges faster
// than any power where phi is analytic in a strip (Trefethen & Weideman 2014). With u1 = m + t, u2 = m - t, m and t
// independent normals of variances q - d/2 and d/2, both steps are taken from one lattice wherever that is cheaper:
// then phi is needed on a line, not on a plane.
import type { ActivationFunctions } from "./functions";
import type { PairMoments } from "./moments";

/** In standard deviations: the density beyond is below 1e-17 of its peak. */
const REACH = 9;
/** Step over standard deviation: the Gaussian's own error is then below 1e-19. */
export const RELATIVE_STEP = 0.6;

export interface LatticePlan {
  readonly stepM: number;
  readonly stepT: number;
  /** m = -countM .. countM, t = 0 .. countT steps. */
  readonly countM: number;
  readonly countT: number;
}

/** Steps for standard deviations a of m and b of t, none above `step`. */
export function latticePlan(a: number, b: number, step: number): LatticePlan {
  let stepM = Math.min(step, RELATIVE_STEP * a);
  let stepT = Math.min(step, RELATIVE_STEP * b);
  // The larger one down to a whole multiple of the smaller.
  if (stepM > stepT && stepT > 0) stepM = stepT * Math.floor(stepM / stepT);
  else if (stepM > 0) stepT = stepM * Math.floor(stepT / stepM);
  const count = (deviation: number, of: number) => (of > 0 ? Math.ceil((REACH * deviation) / of) : 0);
  return { stepM, stepT, countM: count(a, stepM), countT: count(b, stepT) };
}

/** Terms of the sum. */
export function latticeTerms({ countM, countT }: LatticePlan): number {
  return (2 * countM + 1) * (countT + 1);
}

export function latticePair(f: ActivationFunctions, a: number, b: number, plan: LatticePlan): PairMoments {
  const { stepM, stepT, countM, countT } = plan;
  const weightM = weights(f, a, stepM, countM);
  const weightT = weights(f, b, stepT, countT);
  // t and -t are one term.
  for (let j = 1; j <= countT; j++) weightT[j]! *= 2;
  const small = stepM > 0 && stepT > 0 ? Math.min(stepM, stepT) : Math.max(stepM, stepT);
  const everyM = stepM > 0 ? Math.round(stepM / small) : 0;
  const everyT = stepT > 0 ? Math.round(stepT / small) : 0;
  const half = countM * everyM + countT * everyT;
  const isLine = 2 * half + 1 <= 2 * latticeTerms(plan);
  // On the line, place i everyM + j everyT counted from its middle; else a row of t a value of m.
  const width = 2 * countT + 1;
  const x = new Float64Array(isLine ? 2 * half + 1 : (2 * countM + 1) * width);
  if (isLine) for (let k = -half; k <= half; k++) x[k + half] = k * small;
  else
    for (let i = -countM; i <= countM; i++)
      for (let j = -countT; j <= countT; j++) x[(i + countM) * width + j + countT] = i * stepM + j * stepT;
  const phi = f.phiBulk(x);
  const dphi = f.dphiBulk(x);
  const [stride, jump, middle] = isLine ? [everyM, everyT, half] : [width, 1, countM * width + countT];
  let difference = 0;
  let product = 0;
  let slopes = 0;
  let squares = 0;
  for (let i = -countM; i <= countM; i++) {
    const centre = middle + i * stride;
    let rowDifference = 0;
    let rowProduct = 0;
    let rowSlopes = 0;
    let rowSquares = 0;
    for (let j = 0; j <= countT; j++) {
      const above = centre + j * jump;
      const below = centre - j * jump;
      const p = phi[above]!;
      const r = phi[below]!;
      const w = weightT[j]!;
      rowDifference += w * (p - r) * (p - r);
      rowProduct += w * (p * r);
      rowSquares += w * (p * r) * (p * r);
      rowSlopes += w * (dphi[above]! * dphi[below]!);
    }
    const w = weightM[Math.abs(i)]!;
    difference += w * rowDifference;
    product += w * rowProduct;
    slopes += w * rowSlopes;
    squares += w * rowSquares;
  }
  return { halfDifference: 0.5 * difference, product, slopeProduct: slopes, squareProduct: squares };
}

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/** Weights of 0 .. count steps of a normal of this deviation; all of it at 0 where there is none. */
function weights(f: ActivationFunctions, deviation: number, step: number, count: number): Float64Array {
  if (step === 0) return Float64Array.of(1);
  const ratio = step / deviation;
  const w = f.expBulk(Float64Array.from({ length: count + 1 }, (_, k) => -0.5 * (k * ratio) * (k * ratio)));
  for (let k = 0; k <= count; k++) w[k]! *= INVERSE_SQRT_TWO_PI * ratio;
  return w;
}
