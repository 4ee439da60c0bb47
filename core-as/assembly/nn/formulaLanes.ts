// The operations of typed formulas on four float32 lanes, and their scalar twins (equal bits): shared/formula.ts says
// what each is. `op` is constant where the lanes are called, so that one branch is left.
// Refuses nothing: outside its domain an operation gives NaN or an infinity, as IEEE 754 has it.
import { FormulaOp } from "../../shared/formula";
import { sineLanes, sineNaive, sineSlopeLanes, sineSlopeNaive } from "./activationSine";
import {
  sigmoidLanes, sigmoidNaive, sigmoidSlopeLanes, sigmoidSlopeNaive, softplusLanes, softplusNaive,
  tanhLanes, tanhNaive, tanhSlopeLanes, tanhSlopeNaive,
} from "./activationSmooth";
import { erfcLanes, erfcNaive, erfLanes, erfNaive } from "./errorFunction";
import { expm1WholeLanes, expm1WholeNaive, expWholeLanes, expWholeNaive } from "./exponentialWhole";
import { log1pWholeLanes, log1pWholeNaive, logLanes, logNaive } from "./logarithm";

const ONE: usize = memory.data<f32>([1.0, 1.0, 1.0, 1.0]);

/** Of one operand. */
// @ts-ignore: decorator
@inline
export function lanesOfOne(op: i32, a: v128): v128 {
  if (op == FormulaOp.negate) return f32x4.neg(a);
  if (op == FormulaOp.absolute) return f32x4.abs(a);
  if (op == FormulaOp.sign) {
    const up = v128.and(f32x4.gt(a, i32x4.splat(0)), v128.load(ONE));
    const down = v128.and(f32x4.lt(a, i32x4.splat(0)), v128.load(ONE));
    return v128.or(f32x4.sub(up, down), f32x4.ne(a, a));
  }
  if (op == FormulaOp.square_root) return f32x4.sqrt(a);
  if (op == FormulaOp.exp) return expWholeLanes(a);
  if (op == FormulaOp.expm1) return expm1WholeLanes(a);
  if (op == FormulaOp.log) return logLanes(a);
  if (op == FormulaOp.log1p) return log1pWholeLanes(a);
  if (op == FormulaOp.sin) return sineLanes(a, 1.0);
  if (op == FormulaOp.cos) return sineSlopeLanes(a, 1.0);
  if (op == FormulaOp.tanh) return tanhLanes(a);
  if (op == FormulaOp.tanh_slope) return tanhSlopeLanes(a);
  if (op == FormulaOp.sigmoid) return sigmoidLanes(a);
  if (op == FormulaOp.sigmoid_slope) return sigmoidSlopeLanes(a);
  if (op == FormulaOp.softplus) return softplusLanes(a);
  if (op == FormulaOp.relu) return f32x4.pmax(a, i32x4.splat(0));
  if (op == FormulaOp.erf) return erfLanes(a);
  if (op == FormulaOp.erfc) return erfcLanes(a);
  return a;
}

export function naiveOfOne(op: i32, a: f32): f32 {
  switch (op) {
    case FormulaOp.negate: return -a;
    case FormulaOp.absolute: return abs(a);
    case FormulaOp.sign: return a > 0 ? 1 : a < 0 ? -1 : a == 0 ? 0 : a;
    case FormulaOp.square_root: return sqrt(a);
    case FormulaOp.exp: return expWholeNaive(a);
    case FormulaOp.expm1: return expm1WholeNaive(a);
    case FormulaOp.log: return logNaive(a);
    case FormulaOp.log1p: return log1pWholeNaive(a);
    case FormulaOp.sin: return sineNaive(a, 1.0);
    case FormulaOp.cos: return sineSlopeNaive(a, 1.0);
    case FormulaOp.tanh: return tanhNaive(a);
    case FormulaOp.tanh_slope: return tanhSlopeNaive(a);
    case FormulaOp.sigmoid: return sigmoidNaive(a);
    case FormulaOp.sigmoid_slope: return sigmoidSlopeNaive(a);
    case FormulaOp.softplus: return softplusNaive(a);
    case FormulaOp.relu: return a < 0 ? 0 : a;
    case FormulaOp.erf: return erfNaive(a);
    case FormulaOp.erfc: return erfcNaive(a);
    default: return a;
  }
}

/** Of two operands. */
// @ts-ignore: decorator
@inline
export function lanesOfTwo(op: i32, a: v128, b: v128): v128 {
  if (op == FormulaOp.add) return f32x4.add(a, b);
  if (op == FormulaOp.subtract) return f32x4.sub(a, b);
  if (op == FormulaOp.multiply) return f32x4.mul(a, b);
  if (op == FormulaOp.divide) return f32x4.div(a, b);
  if (op == FormulaOp.minimum) return v128.or(f32x4.pmin(a, b), f32x4.ne(b, b));
  if (op == FormulaOp.maximum) return v128.or(f32x4.pmax(a, b), f32x4.ne(b, b));
  if (op == FormulaOp.cut_above) return f32x4.pmin(a, b);
  if (op == FormulaOp.cut_below) return f32x4.pmax(a, b);
  if (op == FormulaOp.less) return v128.and(f32x4.lt(a, b), v128.load(ONE));
  if (op == FormulaOp.less_equal) return v128.and(f32x4.le(a, b), v128.load(ONE));
  if (op == FormulaOp.equal) return v128.and(f32x4.eq(a, b), v128.load(ONE));
  if (op == FormulaOp.not_equal) return v128.and(f32x4.ne(a, b), v128.load(ONE));
  if (op == FormulaOp.keep_nan) return v128.or(a, f32x4.ne(b, b));
  if (op == FormulaOp.power) {
    let r = f32x4.splat(powerNaive(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
    r = f32x4.replace_lane(r, 1, powerNaive(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
    r = f32x4.replace_lane(r, 2, powerNaive(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
    return f32x4.replace_lane(r, 3, powerNaive(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  }
  return a;
}

export function naiveOfTwo(op: i32, a: f32, b: f32): f32 {
  switch (op) {
    case FormulaOp.add: return a + b;
    case FormulaOp.subtract: return a - b;
    case FormulaOp.multiply: return a * b;
    case FormulaOp.divide: return a / b;
    case FormulaOp.minimum: return b != b || b < a ? b : a;
    case FormulaOp.maximum: return b != b || a < b ? b : a;
    case FormulaOp.cut_above: return b < a ? b : a;
    case FormulaOp.cut_below: return a < b ? b : a;
    case FormulaOp.less: return a < b ? 1 : 0;
    case FormulaOp.less_equal: return a <= b ? 1 : 0;
    case FormulaOp.equal: return a == b ? 1 : 0;
    case FormulaOp.not_equal: return a != b ? 1 : 0;
    case FormulaOp.keep_nan: return b != b ? b : a;
    case FormulaOp.power: return powerNaive(a, b);
    default: return a;
  }
}

/** a^b by way of float64, so that the product with the logarithm costs no digits. */
function powerNaive(a: f32, b: f32): f32 {
  return a != a || b != b ? NaN : f32(Math.pow(f64(a), f64(b)));
}

/** Of four operands: c or d. `select` has three, a condition and two. */
// @ts-ignore: decorator
@inline
export function lanesOfFour(op: i32, a: v128, b: v128, c: v128, d: v128): v128 {
  if (op == FormulaOp.select_less) return v128.bitselect(c, d, f32x4.lt(a, b));
  if (op == FormulaOp.select_less_equal) return v128.bitselect(c, d, f32x4.le(a, b));
  if (op == FormulaOp.select_equal) return v128.bitselect(c, d, f32x4.eq(a, b));
  return v128.bitselect(b, c, f32x4.ne(a, i32x4.splat(0)));
}

export function naiveOfFour(op: i32, a: f32, b: f32, c: f32, d: f32): f32 {
  switch (op) {
    case FormulaOp.select_less: return a < b ? c : d;
    case FormulaOp.select_less_equal: return a <= b ? c : d;
    case FormulaOp.select_equal: return a == b ? c : d;
    default: return a != 0 ? b : c;
  }
}
