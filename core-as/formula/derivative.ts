// The derivative in x of an expression, in the same graph. At kinks this is agreed:
// a comparison and sign have the derivative 0; where(c, a, b)' is where(c, a', b'); |u|' is sign(u) u', 0 at u = 0;
// relu' is 0 at 0; min and max take, where both are equal, the smaller of the two slopes. So the typed forms of relu,
// leaky_relu, hardtanh and relu6 have at their kinks the slopes of the built-in ones.
import { FormulaOp } from "../shared/formula";
import { type Expression, type ExpressionGraph, isConstant, type Operation } from "./expression";

/** 2/sqrt(pi). */
const ERF_PEAK = 1.1283791670955126;

export function derivative(of: Expression, graph: ExpressionGraph): Expression {
  const known = new Map<Expression, Expression>();
  // Height is bounded by the length of the text, so this recursion is too.
  const slope = (e: Expression): Expression => {
    const before = known.get(e);
    if (before !== undefined) return before;
    const made =
      e.kind === "input" ? graph.one : e.kind === "constant" ? graph.zero : slopeOf(e, slope, graph);
    known.set(e, made);
    return made;
  };
  return slope(of);
}

function slopeOf(e: Operation, slope: (e: Expression) => Expression, g: ExpressionGraph): Expression {
  const [u, v, yes, no] = e.args as [Expression, Expression, Expression, Expression];
  switch (e.op) {
    case FormulaOp.copy:
    case FormulaOp.keep_nan:
      return slope(u);
    case FormulaOp.less:
    case FormulaOp.less_equal:
    case FormulaOp.equal:
    case FormulaOp.not_equal:
    case FormulaOp.sign:
      return g.zero;
    case FormulaOp.add:
      return g.add(slope(u), slope(v));
    case FormulaOp.subtract:
      return g.subtract(slope(u), slope(v));
    case FormulaOp.multiply:
      // Of a square, one product less.
      if (u === v) return g.multiply(g.multiply(g.constant(2), u), slope(u));
      return g.add(g.multiply(slope(u), v), g.multiply(u, slope(v)));
    case FormulaOp.divide:
      if (isZero(slope(v))) return g.divide(slope(u), v);
      return g.divide(g.subtract(slope(u), g.multiply(e, slope(v))), v);
    case FormulaOp.power:
      return slopeOfPower(e, u, v, slope, g);
    case FormulaOp.negate:
      return g.negate(slope(u));
    case FormulaOp.absolute:
      return g.multiply(g.sign(u), slope(u));
    case FormulaOp.square_root:
      return g.divide(g.multiply(g.constant(0.5), slope(u)), e);
    case FormulaOp.exp:
      return g.multiply(e, slope(u));
    case FormulaOp.expm1:
      return g.multiply(g.exp(u), slope(u));
    case FormulaOp.log:
      return g.divide(slope(u), u);
    case FormulaOp.log1p:
      return g.divide(slope(u), g.add(u, g.one));
    case FormulaOp.sin:
      return g.multiply(g.cos(u), slope(u));
    case FormulaOp.cos:
      return g.negate(g.multiply(g.sin(u), slope(u)));
    case FormulaOp.tanh:
      return g.multiply(g.tanhSlope(u), slope(u));
    case FormulaOp.sigmoid:
      return g.multiply(g.sigmoidSlope(u), slope(u));
    case FormulaOp.softplus:
      return g.multiply(g.sigmoid(u), slope(u));
    case FormulaOp.relu:
      return g.where(g.less(g.zero, u), slope(u), g.zero);
    case FormulaOp.erf:
      return g.multiply(gaussian(u, g), slope(u));
    case FormulaOp.erfc:
      return g.negate(g.multiply(gaussian(u, g), slope(u)));
    case FormulaOp.minimum:
    case FormulaOp.cut_above:
      return slopeOfExtreme(true, u, v, slope(u), slope(v), g);
    case FormulaOp.maximum:
    case FormulaOp.cut_below:
      return slopeOfExtreme(false, u, v, slope(u), slope(v), g);
    case FormulaOp.select:
      return g.where(u, slope(v), slope(yes));
    case FormulaOp.select_less:
      return g.where(g.less(u, v), slope(yes), slope(no));
    case FormulaOp.select_less_equal:
      return g.where(g.lessEqual(u, v), slope(yes), slope(no));
    case FormulaOp.select_equal:
      return g.where(g.equal(u, v), slope(yes), slope(no));
    case FormulaOp.tanh_slope: {
      // (1 - t^2)' = -2 t (1 - t^2); the graph makes this node of a typed 1 - tanh(u)^2.
      const both = g.multiply(g.tanh(u), e);
      return g.multiply(g.multiply(g.constant(-2), both), slope(u));
    }
    case FormulaOp.sigmoid_slope: {
      const middle = g.subtract(g.sigmoid(g.negate(u)), g.sigmoid(u));
      return g.multiply(g.multiply(e, middle), slope(u));
    }
  }
}

/** 2/sqrt(pi) exp(-u^2). */
function gaussian(u: Expression, g: ExpressionGraph): Expression {
  return g.multiply(g.constant(ERF_PEAK), g.exp(g.negate(g.multiply(u, u))));
}

function slopeOfPower(
  e: Expression,
  u: Expression,
  v: Expression,
  slope: (e: Expression) => Expression,
  g: ExpressionGraph,
): Expression {
  const [du, dv] = [slope(u), slope(v)];
  // v u^(v-1) u', for an exponent without x.
  const ofBase = isZero(du) ? g.zero : g.multiply(g.multiply(v, g.power(u, g.subtract(v, g.one))), du);
  if (isZero(dv)) return ofBase;
  return g.add(ofBase, g.multiply(g.multiply(e, g.log(u)), dv));
}

/** Of min(u, v) or max(u, v): the slope of the one that is taken, the smaller of both where they are equal. */
function slopeOfExtreme(
  isMinimum: boolean,
  u: Expression,
  v: Expression,
  du: Expression,
  dv: Expression,
  g: ExpressionGraph,
): Expression {
  const isU = isMinimum ? g.less(u, v) : g.less(v, u);
  const isV = isMinimum ? g.less(v, u) : g.less(u, v);
  if (dv.high <= du.low) return g.where(isU, du, dv);
  if (du.high <= dv.low) return g.where(isV, dv, du);
  return g.where(isU, du, g.where(isV, dv, g.minimum(du, dv)));
}

function isZero(e: Expression): boolean {
  return isConstant(e) && e.value === 0;
}
