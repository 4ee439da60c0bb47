// Intervals that hold a number and what a computation with rounding may make of it; the rules of one operation each.
// An interval of a value that may be anything (a domain left, a number too large) is EVERYTHING: whatever is computed
// from its NaN ends is everything too.

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How exactly the computation under test works. */
export interface Precision {
  /** Of + - * / sqrt and of constants, relative. */
  readonly arithmetic: number;
  /** Of the other functions, relative and absolute. */
  readonly relative: number;
  readonly absolute: number;
  /** Below it results lose digits; beyond `largest` they are infinite. */
  readonly smallest: number;
  readonly largest: number;
  /** Whether a number is one of this format. */
  readonly isExact: (value: number) => boolean;
}

export const FLOAT32: Precision = {
  arithmetic: 1.2e-7,
  relative: 1e-6,
  absolute: 1e-7,
  smallest: 1e-37,
  largest: 1e30,
  isExact: (value) => Math.fround(value) === value,
};

export const FLOAT64: Precision = {
  arithmetic: 4.5e-16,
  relative: 4e-15,
  absolute: 1e-300,
  smallest: 1e-290,
  largest: 1e290,
  isExact: () => true,
};

/** The real number, as near as the host's float64 comes. */
export const REAL: Precision = { ...FLOAT64, arithmetic: 0, relative: 0, absolute: 0, smallest: 0 };

export const EVERYTHING: Interval = { low: NaN, high: NaN };

export const point = (value: number): Interval => ({ low: value, high: value });
export const middle = ({ low, high }: Interval): number => (low === high ? low : 0.5 * (low + high));

export function hull(...all: readonly Interval[]): Interval {
  return { low: Math.min(...all.map((i) => i.low)), high: Math.max(...all.map((i) => i.high)) };
}

/** Ends at these values, widened by an error; everything where one of them is none, or is too large to tell. */
export function ends(values: readonly number[], relative: number, absolute: number, p: Precision): Interval {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(low >= -p.largest && high <= p.largest)) return EVERYTHING;
  if (p.arithmetic === 0) return { low, high };
  const floor = absolute + p.smallest;
  return { low: low - relative * Math.abs(low) - floor, high: high + relative * Math.abs(high) + floor };
}

const arithmetic = (values: readonly number[], p: Precision) => ends(values, p.arithmetic, 0, p);

export function constant(value: number, p: Precision): Interval {
  return p.isExact(value) ? point(value) : arithmetic([value], p);
}

export function add(a: Interval, b: Interval, p: Precision): Interval {
  if (isZero(a)) return b;
  if (isZero(b)) return a;
  return arithmetic([a.low + b.low, a.high + b.high], p);
}

export const negate = ({ low, high }: Interval): Interval => ({ low: 0 - high, high: 0 - low });

/** 0 times a number is 0 without an error. */
export function multiply(a: Interval, b: Interval, p: Precision): Interval {
  if ((isZero(a) && b.low <= b.high) || (isZero(b) && a.low <= a.high)) return point(0);
  return arithmetic([a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high], p);
}

export function divide(a: Interval, b: Interval, p: Precision): Interval {
  if (!(b.low > 0 || b.high < 0)) return EVERYTHING;
  if (isZero(a)) return a;
  return arithmetic([a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high], p);
}

/** A function that never falls or never rises, on an interval of its domain. */
export function monotone(f: (x: number) => number, a: Interval, p: Precision): Interval {
  return ends([f(a.low), f(a.high)], p.relative, p.absolute, p);
}

/** A function that rises up to 0 and falls from there, even in x. */
export function hill(f: (x: number) => number, a: Interval, p: Precision): Interval {
  const top = a.low <= 0 && a.high >= 0 ? [0] : [];
  return ends([a.low, a.high, ...top].map(f), p.relative, p.absolute, p);
}

/** A function whose slope is at most 1, with values in [-1, 1]. */
export function gentle(f: (x: number) => number, a: Interval, p: Precision): Interval {
  const width = a.high - a.low;
  if (Number.isNaN(width)) return EVERYTHING;
  if (width > 2) return { low: -1.000001, high: 1.000001 };
  const centre = f(middle(a));
  return ends([centre - 0.5 * width, centre + 0.5 * width], p.relative, p.absolute, p);
}

const isZero = ({ low, high }: Interval) => low === 0 && high === 0;
