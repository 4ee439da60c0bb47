// A formula as it is computed: a graph in which equal parts are one node, made through constructors that simplify.
// They fold constants by + - * / and sqrt alone, which are the same everywhere, and put known forms in the place of
// those that lose digits: 1/(1 + exp(-u)) is sigmoid(u), log(1 + exp u) softplus(u), 1 - erf(u) erfc(u), and so on.
// A product with 0 is 0: what a NaN or an infinity would make of it is left to the kernels, which keep a NaN of z.
import { FormulaOp } from "../shared/formula";

export type Expression = Input | Constant | Operation;

interface Node {
  /** Rank in its graph; arguments have lower ones. */
  readonly id: number;
  /** Of the tree below it. */
  readonly height: number;
  /** Registers to compute it as a tree, the best way round (Sethi & Ullman 1970). */
  readonly need: number;
  /** A NaN of z is one here too. */
  readonly keepsNaN: boolean;
  /** Bounds of its value, where one is known; infinite else. NaN is not spoken of. */
  readonly low: number;
  readonly high: number;
}

export interface Input extends Node {
  readonly kind: "input";
}
export interface Constant extends Node {
  readonly kind: "constant";
  readonly value: number;
}
export interface Operation extends Node {
  readonly kind: "operation";
  readonly op: FormulaOp;
  readonly args: readonly Expression[];
}

/** Largest whole exponent, either way, that is multiplied out; others go through the logarithm. */
const LARGEST_MULTIPLIED = 16;

const COMPARED: ReadonlyMap<FormulaOp, FormulaOp> = new Map([
  [FormulaOp.less, FormulaOp.select_less],
  [FormulaOp.less_equal, FormulaOp.select_less_equal],
  [FormulaOp.equal, FormulaOp.select_equal],
]);

export class ExpressionGraph {
  readonly #nodes = new Map<string, Expression>();
  readonly x: Expression;
  readonly zero: Expression;
  readonly one: Expression;

  constructor() {
    this.x = this.#node("x", (id) => ({
      kind: "input",
      id,
      height: 0,
      need: 0,
      keepsNaN: true,
      low: -Infinity,
      high: Infinity,
    }));
    this.zero = this.constant(0);
    this.one = this.constant(1);
  }

  constant(value: number): Expression {
    const node = {
      kind: "constant",
      value,
      height: 0,
      need: 0,
      keepsNaN: false,
      low: value,
      high: value,
    } as const;
    return this.#node(`c${Object.is(value, -0) ? "-0" : value}`, (id) => ({ ...node, id }));
  }

  add(a: Expression, b: Expression): Expression {
    if (isConstant(a)) {
      if (isConstant(b)) return this.#folded(a.value + b.value) ?? this.#operation(FormulaOp.add, a, b);
      return this.add(b, a);
    }
    if (isConstant(b)) {
      if (b.value === 0) return a;
      if (b.value === -1 && isOperation(a, FormulaOp.exp)) return this.expm1(a.args[0]!);
      if (b.value === 1) {
        const complement = this.#oneAnd(a);
        if (complement !== null) return complement;
      }
    }
    if (isOperation(b, FormulaOp.negate)) return this.subtract(a, b.args[0]!);
    if (isOperation(a, FormulaOp.negate)) return this.subtract(b, a.args[0]!);
    // A constant stands second; else the order is that of making, so that a + b and b + a are one node.
    if (isConstant(b) || a.id <= b.id) return this.#operation(FormulaOp.add, a, b);
    return this.#operation(FormulaOp.add, b, a);
  }

  /** 1 + a where a form without cancellation is known. */
  #oneAnd(a: Expression): Expression | null {
    if (isOperation(a, FormulaOp.erf)) return this.erfc(this.negate(a.args[0]!));
    if (isOperation(a, FormulaOp.tanh)) return this.#twiceSigmoid(a.args[0]!, 2);
    if (isOperation(a, FormulaOp.negate)) return this.#oneLess(a.args[0]!);
    return null;
  }

  /** 1 - a where a form without cancellation is known. */
  #oneLess(a: Expression): Expression | null {
    if (isOperation(a, FormulaOp.erf)) return this.erfc(a.args[0]!);
    if (isOperation(a, FormulaOp.erfc)) return this.erf(a.args[0]!);
    if (isOperation(a, FormulaOp.tanh)) return this.#twiceSigmoid(a.args[0]!, -2);
    if (isOperation(a, FormulaOp.sigmoid)) return this.sigmoid(this.negate(a.args[0]!));
    if (isOperation(a, FormulaOp.exp)) return this.negate(this.expm1(a.args[0]!));
    if (isOperation(a, FormulaOp.multiply) && a.args[0] === a.args[1]) {
      const root = a.args[0]!;
      if (isOperation(root, FormulaOp.tanh)) return this.tanhSlope(root.args[0]!);
    }
    return null;
  }

  /** 1 + tanh(u) = 2 sigmoid(2 u). */
  #twiceSigmoid(u: Expression, factor: number): Expression {
    return this.multiply(this.constant(2), this.sigmoid(this.multiply(this.constant(factor), u)));
  }

  subtract(a: Expression, b: Expression): Expression {
    if (a === b && !isConstant(a)) return this.zero;
    if (isConstant(b)) {
      if (isConstant(a)) return this.#folded(a.value - b.value) ?? this.#operation(FormulaOp.subtract, a, b);
      return this.add(a, this.constant(-b.value));
    }
    if (isConstant(a)) {
      if (a.value === 0) return this.negate(b);
      const complement = a.value === 1 ? this.#oneLess(b) : null;
      if (complement !== null) return complement;
    }
    if (isOperation(b, FormulaOp.negate)) return this.add(a, b.args[0]!);
    return this.#operation(FormulaOp.subtract, a, b);
  }

  multiply(a: Expression, b: Expression): Expression {
    if (isConstant(a)) {
      if (isConstant(b)) return this.#folded(a.value * b.value) ?? this.#operation(FormulaOp.multiply, a, b);
      return this.multiply(b, a);
    }
    if (isConstant(b)) {
      if (b.value === 0) return this.zero;
      if (b.value === 1) return a;
      if (b.value === -1) return this.negate(a);
      if (isOperation(a, FormulaOp.negate)) return this.multiply(a.args[0]!, this.constant(-b.value));
      // A power of two is a factor without rounding: it is brought together with another.
      if (isOperation(a, FormulaOp.multiply) && isConstant(a.args[1]!)) {
        const both = this.#folded(a.args[1].value * b.value);
        if (both !== null && (isPowerOfTwo(b.value) || isPowerOfTwo(a.args[1].value)))
          return this.multiply(a.args[0]!, both);
      }
    }
    if (isOperation(a, FormulaOp.negate)) return this.negate(this.multiply(a.args[0]!, b));
    if (isOperation(b, FormulaOp.negate)) return this.negate(this.multiply(a, b.args[0]!));
    if (isConstant(b) || a.id <= b.id) return this.#operation(FormulaOp.multiply, a, b);
    return this.#operation(FormulaOp.multiply, b, a);
  }

  divide(a: Expression, b: Expression): Expression {
    if (isConstant(b)) {
      if (isConstant(a)) return this.#folded(a.value / b.value) ?? this.#operation(FormulaOp.divide, a, b);
      if (isPowerOfTwo(b.value)) return this.multiply(a, this.constant(1 / b.value));
      if (b.value === -1) return this.negate(a);
    }
    if (isConstant(a) && a.value === 0) return a;
    if (isOperation(a, FormulaOp.negate)) return this.negate(this.divide(a.args[0]!, b));
    if (isOperation(b, FormulaOp.negate)) return this.negate(this.divide(a, b.args[0]!));
    const logistic = onePlusExp(b);
    if (logistic !== null) return this.multiply(a, this.sigmoid(this.negate(logistic)));
    return this.#operation(FormulaOp.divide, a, b);
  }

  negate(a: Expression): Expression {
    if (isConstant(a)) return this.constant(-a.value);
    if (isOperation(a, FormulaOp.negate)) return a.args[0]!;
    if (isOperation(a, FormulaOp.subtract) && !isConstant(a.args[0]!))
      return this.subtract(a.args[1]!, a.args[0]!);
    if (isOperation(a, FormulaOp.multiply) && isConstant(a.args[1]!))
      return this.multiply(a.args[0]!, this.constant(-a.args[1].value));
    return this.#operation(FormulaOp.negate, a);
  }

  /** a^b; whole exponents of moderate size by products, so that negative bases and their signs are exact. */
  power(a: Expression, b: Expression): Expression {
    if (isConstant(b)) {
      const n = b.value;
      if (n === 0.5) return this.squareRoot(a);
      if (n === -0.5) return this.divide(this.one, this.squareRoot(a));
      if (Number.isInteger(n) && Math.abs(n) <= LARGEST_MULTIPLIED) {
        const whole = this.#multipliedOut(a, Math.abs(n));
        return n < 0 ? this.divide(this.one, whole) : whole;
      }
    }
    return this.#operation(FormulaOp.power, a, b);
  }

  #multipliedOut(a: Expression, n: number): Expression {
    let result: Expression | null = null;
    let square = a;
    for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) result = result === null ? square : this.multiply(result, square);
      if (rest > 1) square = this.multiply(square, square);
    }
    return result ?? this.one;
  }

  absolute(a: Expression): Expression {
    if (isConstant(a)) return this.constant(Math.abs(a.value));
    if (a.low >= 0) return a;
    if (isOperation(a, FormulaOp.negate)) return this.absolute(a.args[0]!);
    return this.#operation(FormulaOp.absolute, a);
  }

  sign(a: Expression): Expression {
    if (isConstant(a)) return this.constant(Math.sign(a.value));
    return this.#operation(FormulaOp.sign, a);
  }

  squareRoot(a: Expression): Expression {
    const folded = isConstant(a) ? this.#folded(Math.sqrt(a.value)) : null;
    return folded ?? this.#operation(FormulaOp.square_root, a);
  }

  exp(a: Expression): Expression {
    return isConstant(a) && a.value === 0 ? this.one : this.#operation(FormulaOp.exp, a);
  }

  expm1(a: Expression): Expression {
    return this.#operation(FormulaOp.expm1, a);
  }

  log(a: Expression): Expression {
    if (isConstant(a) && a.value === 1) return this.zero;
    const soft = onePlusExp(a);
    if (soft !== null) return this.softplus(soft);
    if (isOperation(a, FormulaOp.add) && isConstant(a.args[1]!) && a.args[1].value === 1)
      return this.log1p(a.args[0]!);
    if (isOperation(a, FormulaOp.subtract) && isConstant(a.args[0]!) && a.args[0].value === 1)
      return this.log1p(this.negate(a.args[1]!));
    return this.#operation(FormulaOp.log, a);
  }

  log1p(a: Expression): Expression {
    if (isOperation(a, FormulaOp.exp)) return this.softplus(a.args[0]!);
    return this.#operation(FormulaOp.log1p, a);
  }

  sin(a: Expression): Expression {
    return this.#operation(FormulaOp.sin, a);
  }

  cos(a: Expression): Expression {
    return this.#operation(FormulaOp.cos, a);
  }

  tanh(a: Expression): Expression {
    return this.#operation(FormulaOp.tanh, a);
  }

  tanhSlope(a: Expression): Expression {
    return this.#operation(FormulaOp.tanh_slope, a);
  }

  sigmoid(a: Expression): Expression {
    return this.#operation(FormulaOp.sigmoid, a);
  }

  sigmoidSlope(a: Expression): Expression {
    return this.#operation(FormulaOp.sigmoid_slope, a);
  }

  softplus(a: Expression): Expression {
    return this.#operation(FormulaOp.softplus, a);
  }

  relu(a: Expression): Expression {
    return a.low >= 0 ? a : this.#operation(FormulaOp.relu, a);
  }

  erf(a: Expression): Expression {
    return this.#operation(FormulaOp.erf, a);
  }

  erfc(a: Expression): Expression {
    return this.#operation(FormulaOp.erfc, a);
  }

  minimum(a: Expression, b: Expression): Expression {
    return this.#extreme(FormulaOp.minimum, FormulaOp.cut_above, Math.min, a, b);
  }

  maximum(a: Expression, b: Expression): Expression {
    return this.#extreme(FormulaOp.maximum, FormulaOp.cut_below, Math.max, a, b);
  }

  #extreme(
    op: FormulaOp,
    cut: FormulaOp,
    fold: (a: number, b: number) => number,
    a: Expression,
    b: Expression,
  ): Expression {
    if (a === b) return a;
    if (isConstant(a)) {
      if (isConstant(b)) return this.constant(fold(a.value, b.value));
      return this.#operation(cut, b, a);
    }
    return isConstant(b) ? this.#operation(cut, a, b) : this.#operation(op, a, b);
  }

  less(a: Expression, b: Expression): Expression {
    return this.#compare(FormulaOp.less, (p, q) => p < q, a, b);
  }

  lessEqual(a: Expression, b: Expression): Expression {
    return this.#compare(FormulaOp.less_equal, (p, q) => p <= q, a, b);
  }

  equal(a: Expression, b: Expression): Expression {
    return this.#compare(FormulaOp.equal, (p, q) => p === q, a, b);
  }

  notEqual(a: Expression, b: Expression): Expression {
    return this.#compare(FormulaOp.not_equal, (p, q) => p !== q, a, b);
  }

  #compare(
    op: FormulaOp,
    holds: (p: number, q: number) => boolean,
    a: Expression,
    b: Expression,
  ): Expression {
    if (isConstant(a) && isConstant(b)) return holds(a.value, b.value) ? this.one : this.zero;
    return this.#operation(op, a, b);
  }

  /** `yes` where the condition is not 0, else `no`. */
  where(condition: Expression, yes: Expression, no: Expression): Expression {
    if (yes === no) return yes;
    if (isConstant(condition)) return condition.value !== 0 ? yes : no;
    if (condition.kind === "operation") {
      const [a, b] = condition.args as [Expression, Expression];
      const select = COMPARED.get(condition.op);
      if (select !== undefined)
        return yes === this.one && no === this.zero ? condition : this.#operation(select, a, b, yes, no);
      if (condition.op === FormulaOp.not_equal)
        return yes === this.one && no === this.zero
          ? condition
          : this.#operation(FormulaOp.select_equal, a, b, no, yes);
    }
    return this.#operation(FormulaOp.select, condition, yes, no);
  }

  /** a, but NaN where z is; what a comparison would have lost. */
  keepNaN(a: Expression): Expression {
    return a.keepsNaN ? a : this.#operation(FormulaOp.keep_nan, a, this.x);
  }

  /** A folded constant; null where it would not be a finite float32, and is left to the kernels. */
  #folded(value: number): Expression | null {
    return Number.isFinite(Math.fround(value)) ? this.constant(value) : null;
  }

  #operation(op: FormulaOp, ...args: readonly Expression[]): Expression {
    const key = `${op}:${args.map((arg) => arg.id).join(",")}`;
    return this.#node(key, (id) => {
      const [low, high] = rangeOf(op, args);
      const height = 1 + Math.max(...args.map((arg) => arg.height));
      return {
        kind: "operation",
        op,
        args,
        id,
        height,
        need: needOf(args),
        keepsNaN: keepsNaN(op, args),
        low,
        high,
      };
    });
  }

  #node(key: string, make: (id: number) => Expression): Expression {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const made = make(this.#nodes.size);
    this.#nodes.set(key, made);
    return made;
  }
}

export function isConstant(e: Expression): e is Constant {
  return e.kind === "constant";
}

export function isOperation<Op extends FormulaOp>(
  e: Expression,
  op: Op,
): e is Operation & { readonly op: Op } {
  return e.kind === "operation" && e.op === op;
}

/** u of 1 + exp(u). */
function onePlusExp(e: Expression): Expression | null {
  if (!isOperation(e, FormulaOp.add)) return null;
  const [a, b] = e.args as [Expression, Expression];
  return isConstant(b) && b.value === 1 && isOperation(a, FormulaOp.exp) ? a.args[0]! : null;
}

/** Its inverse, too, is exact in float32. */
function isPowerOfTwo(value: number): boolean {
  const size = Math.abs(value);
  if (!(size >= 2 ** -120 && size <= 2 ** 120)) return false;
  let p = size;
  while (p > 1) p /= 2;
  while (p < 1) p *= 2;
  return p === 1;
}

function needOf(args: readonly Expression[]): number {
  const needs = args.filter(({ kind }) => kind === "operation").map(({ need }) => need);
  needs.sort((a, b) => b - a);
  return Math.max(1, ...needs.map((need, before) => need + before));
}

function keepsNaN(op: FormulaOp, args: readonly Expression[]): boolean {
  switch (op) {
    case FormulaOp.less:
    case FormulaOp.less_equal:
    case FormulaOp.equal:
    case FormulaOp.not_equal:
      return false;
    case FormulaOp.select:
      return args[1]!.keepsNaN && args[2]!.keepsNaN;
    case FormulaOp.select_less:
    case FormulaOp.select_less_equal:
    case FormulaOp.select_equal:
      return args[2]!.keepsNaN && args[3]!.keepsNaN;
    default:
      return args.some((arg) => arg.keepsNaN);
  }
}

const ANY: readonly [number, number] = [-Infinity, Infinity];

/** What is plain to see of the values of an operation. */
function rangeOf(op: FormulaOp, args: readonly Expression[]): readonly [number, number] {
  const [a, b, c, d] = args;
  switch (op) {
    case FormulaOp.less:
    case FormulaOp.less_equal:
    case FormulaOp.equal:
    case FormulaOp.not_equal:
    case FormulaOp.sigmoid:
    case FormulaOp.tanh_slope:
      return [0, 1];
    case FormulaOp.sigmoid_slope:
      return [0, 0.25];
    case FormulaOp.tanh:
    case FormulaOp.erf:
    case FormulaOp.sin:
    case FormulaOp.cos:
    case FormulaOp.sign:
      return [-1, 1];
    case FormulaOp.erfc:
      return [0, 2];
    case FormulaOp.exp:
    case FormulaOp.softplus:
    case FormulaOp.square_root:
    case FormulaOp.absolute:
      return [0, Infinity];
    case FormulaOp.relu:
      return [0, Math.max(0, a!.high)];
    case FormulaOp.negate:
      return [-a!.high, -a!.low];
    case FormulaOp.add:
      return [a!.low + b!.low, a!.high + b!.high];
    case FormulaOp.multiply: {
      if (a === b) return [0, Infinity];
      const ends = [a!.low * b!.low, a!.low * b!.high, a!.high * b!.low, a!.high * b!.high];
      // 0 times an unbounded end says nothing.
      return ends.some(Number.isNaN) ? ANY : [Math.min(...ends), Math.max(...ends)];
    }
    case FormulaOp.minimum:
    case FormulaOp.cut_above:
      return [Math.min(a!.low, b!.low), Math.min(a!.high, b!.high)];
    case FormulaOp.maximum:
    case FormulaOp.cut_below:
      return [Math.max(a!.low, b!.low), Math.max(a!.high, b!.high)];
    case FormulaOp.select:
      return [Math.min(b!.low, c!.low), Math.max(b!.high, c!.high)];
    case FormulaOp.select_less:
    case FormulaOp.select_less_equal:
    case FormulaOp.select_equal:
      return [Math.min(c!.low, d!.low), Math.max(c!.high, d!.high)];
    default:
      return ANY;
  }
}
