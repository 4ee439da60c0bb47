// A typed activation as a Python expression of z, in the words of a framework. What the tree groups stays grouped, and
// no part of it becomes arithmetic of Python's own that would raise or turn complex where the lab has an infinity or NaN.
import type { FunctionName } from "../formula/names";
import { parseFormula } from "../formula/parser";
import type { Arithmetic, Tree } from "../formula/tree";
import type { FormulaActivation } from "../spec/experiment";
import { float } from "./python";

/** Functions of one argument. */
export type Elementwise = Exclude<FunctionName, "where" | "min" | "max" | "pow">;

export interface Dialect {
  /** What is called for each, as `np.abs`. */
  readonly functions: Readonly<Record<Elementwise, string>>;
  readonly maximum: string;
  readonly minimum: string;
  readonly where: string;
  readonly zerosLike: string;
  /** Called for a power; null: the operator `**`. */
  readonly power: string | null;
  /** A number of Python as an array without axes. */
  readonly array: (number: string) => string;
  /** Functions take arrays alone, numbers of Python are refused. */
  readonly isStrict: boolean;
}

/** Binding of an expression, loosest first. */
enum Binding {
  comparison,
  sum,
  product,
  sign,
  power,
  atom,
}

interface Expression {
  readonly text: string;
  readonly binding: Binding;
  /** A number of Python, no array. */
  readonly isNumber: boolean;
}

export interface WrittenExpression {
  readonly text: string;
  /** Functions of the formula that were used. */
  readonly used: ReadonlySet<Elementwise>;
}

/** Throws a FormulaError; that of a resolved spec has been parsed before. */
export function pythonFormula(
  { formula, parameters }: FormulaActivation,
  dialect: Dialect,
): WrittenExpression {
  const writer = new Writer(dialect);
  return { text: writer.whole(parseFormula(formula, parameters)), used: writer.used };
}

/** Whole exponents up to here are written so, and multiplied out by some frameworks. */
const LARGEST_WHOLE = 1e6;
const BINDINGS: Readonly<Record<Exclude<Arithmetic, "^">, Binding>> = {
  "+": Binding.sum,
  "-": Binding.sum,
  "*": Binding.product,
  "/": Binding.product,
};

class Writer {
  readonly used = new Set<Elementwise>();
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  whole(tree: Tree): string {
    const written = this.#written(tree);
    if (hasVariable(tree)) return written.text;
    return `${this.#within(written, Binding.sum)} + ${this.#dialect.zerosLike}(z)`;
  }

  #written(tree: Tree): Expression {
    switch (tree.kind) {
      case "variable":
        return { text: "z", binding: Binding.atom, isNumber: false };
      case "number":
        return number(tree.value);
      case "constant":
        if (tree.value === Math.PI) return { text: "math.pi", binding: Binding.atom, isNumber: true };
        if (tree.value === Math.E) return { text: "math.e", binding: Binding.atom, isNumber: true };
        return number(tree.value);
      case "negation": {
        const of = this.#written(tree.of);
        return { text: `-${this.#within(of, Binding.power)}`, binding: Binding.sign, isNumber: of.isNumber };
      }
      case "arithmetic":
        if (tree.sign === "^") return this.#power(tree.left, tree.right);
        return this.#arithmetic(tree.sign, tree.left, tree.right);
      case "comparison":
        return this.#call(this.#dialect.where, [this.#condition(tree), number(1), number(0)]);
      case "call":
        return this.#called(tree.name, tree.given);
    }
  }

  #arithmetic(sign: Exclude<Arithmetic, "^">, left: Tree, right: Tree): Expression {
    const binding = BINDINGS[sign];
    let a = this.#written(left);
    const b = this.#written(right);
    // Python raises where it divides a number by zero.
    const mayRaise =
      sign === "/" && !((right.kind === "number" || right.kind === "constant") && right.value !== 0);
    if (mayRaise && a.isNumber && b.isNumber) a = this.#array(a);
    return {
      text: `${this.#within(a, binding)} ${sign} ${this.#within(b, binding + 1)}`,
      binding,
      isNumber: a.isNumber && b.isNumber,
    };
  }

  /** Numbers of Python alone would give complex ones, or raise. */
  #power(left: Tree, right: Tree): Expression {
    let a = this.#written(left);
    const b = wholeExponent(right) ?? this.#written(right);
    if (a.isNumber && b.isNumber) a = this.#array(a);
    if (this.#dialect.power !== null) return this.#call(this.#dialect.power, [a, b]);
    return {
      text: `${this.#within(a, Binding.atom)} ** ${this.#within(b, Binding.sign)}`,
      binding: Binding.power,
      isNumber: false,
    };
  }

  #condition(tree: Tree): Expression {
    if (tree.kind !== "comparison") {
      const written = this.#written(tree);
      const text = `${this.#within(this.#asArgument(written), Binding.sum)} != 0`;
      return { text, binding: Binding.comparison, isNumber: false };
    }
    const [a, b] = [this.#written(tree.left), this.#written(tree.right)];
    const left = b.isNumber ? this.#asArgument(a) : a;
    const text = `${this.#within(left, Binding.sum)} ${tree.sign} ${this.#within(b, Binding.sum)}`;
    return { text, binding: Binding.comparison, isNumber: false };
  }

  #called(name: FunctionName, given: readonly Tree[]): Expression {
    const [first, second, third] = given as [Tree, Tree, Tree];
    const { maximum, minimum, where, functions } = this.#dialect;
    switch (name) {
      case "where":
        return this.#call(where, [this.#condition(first), this.#written(second), this.#written(third)]);
      case "max":
        return this.#joined(maximum, given);
      case "min":
        return this.#joined(minimum, given);
      case "pow":
        return this.#power(first, second);
      default:
        this.used.add(name);
        return this.#call(functions[name], [this.#written(first)]);
    }
  }

  /** In pairs: Python reads no more than 200 parentheses inside one another. */
  #joined(call: string, given: readonly Tree[]): Expression {
    if (given.length === 1) return this.#written(given[0]!);
    const half = Math.ceil(given.length / 2);
    return this.#call(call, [
      this.#joined(call, given.slice(0, half)),
      this.#joined(call, given.slice(half)),
    ]);
  }

  #call(call: string, given: readonly Expression[]): Expression {
    const all = given.map((one) => this.#asArgument(one).text).join(", ");
    return { text: `${call}(${all})`, binding: Binding.atom, isNumber: false };
  }

  #asArgument(one: Expression): Expression {
    return one.isNumber && this.#dialect.isStrict ? this.#array(one) : one;
  }

  #array({ text }: Expression): Expression {
    return { text: this.#dialect.array(text), binding: Binding.atom, isNumber: false };
  }

  #within(one: Expression, least: Binding): string {
    return one.binding < least ? `(${one.text})` : one.text;
  }
}

function number(value: number): Expression {
  return { text: float(value), binding: value < 0 ? Binding.sign : Binding.atom, isNumber: true };
}

/** Null where it is none. */
function wholeExponent(tree: Tree): Expression | null {
  if (tree.kind === "negation") {
    const of = wholeExponent(tree.of);
    return of === null || of.binding < Binding.atom
      ? null
      : { ...of, text: `-${of.text}`, binding: Binding.sign };
  }
  if (tree.kind !== "number" || !Number.isInteger(tree.value) || tree.value > LARGEST_WHOLE) return null;
  return { text: String(tree.value), binding: Binding.atom, isNumber: true };
}

function hasVariable(tree: Tree): boolean {
  switch (tree.kind) {
    case "variable":
      return true;
    case "number":
    case "constant":
      return false;
    case "negation":
      return hasVariable(tree.of);
    case "arithmetic":
    case "comparison":
      return hasVariable(tree.left) || hasVariable(tree.right);
    case "call":
      return tree.given.some(hasVariable);
  }
}
