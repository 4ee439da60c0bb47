// Expression -> program of shared/formula.ts: instructions in an order that needs few registers, equal parts once.
import {
  FORMULA_FIRST_TEMPORARY,
  FORMULA_INPUT,
  FORMULA_INSTRUCTIONS,
  FORMULA_OUTPUT,
  FORMULA_REGISTERS,
  FORMULA_WORDS,
  FormulaOp,
} from "../shared/formula";
import { FormulaError } from "./error";
import type { Constant, Expression, Operation } from "./expression";

export interface Program {
  /** Instructions of FORMULA_WORDS each. */
  readonly code: Int32Array;
  readonly constants: Float64Array;
  /** Temporaries in use, those at FORMULA_INPUT and FORMULA_OUTPUT not counted. */
  readonly registers: number;
}

export function programOf(root: Expression): Program {
  const order = inOrder(root);
  const [length, most] = [Math.max(1, order.length), FORMULA_INSTRUCTIONS];
  if (length > most)
    throw new FormulaError({ column: 1 }, `it comes to ${length} operations; write one of at most ${most}`);
  const registers = new Registers(order, root);
  const constants: number[] = [];
  const numbers = new Map<Constant, number>();
  const operand = (e: Expression): number => {
    if (e.kind === "input") return FORMULA_INPUT;
    if (e.kind === "operation") return registers.of(e);
    let number = numbers.get(e);
    if (number === undefined) numbers.set(e, (number = constants.push(e.value) - 1));
    return -1 - number;
  };
  const code: number[] = [];
  const write = (op: FormulaOp, out: number, args: readonly number[]) => {
    code.push(op, out, ...args);
    while (code.length % FORMULA_WORDS !== 0) code.push(0);
  };
  order.forEach((e, at) => {
    const args = e.args.map(operand);
    write(e.op, registers.fill(e, at), args);
  });
  if (root.kind !== "operation") write(FormulaOp.copy, FORMULA_OUTPUT, [operand(root)]);
  return {
    code: Int32Array.from(code),
    constants: Float64Array.from(constants),
    registers: registers.count,
  };
}

/**
 * Arguments before what needs them; of two, the one first that needs more registers for itself, or has more below it:
 * for the less is kept meanwhile. Without recursion: a derivative may be deeper than the text is long.
 */
function inOrder(root: Expression): Operation[] {
  const order: Operation[] = [];
  const seen = new Set<Expression>();
  const open: { readonly e: Operation; readonly rest: Expression[] }[] = [];
  const enter = (e: Expression) => {
    if (e.kind !== "operation" || seen.has(e)) return;
    seen.add(e);
    // The first to be visited stands last.
    open.push({ e, rest: [...e.args].sort((a, b) => a.need - b.need || a.height - b.height) });
  };
  enter(root);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.rest.pop();
    if (next !== undefined) enter(next);
    else order.push(open.pop()!.e);
  }
  return order;
}

/** Temporaries, given back where their value is read for the last time. */
class Registers {
  readonly #root: Expression;
  readonly #last = new Map<Expression, number>();
  readonly #of = new Map<Expression, number>();
  readonly #free: number[] = [];
  count = 0;

  constructor(order: readonly Operation[], root: Expression) {
    this.#root = root;
    order.forEach((e, at) => e.args.forEach((arg) => this.#last.set(arg, at)));
  }

  of(e: Expression): number {
    return this.#of.get(e)!;
  }

  /** The register of the instruction at `at`; it may be one that this instruction reads for the last time. */
  fill(e: Operation, at: number): number {
    for (const arg of new Set(e.args)) {
      const register = this.#of.get(arg);
      if (register !== undefined && this.#last.get(arg) === at) this.#free.push(register);
    }
    if (e === this.#root) return FORMULA_OUTPUT;
    const register = this.#free.pop() ?? this.#more();
    this.#of.set(e, register);
    return register;
  }

  #more(): number {
    if (this.count === FORMULA_REGISTERS)
      throw new FormulaError(
        { column: 1 },
        `more than ${FORMULA_REGISTERS} intermediate values are needed at once; write a simpler formula`,
      );
    return FORMULA_FIRST_TEMPORARY + this.count++;
  }
}
