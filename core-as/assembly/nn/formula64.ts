// Typed activations in float64: the programs of shared/formula.ts at single numbers, for theory, gains and the search
// for kinks, and what the float32 kernels are held against. NaN in gives NaN out.
// Refuses malformed programs in the checked build.
//
// Arguments: `code` int32 [instructions, FORMULA_WORDS]; `constants` f64 [constantCount]; `scratch` formula64ScratchBytes.
import { FORMULA_FIRST_TEMPORARY, FORMULA_INPUT, FORMULA_OUTPUT, FORMULA_WORDS, FormulaOp } from "../../shared/formula";
import { checkRange, checkThat } from "../memory/check";
import { sigmoid, sigmoidSlope } from "./activation64";
import { checkProgram, isOfFour, isOfTwo } from "./formula";
import { cos64, erf64, erfc64, sin64 } from "./functions64";

/** Numbers that one instruction is run over before the next. */
const BLOCK: i32 = 64;
const BLOCK_BYTES: usize = 512;

/** Bytes of scratch: a block for each temporary. */
export function formula64ScratchBytes(registers: i32): i32 {
  return max(1, registers) * <i32>BLOCK_BYTES;
}

/** out = the program at x; both f64 [n]; out may be x. */
export function formulaBulk64(
  code: usize, instructions: i32, constants: usize, constantCount: i32, scratch: usize, out: usize, x: usize, n: i32,
): void {
  checkThat(n >= 0, "formula64: count");
  checkRange(out, <usize>n << 3);
  checkRange(x, <usize>n << 3);
  checkProgram(code, instructions, constants, constantCount);
  for (let from = 0; from < n; from += BLOCK) {
    const at = <usize>from << 3;
    runBlock(code, instructions, constants, scratch, out + at, x + at, min(BLOCK, n - from));
  }
}

function runBlock(
  code: usize, instructions: i32, constants: usize, scratch: usize, output: usize, input: usize, n: i32,
): void {
  for (let at = code, end = code + <usize>instructions * FORMULA_WORDS * 4; at < end; at += FORMULA_WORDS * 4) {
    const op = load<i32>(at);
    const out = placeOf(load<i32>(at, 4), constants, scratch, output, input);
    const ia = load<i32>(at, 8);
    const ib = load<i32>(at, 12);
    const ic = load<i32>(at, 16);
    const id = load<i32>(at, 20);
    const a = placeOf(ia, constants, scratch, output, input);
    const b = placeOf(ib, constants, scratch, output, input);
    const c = placeOf(ic, constants, scratch, output, input);
    const d = placeOf(id, constants, scratch, output, input);
    const isLast = load<i32>(at, 4) == FORMULA_OUTPUT;
    for (let i = 0; i < n; ++i) {
      const k = <usize>i << 3;
      const first = load<f64>(a + (k & stepOf(ia)));
      let value: f64;
      if (isOfTwo(op)) value = valueOfTwo(op, first, load<f64>(b + (k & stepOf(ib))));
      else if (isOfFour(op)) {
        const second = load<f64>(b + (k & stepOf(ib)));
        const third = load<f64>(c + (k & stepOf(ic)));
        value = valueOfFour(op, first, second, third, load<f64>(d + (k & stepOf(id))));
      } else value = valueOfOne(op, first);
      if (isLast) {
        const z = load<f64>(input + k);
        if (z != z) value = z;
      }
      store<f64>(out + k, value);
    }
  }
}

// @ts-ignore: decorator
@inline
function placeOf(index: i32, constants: usize, scratch: usize, output: usize, input: usize): usize {
  if (index < 0) return constants + (<usize>~index << 3);
  if (index == FORMULA_INPUT) return input;
  if (index == FORMULA_OUTPUT) return output;
  return scratch + <usize>(index - FORMULA_FIRST_TEMPORARY) * BLOCK_BYTES;
}

// @ts-ignore: decorator
@inline
function stepOf(index: i32): usize {
  return index < 0 ? 0 : -1;
}

function valueOfOne(op: i32, a: f64): f64 {
  switch (op) {
    case FormulaOp.negate: return -a;
    case FormulaOp.absolute: return Math.abs(a);
    case FormulaOp.sign: return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a == 0.0 ? 0.0 : a;
    case FormulaOp.square_root: return Math.sqrt(a);
    case FormulaOp.exp: return Math.exp(a);
    case FormulaOp.expm1: return Math.expm1(a);
    case FormulaOp.log: return Math.log(a);
    case FormulaOp.log1p: return Math.log1p(a);
    case FormulaOp.sin: return sin64(a);
    case FormulaOp.cos: return cos64(a);
    case FormulaOp.tanh: return Math.tanh(a);
    case FormulaOp.tanh_slope: return 4.0 * sigmoidSlope(2.0 * a);
    case FormulaOp.sigmoid: return sigmoid(a);
    case FormulaOp.sigmoid_slope: return sigmoidSlope(a);
    case FormulaOp.softplus: return (a < 0.0 ? 0.0 : a) + Math.log1p(Math.exp(-Math.abs(a)));
    case FormulaOp.relu: return a < 0.0 ? 0.0 : a;
    case FormulaOp.erf: return erf64(a);
    case FormulaOp.erfc: return erfc64(a);
    default: return a;
  }
}

function valueOfTwo(op: i32, a: f64, b: f64): f64 {
  switch (op) {
    case FormulaOp.add: return a + b;
    case FormulaOp.subtract: return a - b;
    case FormulaOp.multiply: return a * b;
    case FormulaOp.divide: return a / b;
    case FormulaOp.power: return a != a || b != b ? NaN : Math.pow(a, b);
    case FormulaOp.minimum:
    case FormulaOp.cut_above: return b != b || b < a ? b : a;
    case FormulaOp.maximum:
    case FormulaOp.cut_below: return b != b || a < b ? b : a;
    case FormulaOp.less: return a < b ? 1.0 : 0.0;
    case FormulaOp.less_equal: return a <= b ? 1.0 : 0.0;
    case FormulaOp.equal: return a == b ? 1.0 : 0.0;
    case FormulaOp.not_equal: return a != b ? 1.0 : 0.0;
    default: return b != b ? b : a;
  }
}

function valueOfFour(op: i32, a: f64, b: f64, c: f64, d: f64): f64 {
  switch (op) {
    case FormulaOp.select_less: return a < b ? c : d;
    case FormulaOp.select_less_equal: return a <= b ? c : d;
    case FormulaOp.select_equal: return a == b ? c : d;
    default: return a != 0.0 ? b : c;
  }
}
