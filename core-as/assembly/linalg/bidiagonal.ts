// Singular values of an upper bidiagonal matrix, by the QR iteration with implicit shift or, where a diagonal entry is
// nothing beside the shift's error, none: J. Demmel & W. Kahan, "Accurate singular values of bidiagonal matrices",
// SIAM J. Sci. Stat. Comput. 11(5), 1990; LAPACK's dbdsqr and dlas2. Values only.

// Sweeps allowed a singular value; two are usual.
const SWEEPS_EACH: i32 = 30;
const EPSILON: f64 = 2.220446049250313e-16;
// An off-diagonal entry below this part of the largest entry is noise under any test, and squares of smaller ones vanish.
const FLOOR: f64 = 1e-40;

// @ts-ignore: decorator
@inline
function at(vector: usize, i: i32): f64 {
  return load<f64>(vector + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function put(vector: usize, i: i32, value: f64): void {
  store<f64>(vector + (<usize>i << 3), value);
}

// Length of (f, g); the entries are scaled to at most 1, so squares cannot overflow.
// @ts-ignore: decorator
@inline
function length(f: f64, g: f64): f64 {
  return sqrt<f64>(f * f + g * g);
}

// The smaller singular value of [[f, g], [0, h]] (dlas2).
function smallerOfTwo(f: f64, g: f64, h: f64): f64 {
  const fa = abs(f);
  const ga = abs(g);
  const ha = abs(h);
  const low = min(fa, ha);
  const high = max(fa, ha);
  if (low == 0) return 0;
  const as = 1 + low / high;
  const difference = (high - low) / high;
  if (ga < high) {
    const au = (ga / high) * (ga / high);
    return low * (2 / (sqrt<f64>(as * as + au) + sqrt<f64>(difference * difference + au)));
  }
  const au = high / ga;
  if (au == 0) return (low * high) / ga;
  const c = 1 / (sqrt<f64>(1 + as * au * (as * au)) + sqrt<f64>(1 + difference * au * (difference * au)));
  return 2 * (low * c * au);
}

// One sweep without shift over d[low..high]; exact zeros on the diagonal leave through the end.
function sweepUnshifted(d: usize, e: usize, low: i32, high: i32): void {
  let c: f64 = 1;
  let oldC: f64 = 1;
  let oldS: f64 = 0;
  for (let i = low; i < high; i++) {
    let f = at(d, i) * c;
    let g = at(e, i);
    let r = length(f, g);
    c = r == 0 ? 1 : f / r;
    const s = r == 0 ? 0 : g / r;
    if (i > low) put(e, i - 1, oldS * r);
    f = oldC * r;
    g = at(d, i + 1) * s;
    r = length(f, g);
    oldC = r == 0 ? 1 : f / r;
    oldS = r == 0 ? 0 : g / r;
    put(d, i, r);
  }
  const last = at(d, high) * c;
  put(d, high, last * oldC);
  put(e, high - 1, last * oldS);
}

// One sweep with `shift` (a singular value's guess) over d[low..high].
function sweepShifted(d: usize, e: usize, low: i32, high: i32, shift: f64): void {
  const first = at(d, low);
  let f = (abs(first) - shift) * (copysign<f64>(1, first) + shift / first);
  let g = at(e, low);
  for (let i = low; i < high; i++) {
    let r = length(f, g);
    let c = r == 0 ? 1 : f / r;
    let s = r == 0 ? 0 : g / r;
    if (i > low) put(e, i - 1, r);
    const di = at(d, i);
    const ei = at(e, i);
    const next = at(d, i + 1);
    const turnedE = c * ei - s * di;
    f = c * di + s * ei;
    g = s * next;
    const turnedD = c * next;
    r = length(f, g);
    c = r == 0 ? 1 : f / r;
    s = r == 0 ? 0 : g / r;
    put(d, i, r);
    f = c * turnedE + s * turnedD;
    put(d, i + 1, c * turnedD - s * turnedE);
    if (i < high - 1) {
      const after = at(e, i + 1);
      g = s * after;
      put(e, i + 1, c * after);
    }
  }
  put(e, high - 1, f);
}

// Turns d[low..high] and its e end for end: the transpose of the block, with the same singular values.
function turnRound(d: usize, e: usize, low: i32, high: i32): void {
  for (let i = low, j = high; i < j; i++, j--) {
    const kept = at(d, i);
    put(d, i, at(d, j));
    put(d, j, kept);
  }
  for (let i = low, j = high - 1; i < j; i++, j--) {
    const kept = at(e, i);
    put(e, i, at(e, j));
    put(e, j, kept);
  }
}

// @ts-ignore: decorator
@inline
function isNegligible(d: usize, e: usize, i: i32): bool {
  const size = abs(at(e, i));
  return size <= FLOOR || size <= EPSILON * (abs(at(d, i)) + abs(at(d, i + 1)));
}

// Falling order, by insertion: the iteration leaves the values almost sorted.
function sortFalling(d: usize, n: i32): void {
  for (let i = 1; i < n; i++) {
    const value = at(d, i);
    let j = i;
    for (; j > 0 && at(d, j - 1) < value; j--) put(d, j, at(d, j - 1));
    put(d, j, value);
  }
}

/**
 * d[n] becomes the singular values, falling, of the bidiagonal matrix with diagonal d[n] and superdiagonal e[n - 1]
 * (float64; e is used up). Returns 0, or 1 when an entry is not finite or the iteration does not end.
 */
export function bidiagonalValues(d: usize, e: usize, n: i32): i32 {
  let largest: f64 = 0;
  let finite: f64 = 0;
  for (let i = 0; i < n; i++) {
    largest = max(largest, abs(at(d, i)));
    finite += at(d, i) * 0;
    if (i == n - 1) break;
    largest = max(largest, abs(at(e, i)));
    finite += at(e, i) * 0;
  }
  if (finite != 0) return 1;
  if (largest == 0) return 0;
  for (let i = 0; i < n; i++) put(d, i, at(d, i) / largest);
  for (let i = 0; i < n - 1; i++) put(e, i, at(e, i) / largest);

  let sweeps = SWEEPS_EACH * n;
  let high = n - 1;
  let blockLow = -1;
  let blockHigh = -1;
  while (high > 0) {
    if (isNegligible(d, e, high - 1)) {
      high--;
      continue;
    }
    let low = high - 1;
    let smallest = min(abs(at(d, low)), abs(at(d, high)));
    while (low > 0 && !isNegligible(d, e, low - 1)) {
      low--;
      smallest = min(smallest, abs(at(d, low)));
    }
    if (--sweeps < 0) return 1;
    // A new block is turned so that it is chased from its large end to its small one.
    if (low > blockHigh || high < blockLow || blockHigh < 0) {
      if (abs(at(d, low)) < abs(at(d, high))) turnRound(d, e, low, high);
    }
    blockLow = low;
    blockHigh = high;
    let shift: f64 = 0;
    if (smallest > 0) {
      shift = smallerOfTwo(at(d, high - 1), at(e, high - 1), at(d, high));
      const part = shift / abs(at(d, low));
      if (part * part < EPSILON) shift = 0;
    }
    if (shift == 0) sweepUnshifted(d, e, low, high);
    else sweepShifted(d, e, low, high, shift);
  }
  for (let i = 0; i < n; i++) put(d, i, abs(at(d, i)) * largest);
  sortFalling(d, n);
  return 0;
}
