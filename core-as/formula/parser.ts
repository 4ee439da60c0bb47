// Tokens -> tree, by recursive descent; the depth is bounded, so is the recursion.
//   comparison := sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
//   sum        := product { ("+" | "-") product }
//   product    := signed { ("*" | "/") signed }
//   signed     := "-" signed | power
//   power      := atom [ "^" exponent ]          so that -x^2 is -(x^2) and a^b^c is a^(b^c)
//   exponent   := "-" exponent | power
//   atom       := number | name | name "(" comparison { "," comparison } ")" | "(" comparison ")"
// Refuses what the grammar does not have, names that nobody knows, and parameters that nothing uses.
import { FormulaError, quoted, suggestion } from "./error";
import { type Comparison, type Mark, type Token, tokensOf } from "./lexer";
import { FORMULA_LIMITS, NAME_PATTERN } from "./limits";
import { CONSTANTS, FUNCTIONS, type FunctionName, TAKEN_NAMES, VARIABLE } from "./names";
import type { Tree } from "./tree";

export type Parameters = Readonly<Record<string, number>>;

/** The tree of a formula, or a FormulaError. `parameters` are the values of the names that the text uses. */
export function parseFormula(text: string, parameters: Parameters = {}): Tree {
  const values = checkedParameters(parameters);
  const parser = new Parser(tokensOf(text), values);
  const tree = parser.whole();
  for (const name of values.keys())
    if (!parser.used.has(name))
      throw new FormulaError({ parameter: name }, "is not used by the formula; leave it out, or use it");
  return tree;
}

function checkedParameters(parameters: Parameters): ReadonlyMap<string, number> {
  const entries = Object.entries(parameters);
  for (const [name, value] of entries) {
    const refuse = (what: string) => new FormulaError({ parameter: name }, what);
    if (!NAME_PATTERN.test(name))
      throw refuse("is no name; write letters, digits and _, a letter first, 40 at most");
    if (TAKEN_NAMES.includes(name))
      throw refuse(`the name is taken${FUNCTIONS.has(name) ? " by a function" : ""}; write another`);
    if (!Number.isFinite(value)) throw refuse(`${value} is no finite number; write one`);
  }
  const extra = entries[FORMULA_LIMITS.parameters];
  if (extra !== undefined)
    throw new FormulaError(
      { parameter: extra[0] },
      `is one of ${entries.length}; write at most ${FORMULA_LIMITS.parameters}`,
    );
  return new Map(entries);
}

const COMPARISONS: ReadonlySet<string> = new Set<Comparison>(["<", "<=", ">", ">=", "==", "!="]);

class Parser {
  readonly used = new Set<string>();
  readonly #tokens: readonly Token[];
  readonly #parameters: ReadonlyMap<string, number>;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], parameters: ReadonlyMap<string, number>) {
    this.#tokens = tokens;
    this.#parameters = parameters;
  }

  whole(): Tree {
    if (this.#tokens.length === 0)
      throw new FormulaError(
        { column: 1 },
        "nothing is written; write a formula of x, such as x * sigmoid(x)",
      );
    const tree = this.#comparison();
    const after = this.#tokens[this.#at];
    if (after !== undefined) throw this.#stray(after);
    return tree;
  }

  #comparison(): Tree {
    const left = this.#sum();
    const sign = this.#tokens[this.#at];
    if (!isComparison(sign)) return left;
    this.#at++;
    const right = this.#sum();
    const again = this.#tokens[this.#at];
    if (isComparison(again))
      throw new FormulaError(
        { column: again.column },
        `a second comparison, ${quoted(again.text)}; comparisons do not chain: write (a < b) * (b < c)`,
      );
    return { kind: "comparison", column: sign.column, sign: sign.text, left, right };
  }

  #sum(): Tree {
    let left = this.#product();
    for (;;) {
      const sign = this.#take("+", "-");
      if (sign === null) return left;
      left = {
        kind: "arithmetic",
        column: sign.column,
        sign: sign.text as "+" | "-",
        left,
        right: this.#product(),
      };
    }
  }

  #product(): Tree {
    let left = this.#signed();
    for (;;) {
      const sign = this.#take("*", "/");
      if (sign === null) return left;
      left = {
        kind: "arithmetic",
        column: sign.column,
        sign: sign.text as "*" | "/",
        left,
        right: this.#signed(),
      };
    }
  }

  #signed(): Tree {
    const minus = this.#take("-");
    if (minus === null) return this.#power();
    return { kind: "negation", column: minus.column, of: this.#within(minus, () => this.#signed()) };
  }

  #power(): Tree {
    const left = this.#atom();
    const sign = this.#take("^");
    if (sign === null) return left;
    const right = this.#within(sign, () => this.#exponent());
    return { kind: "arithmetic", column: sign.column, sign: "^", left, right };
  }

  #exponent(): Tree {
    const minus = this.#take("-");
    if (minus === null) return this.#power();
    return { kind: "negation", column: minus.column, of: this.#within(minus, () => this.#exponent()) };
  }

  #atom(): Tree {
    const token = this.#tokens[this.#at];
    if (token?.kind === "number") {
      this.#at++;
      return { kind: "number", column: token.column, value: token.value };
    }
    if (token?.kind === "name") {
      this.#at++;
      return this.#named(token);
    }
    if (token?.text === "(") {
      this.#at++;
      const inner = this.#within(token, () => this.#comparison());
      this.#close(token);
      return inner;
    }
    throw this.#missingOperand(token);
  }

  #named(token: Token): Tree {
    const { text: name, column } = token;
    const open = this.#tokens[this.#at];
    const arity = FUNCTIONS.get(name);
    if (open?.text === "(") {
      if (arity === undefined) {
        if (this.#valueOf(name) !== undefined || name === VARIABLE)
          throw new FormulaError(
            { column },
            `${quoted(name)} is no function; write * before the parenthesis, or the name of a function`,
          );
        throw new FormulaError(
          { column },
          `unknown function ${quoted(name)}; ${suggestion(name, [...FUNCTIONS.keys()])}`,
        );
      }
      this.#at++;
      const given = this.#arguments(open);
      if (given.length < arity.least || given.length > arity.most) {
        const right = arity.most === Infinity ? `${arity.least} or more` : String(arity.least);
        throw new FormulaError(
          { column },
          `${quoted(name)} was given ${given.length} argument${given.length === 1 ? "" : "s"} and takes ${right}; write ${arity.form}`,
        );
      }
      return { kind: "call", column, name: name as FunctionName, given };
    }
    if (name === VARIABLE) return { kind: "variable", column };
    const value = this.#valueOf(name);
    if (value !== undefined) {
      this.used.add(name);
      return { kind: "constant", column, name, value };
    }
    if (arity !== undefined)
      throw new FormulaError(
        { column },
        `${quoted(name)} is a function and stands without its arguments; write ${arity.form}`,
      );
    const known = [VARIABLE, ...this.#parameters.keys(), ...CONSTANTS.keys(), ...FUNCTIONS.keys()];
    throw new FormulaError({ column }, `unknown name ${quoted(name)}; ${suggestion(name, known)}`);
  }

  #valueOf(name: string): number | undefined {
    return this.#parameters.get(name) ?? CONSTANTS.get(name);
  }

  #arguments(open: Token): Tree[] {
    const given: Tree[] = [];
    if (this.#take(")") !== null) return given;
    do given.push(this.#within(open, () => this.#comparison()));
    while (this.#take(",") !== null);
    this.#close(open);
    return given;
  }

  #close(open: Token): void {
    if (this.#take(")") !== null) return;
    const here = this.#tokens[this.#at];
    if (here !== undefined) throw this.#stray(here);
    throw new FormulaError({ column: open.column }, 'this "(" is not closed; write ")"');
  }

  /** The next token, if it is one of these marks. */
  #take(...marks: readonly Mark[]): Token | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "mark" || !marks.includes(token.text)) return null;
    this.#at++;
    return token;
  }

  #within<T>(from: Token, work: () => T): T {
    if (++this.#depth > FORMULA_LIMITS.nesting)
      throw new FormulaError(
        { column: from.column },
        `more than ${FORMULA_LIMITS.nesting} parentheses, signs and powers stand inside one another; write fewer`,
      );
    const result = work();
    this.#depth--;
    return result;
  }

  #missingOperand(token: Token | undefined): FormulaError {
    const before = this.#tokens[this.#at - 1];
    if (before === undefined || token?.text === "(")
      return new FormulaError(
        { column: token?.column ?? 1 },
        `nothing stands before ${quoted(token?.text ?? "")}; write a number, x or a function there`,
      );
    if (before.text === "*" && token?.text === "*")
      return new FormulaError({ column: token.column }, '"**" is written "^" here');
    if (before.text === "(" && token === undefined)
      return new FormulaError(
        { column: before.column },
        'this "(" is not closed; write what it holds and ")"',
      );
    return new FormulaError(
      { column: before.column },
      `nothing stands after ${quoted(before.text)}; write a number, x or a function there`,
    );
  }

  #stray(token: Token): FormulaError {
    const { column, text } = token;
    if (text === ")") return new FormulaError({ column }, 'this ")" closes nothing; leave it out');
    if (text === ",")
      return new FormulaError({ column }, 'a "," stands between arguments of a function alone; leave it out');
    return new FormulaError(
      { column },
      `${quoted(text)} follows without a sign; write * or another before it`,
    );
  }
}

function isComparison(token: Token | undefined): token is Token & { readonly text: Comparison } {
  return token !== undefined && COMPARISONS.has(token.text);
}
