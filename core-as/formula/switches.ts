// Where a formula goes over from one piece to another: the zeros of u in |u|, relu(u) and sign(u), of a - b where two
// sides are compared, and the ends of what sqrt, log and powers are defined on. There a quadrature has to be split.
// Where u is linear in x the zero is worked out; the other u are handed on, for their zeros are to be found with the
// core's own functions: they decide bits of weights.
import { FormulaOp } from "../shared/formula";
import { type Expression, type ExpressionGraph, isConstant } from "./expression";

export interface Switches {
  /** Rising. */
  readonly points: readonly number[];
  /** Their zeros are switches too. */
  readonly functions: readonly Expression[];
}

/** Of an expression; may add to its graph. */
export function switchesOf(root: Expression, graph: ExpressionGraph): Switches {
  const points = new Set<number>();
  const functions = new Set<Expression>();
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (e.kind !== "operation" || seen.has(e)) return;
    seen.add(e);
    for (const u of switching(e.op, e.args, graph)) {
      const line = lineOf(u);
      if (line === null) functions.add(u);
      // A line without slope never changes sign.
      else if (line.slope !== 0) points.add(0 - line.offset / line.slope);
    }
    e.args.forEach(visit);
  };
  visit(root);
  const finite = [...points].filter(Number.isFinite);
  return { points: finite.sort((a, b) => a - b), functions: [...functions] };
}

/** The expressions at whose zeros an operation switches. */
function switching(op: FormulaOp, args: readonly Expression[], g: ExpressionGraph): readonly Expression[] {
  const [a, b] = args as [Expression, Expression];
  switch (op) {
    case FormulaOp.absolute:
    case FormulaOp.relu:
    case FormulaOp.sign:
    case FormulaOp.square_root:
    case FormulaOp.log:
    case FormulaOp.power:
    case FormulaOp.select:
      return [a];
    case FormulaOp.log1p:
      return [g.add(a, g.one)];
    case FormulaOp.divide:
      return [b];
    case FormulaOp.minimum:
    case FormulaOp.maximum:
    case FormulaOp.cut_above:
    case FormulaOp.cut_below:
    case FormulaOp.less:
    case FormulaOp.less_equal:
    case FormulaOp.equal:
    case FormulaOp.not_equal:
    case FormulaOp.select_less:
    case FormulaOp.select_less_equal:
    case FormulaOp.select_equal:
      return [g.subtract(a, b)];
    default:
      return [];
  }
}

interface Line {
  readonly slope: number;
  readonly offset: number;
}

/** slope x + offset; null where it is none, or is not plainly one. */
function lineOf(e: Expression): Line | null {
  if (e.kind === "input") return { slope: 1, offset: 0 };
  if (isConstant(e)) return { slope: 0, offset: e.value };
  const [a, b] = e.args.slice(0, 2).map(lineOf);
  if (a === undefined || a === null || b === null) return null;
  switch (e.op) {
    case FormulaOp.negate:
      return { slope: -a.slope, offset: -a.offset };
    case FormulaOp.add:
      return b === undefined ? null : { slope: a.slope + b.slope, offset: a.offset + b.offset };
    case FormulaOp.subtract:
      return b === undefined ? null : { slope: a.slope - b.slope, offset: a.offset - b.offset };
    case FormulaOp.multiply:
      if (b === undefined) return null;
      if (b.slope === 0) return { slope: a.slope * b.offset, offset: a.offset * b.offset };
      return a.slope === 0 ? { slope: b.slope * a.offset, offset: b.offset * a.offset } : null;
    case FormulaOp.divide:
      return b?.slope !== 0 ? null : { slope: a.slope / b.offset, offset: a.offset / b.offset };
    default:
      return null;
  }
}
