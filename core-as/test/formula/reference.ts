// A formula's value and slope in another way than the lab's: the tree is walked as it was written, with dual numbers
// (Wengert 1964) of intervals. Nothing is simplified, no derivative is ever written down as a formula.
// The kinks follow core-as/formula/derivative.ts; where an error may choose another side, both are in the answer.
import type { Tree } from "../../formula/tree";
import {
  add,
  constant,
  divide,
  ends,
  EVERYTHING,
  gentle,
  hill,
  hull,
  type Interval,
  middle,
  monotone,
  multiply,
  negate,
  point,
  type Precision,
  REAL,
} from "./interval";

export interface Dual {
  readonly value: Interval;
  readonly slope: Interval;
}

const ONE = point(1);
const ZERO = point(0);
const exp = (x: number) => Math.exp(x);
export const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const bell = (x: number) => sigmoid(x) * sigmoid(-x);
const sech2 = (x: number) => 4 * bell(2 * x);
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const gauss = (x: number) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);

/** erf by its Maclaurin series, erfc above 1/2 by its continued fraction: neither is the core's way. */
export function erf(x: number): number {
  return Math.abs(x) < 3 ? series(x) : x < 0 ? erfcAbove(-x) - 1 : 1 - erfcAbove(x);
}
export function erfc(x: number): number {
  return x > 0.5 ? erfcAbove(x) : 1 - erf(x);
}
function series(x: number): number {
  let term = (2 / Math.sqrt(Math.PI)) * x * Math.exp(-x * x);
  let sum = 0;
  // Kummer's form, all terms of one sign.
  for (let n = 1; sum + term !== sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return sum;
}
function erfcAbove(x: number): number {
  let f = 0;
  // The terms left out count exp(-2 x sqrt(2 k)).
  for (let k = Math.ceil(200 / (x * x)) + 20; k > 0; k--) f = k / 2 / (x + f);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
}

/** Value and slope at x. */
export function evaluate(tree: Tree, x: number, p: Precision): Dual {
  const at = (t: Tree) => evaluate(t, x, p);
  const chain = (value: Interval, outer: Interval, inner: Interval): Dual => ({
    value,
    slope: multiply(outer, inner, p),
  });
  switch (tree.kind) {
    case "number":
    case "constant":
      return { value: constant(tree.value, p), slope: ZERO };
    case "variable":
      return { value: point(x), slope: ONE };
    case "negation": {
      const u = at(tree.of);
      return { value: negate(u.value), slope: negate(u.slope) };
    }
    case "comparison":
      return compare(tree.sign, at(tree.left), at(tree.right));
    case "arithmetic": {
      const [u, v] = [at(tree.left), at(tree.right)];
      switch (tree.sign) {
        case "+":
          return { value: add(u.value, v.value, p), slope: add(u.slope, v.slope, p) };
        case "-":
          return { value: add(u.value, negate(v.value), p), slope: add(u.slope, negate(v.slope), p) };
        case "*":
          return {
            value: multiply(u.value, v.value, p),
            slope: add(multiply(u.slope, v.value, p), multiply(u.value, v.slope, p), p),
          };
        case "/": {
          const top = add(multiply(u.slope, v.value, p), negate(multiply(u.value, v.slope, p)), p);
          return {
            value: divide(u.value, v.value, p),
            slope: divide(top, multiply(v.value, v.value, p), p),
          };
        }
        case "^":
          return power(u, v, isWritten(tree.right), p);
      }
    }
    // eslint-disable-next-line no-fallthrough -- every sign has returned
    case "call": {
      const given = tree.given.map(at);
      const [u, v, w] = given as [Dual, Dual, Dual];
      const a = u.value;
      switch (tree.name) {
        case "where":
          return choose(truth(a), v, w);
        case "min":
          return given.reduce((s, t) => extreme(s, t, -1));
        case "max":
          return given.reduce((s, t) => extreme(s, t, 1));
        case "pow":
          return power(u, v, isWritten(tree.given[1]!), p);
        case "abs": {
          const side = extreme(u, { value: negate(a), slope: negate(u.slope) }, 1);
          if (a.low === 0 && a.high === 0) return { value: side.value, slope: ZERO };
          return a.low <= 0 && a.high >= 0 ? { value: side.value, slope: hull(side.slope, ZERO) } : side;
        }
        case "sign":
          return { value: { low: Math.sign(a.low), high: Math.sign(a.high) }, slope: ZERO };
        case "relu": {
          const side = extreme(u, { value: ZERO, slope: ZERO }, 1);
          if (a.low === 0 && a.high === 0) return { value: ZERO, slope: ZERO };
          return a.low <= 0 && a.high >= 0 ? { value: side.value, slope: hull(side.slope, ZERO) } : side;
        }
        case "exp": {
          const value = monotone(exp, a, p);
          return chain(value, value, u.slope);
        }
        case "expm1":
          return chain(monotone(Math.expm1, a, p), monotone(exp, a, p), u.slope);
        case "log":
          if (!(a.low > 0)) return { value: EVERYTHING, slope: EVERYTHING };
          return { value: monotone(Math.log, a, p), slope: divide(u.slope, a, p) };
        case "log1p":
          if (!(a.low > -1)) return { value: EVERYTHING, slope: EVERYTHING };
          return { value: monotone(Math.log1p, a, p), slope: divide(u.slope, add(a, ONE, p), p) };
        case "sqrt":
          return root(u, p);
        case "sin":
          return chain(gentle(Math.sin, a, p), gentle(Math.cos, a, p), u.slope);
        case "cos":
          return chain(gentle(Math.cos, a, p), negate(gentle(Math.sin, a, p)), u.slope);
        case "tanh":
          return chain(monotone(Math.tanh, a, p), hill(sech2, a, p), u.slope);
        case "sigmoid":
          return chain(monotone(sigmoid, a, p), hill(bell, a, p), u.slope);
        case "softplus":
          return chain(monotone(softplus, a, p), monotone(sigmoid, a, p), u.slope);
        case "erf":
          return chain(monotone(erf, a, p), hill(gauss, a, p), u.slope);
        case "erfc":
          return chain(monotone(erfc, a, p), negate(hill(gauss, a, p)), u.slope);
      }
    }
  }
}

function root(u: Dual, p: Precision): Dual {
  if (!(u.value.low > 0)) return { value: EVERYTHING, slope: EVERYTHING };
  const value = ends([Math.sqrt(u.value.low), Math.sqrt(u.value.high)], p.arithmetic, 0, p);
  return { value, slope: divide(multiply(u.slope, point(0.5), p), value, p) };
}

/** Whether an exponent is a number as it stands, with a sign or without. */
function isWritten(tree: Tree): boolean {
  return (
    tree.kind === "number" || tree.kind === "constant" || (tree.kind === "negation" && isWritten(tree.of))
  );
}

/** Whole exponents by products; others through the logarithm, of a positive base. */
function power(u: Dual, v: Dual, isWrittenOut: boolean, p: Precision): Dual {
  const n = v.value.low;
  if (isWrittenOut) {
    if (n === 0) return { value: ONE, slope: ZERO };
    if (Number.isInteger(n) && Math.abs(n) <= 16) {
      let value = u.value;
      let before = ONE;
      for (let i = 1; i < Math.abs(n); i++) {
        before = value;
        value = multiply(value, u.value, p);
      }
      const slope = multiply(multiply(point(Math.abs(n)), before, p), u.slope, p);
      if (n > 0) return { value, slope };
      const square = multiply(value, value, p);
      return { value: divide(ONE, value, p), slope: negate(divide(slope, square, p)) };
    }
  }
  const base = u.value;
  if (!(base.low > 0)) return { value: EVERYTHING, slope: EVERYTHING };
  const logs = [Math.log(base.low), Math.log(base.high)];
  const value = ends(
    logs.flatMap((log) => [Math.exp(log * v.value.low), Math.exp(log * v.value.high)]),
    4 * p.relative,
    0,
    p,
  );
  const ofBase = multiply(divide(multiply(v.value, value, p), base, p), u.slope, p);
  const ofExponent = multiply(multiply(value, ends(logs, p.relative, p.absolute, p), p), v.slope, p);
  return { value, slope: add(ofBase, ofExponent, p) };
}

type Truth = "yes" | "no" | "either";

function compare(sign: string, { value: a }: Dual, { value: b }: Dual): Dual {
  const less: Truth = a.high < b.low ? "yes" : a.low >= b.high ? "no" : "either";
  const more: Truth = b.high < a.low ? "yes" : b.low >= a.high ? "no" : "either";
  const isSame = a.low === a.high && b.low === b.high && a.low === b.low;
  const same: Truth = isSame ? "yes" : less === "yes" || more === "yes" ? "no" : "either";
  const not = (t: Truth): Truth => (t === "yes" ? "no" : t === "no" ? "yes" : t);
  const truths: Record<string, Truth> = {
    "<": less,
    "<=": not(more),
    ">": more,
    ">=": not(less),
    "==": same,
    "!=": not(same),
  };
  const holds = truths[sign]!;
  return { value: holds === "yes" ? ONE : holds === "no" ? ZERO : { low: 0, high: 1 }, slope: ZERO };
}

function truth(a: Interval): Truth {
  return a.low === 0 && a.high === 0 ? "no" : a.low > 0 || a.high < 0 ? "yes" : "either";
}

function choose(condition: Truth, yes: Dual, no: Dual): Dual {
  if (condition !== "either") return condition === "yes" ? yes : no;
  return { value: hull(yes.value, no.value), slope: hull(yes.slope, no.slope) };
}

/** The larger (side 1) or the smaller (-1); where both are surely equal, with the smaller slope. */
function extreme(u: Dual, v: Dual, side: 1 | -1): Dual {
  const [a, b] = [u.value, v.value];
  const f = side === 1 ? Math.max : Math.min;
  const value = { low: f(a.low, b.low), high: f(a.high, b.high) };
  if (a.low > b.high) return side === 1 ? u : v;
  if (b.low > a.high) return side === 1 ? v : u;
  if (a.low === a.high && b.low === b.high && a.low === b.low) {
    const slope = { low: Math.min(u.slope.low, v.slope.low), high: Math.min(u.slope.high, v.slope.high) };
    return { value, slope };
  }
  return { value, slope: hull(u.slope, v.slope) };
}

/** phi and phi' in the host's float64. */
export function plain(tree: Tree): { phi: (x: number) => number; dphi: (x: number) => number } {
  return {
    phi: (x) => (Number.isNaN(x) ? x : middle(evaluate(tree, x, REAL).value)),
    dphi: (x) => (Number.isNaN(x) ? x : middle(evaluate(tree, x, REAL).slope)),
  };
}
