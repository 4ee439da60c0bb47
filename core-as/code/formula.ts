// A typed activation as a Python expression of z, in the words of a framework. What the tree groups stays grouped. What
// holds no x is a number of Python, worked out by NumPy where Python itself would raise or turn complex.
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
  /** Called for == and !=; null: the operators. */
  readonly equality: { readonly "==": string; readonly "!=": string } | null;
  /** Called for a power; null: the operator `**`. */
  readonly power: string | null;
  /** A number of Python as an array without axes, where functions take arrays alone; null: they take numbers. */
  readonly array: ((number: string) => string) | null;
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
    if (!written.isNumber) return written.text;
    return `${within(written, Binding.sum)} + ${this.#dialect.zerosLike}(z)`;
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
        return { text: `-${within(of, Binding.power)}`, binding: Binding.sign, isNumber: of.isNumber };
      }
      case "arithmetic":
        if (tree.sign === "^") return this.#power(tree.left, tree.right);
        return this.#arithmetic(tree.sign, tree.left, tree.right);
      case "comparison":
        return this.#chosen(this.#condition(tree), number(1), number(0));
      case "call":
        return this.#called(tree.name, tree.given);
    }
  }

  #arithmetic(sign: Exclude<Arithmetic, "^">, left: Tree, right: Tree): Expression {
    const binding = BINDINGS[sign];
    const [a, b] = [this.#written(left), this.#written(right)];
    const isNumber = a.isNumber && b.isNumber;
    const mayBeZero = !(right.kind === "number" || right.kind === "constant") || right.value === 0;
    if (isNumber && sign === "/" && mayBeZero) return ofNumbers("float(np.divide(", a, b);
    return { text: `${within(a, binding)} ${sign} ${within(b, binding + 1)}`, binding, isNumber };
  }

  #power(left: Tree, right: Tree): Expression {
    const a = this.#written(left);
    const b = this.#written(right);
    if (a.isNumber && b.isNumber) return ofNumbers("float(np.power(", a, b);
    const exponent = wholeExponent(right) ?? b;
    if (this.#dialect.power !== null) return this.#call(this.#dialect.power, [a, exponent]);
    return {
      text: `${within(a, Binding.atom)} ** ${within(exponent, Binding.sign)}`,
      binding: Binding.power,
      isNumber: false,
    };
  }

  /** True or False of a number or, element by element, of an array. */
  #condition(tree: Tree): Expression {
    const [a, sign, b] =
      tree.kind === "comparison"
        ? [this.#written(tree.left), tree.sign, this.#written(tree.right)]
        : [this.#written(tree), "!=" as const, number(0)];
    const isNumber = a.isNumber && b.isNumber;
    const { equality } = this.#dialect;
    if (!isNumber && equality !== null && (sign === "==" || sign === "!="))
      return this.#call(equality[sign], [a, b]);
    return {
      text: `${within(a, Binding.sum)} ${sign} ${within(b, Binding.sum)}`,
      binding: Binding.comparison,
      isNumber,
    };
  }

  #chosen(condition: Expression, yes: Expression, no: Expression): Expression {
    const all = [condition, yes, no];
    if (!all.every((one) => one.isNumber)) return this.#call(this.#dialect.where, all);
    return {
      text: `(${yes.text} if ${condition.text} else ${no.text})`,
      binding: Binding.atom,
      isNumber: true,
    };
  }

  #called(name: FunctionName, given: readonly Tree[]): Expression {
    const [first, second, third] = given as [Tree, Tree, Tree];
    const { maximum, minimum, functions } = this.#dialect;
    switch (name) {
      case "where":
        return this.#chosen(this.#condition(first), this.#written(second), this.#written(third));
      case "max":
        return this.#joined(maximum, "float(np.maximum(", given);
      case "min":
        return this.#joined(minimum, "float(np.minimum(", given);
      case "pow":
        return this.#power(first, second);
      default: {
        const written = this.#written(first);
        if (written.isNumber) return ofNumbers(NUMBER_FUNCTIONS[name], written);
        this.used.add(name);
        return this.#call(functions[name], [written]);
      }
    }
  }

  /** In pairs: Python reads no more than 200 parentheses inside one another. */
  #joined(call: string, numbersCall: string, given: readonly Tree[]): Expression {
    if (given.length === 1) return this.#written(given[0]!);
    const half = Math.ceil(given.length / 2);
    const [a, b] = [given.slice(0, half), given.slice(half)].map((part) =>
      this.#joined(call, numbersCall, part),
    ) as [Expression, Expression];
    return a.isNumber && b.isNumber ? ofNumbers(numbersCall, a, b) : this.#call(call, [a, b]);
  }

  #call(call: string, given: readonly Expression[]): Expression {
    const { array } = this.#dialect;
    const all = given.map(({ text, isNumber }) => (isNumber && array !== null ? array(text) : text));
    return { text: `${call}(${all.join(", ")})`, binding: Binding.atom, isNumber: false };
  }
}

/** Functions of one number, by NumPy where Python's would raise; what is open here is closed after the argument. */
const NUMBER_FUNCTIONS: Readonly<Record<Elementwise, string>> = {
  abs: "float(np.abs(",
  sign: "float(np.sign(",
  exp: "float(np.exp(",
  expm1: "float(np.expm1(",
  log: "float(np.log(",
  log1p: "float(np.log1p(",
  sqrt: "float(np.sqrt(",
  sin: "float(np.sin(",
  cos: "float(np.cos(",
  tanh: "float(np.tanh(",
  sigmoid: "float(np.exp(-np.logaddexp(0.0, np.negative(",
  relu: "float(np.maximum(0.0, ",
  softplus: "float(np.logaddexp(0.0, ",
  erf: "math.erf(",
  erfc: "math.erfc(",
};

/** `open` and the arguments, and as many parentheses as close it. */
function ofNumbers(open: string, ...given: readonly Expression[]): Expression {
  const close = ")".repeat(open.split("(").length - 1);
  const text = `${open}${given.map((one) => one.text).join(", ")}${close}`;
  return { text, binding: Binding.atom, isNumber: true };
}

const within = (one: Expression, least: Binding): string =>
  one.binding < least ? `(${one.text})` : one.text;

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
