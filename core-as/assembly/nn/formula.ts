// Typed activations: programs of shared/formula.ts run over float32 arrays, h = phi(z) and dz = dh phi'(z).
// An instruction is run over a block of FORMULA_BLOCK elements before the next is looked at, so that reading it costs
// little, and what stands between two of them stays in the first cache.
// Refuses malformed programs in the checked build. NaN in gives NaN out, of the slopes too; else the operations are what
// formulaLanes.ts makes of them: 0 times an infinity is NaN here, where an activation of its own may have a limit.
//
// Arguments: `code` int32 [instructions, FORMULA_WORDS]; `constants` f64 [constantCount]; `scratch` formulaScratchBytes.
import {
  FORMULA_BLOCK, FORMULA_FIRST_TEMPORARY, FORMULA_INPUT, FORMULA_OUTPUT, FORMULA_REGISTERS, FORMULA_WORDS, FormulaOp,
} from "../../shared/formula";
import { checkRange, checkThat, IS_CHECKED } from "../memory/check";
import { lanesOfFour, lanesOfOne, lanesOfTwo, naiveOfFour, naiveOfOne, naiveOfTwo } from "./formulaLanes";

const BLOCK_BYTES: usize = FORMULA_BLOCK * 4;

/** Bytes of scratch: every constant sixteen times, a block for the output, a block for each temporary. */
export function formulaScratchBytes(constantCount: i32, registers: i32): i32 {
  return constantCount * <i32>ROUND + (1 + registers) * <i32>BLOCK_BYTES;
}

/** Where operand `index` of a block stands; `spread` has the constants, `blocks` the output and then the temporaries. */
// @ts-ignore: decorator
@inline
function placeOf(index: i32, input: usize, output: usize, spread: usize, blocks: usize): usize {
  if (index < 0) return spread + <usize>~index * ROUND;
  if (index == FORMULA_INPUT) return input;
  if (index == FORMULA_OUTPUT) return output;
  return blocks + <usize>(index - FORMULA_FIRST_TEMPORARY + 1) * BLOCK_BYTES;
}

/** All ones, but 0 for a constant, which stays at its place. */
// @ts-ignore: decorator
@inline
function stepOf(index: i32): usize {
  return index < 0 ? 0 : -1;
}

/** Bytes of the vectors that one round of a loop takes where an operation is cheap. */
const ROUND: usize = 64;

// @ts-ignore: decorator
@inline
function isCheap(op: i32): bool {
  return op <= FormulaOp.square_root ? op != FormulaOp.power : op == FormulaOp.relu || op >= FormulaOp.minimum;
}

// @ts-ignore: decorator
@inline
function loopOfOne(op: i32, out: usize, a: usize, am: usize, bytes: usize): void {
  let i: usize = 0;
  if (isCheap(op)) {
    for (const rounds = bytes & -ROUND; i < rounds; i += ROUND) {
      const p = a + (i & am);
      v128.store(out + i, lanesOfOne(op, v128.load(p)));
      v128.store(out + i, lanesOfOne(op, v128.load(p, 16)), 16);
      v128.store(out + i, lanesOfOne(op, v128.load(p, 32)), 32);
      v128.store(out + i, lanesOfOne(op, v128.load(p, 48)), 48);
    }
  }
  for (; i < bytes; i += 16) v128.store(out + i, lanesOfOne(op, v128.load(a + (i & am))));
}

// @ts-ignore: decorator
@inline
function loopOfTwo(op: i32, out: usize, a: usize, am: usize, b: usize, bm: usize, bytes: usize): void {
  let i: usize = 0;
  if (isCheap(op)) {
    for (const rounds = bytes & -ROUND; i < rounds; i += ROUND) {
      const p = a + (i & am);
      const q = b + (i & bm);
      v128.store(out + i, lanesOfTwo(op, v128.load(p), v128.load(q)));
      v128.store(out + i, lanesOfTwo(op, v128.load(p, 16), v128.load(q, 16)), 16);
      v128.store(out + i, lanesOfTwo(op, v128.load(p, 32), v128.load(q, 32)), 32);
      v128.store(out + i, lanesOfTwo(op, v128.load(p, 48), v128.load(q, 48)), 48);
    }
  }
  for (; i < bytes; i += 16) {
    v128.store(out + i, lanesOfTwo(op, v128.load(a + (i & am)), v128.load(b + (i & bm))));
  }
}

// @ts-ignore: decorator
@inline
function loopOfFour(
  op: i32, out: usize, a: usize, am: usize, b: usize, bm: usize, c: usize, cm: usize, d: usize, dm: usize, bytes: usize,
): void {
  let i: usize = 0;
  for (const rounds = bytes & -ROUND; i < rounds; i += ROUND) {
    const p = a + (i & am);
    const q = b + (i & bm);
    const r = c + (i & cm);
    const s = d + (i & dm);
    v128.store(out + i, lanesOfFour(op, v128.load(p), v128.load(q), v128.load(r), v128.load(s)));
    v128.store(out + i, lanesOfFour(op, v128.load(p, 16), v128.load(q, 16), v128.load(r, 16), v128.load(s, 16)), 16);
    v128.store(out + i, lanesOfFour(op, v128.load(p, 32), v128.load(q, 32), v128.load(r, 32), v128.load(s, 32)), 32);
    v128.store(out + i, lanesOfFour(op, v128.load(p, 48), v128.load(q, 48), v128.load(r, 48), v128.load(s, 48)), 48);
  }
  for (; i < bytes; i += 16) {
    v128.store(
      out + i,
      lanesOfFour(op, v128.load(a + (i & am)), v128.load(b + (i & bm)), v128.load(c + (i & cm)), v128.load(d + (i & dm))),
    );
  }
}

/** One instruction over `bytes` bytes of a block. */
function instruct(
  op: i32, out: usize, a: usize, am: usize, b: usize, bm: usize, c: usize, cm: usize, d: usize, dm: usize, bytes: usize,
): void {
  switch (op) {
    case FormulaOp.negate: loopOfOne(FormulaOp.negate, out, a, am, bytes); break;
    case FormulaOp.absolute: loopOfOne(FormulaOp.absolute, out, a, am, bytes); break;
    case FormulaOp.sign: loopOfOne(FormulaOp.sign, out, a, am, bytes); break;
    case FormulaOp.square_root: loopOfOne(FormulaOp.square_root, out, a, am, bytes); break;
    case FormulaOp.exp: loopOfOne(FormulaOp.exp, out, a, am, bytes); break;
    case FormulaOp.expm1: loopOfOne(FormulaOp.expm1, out, a, am, bytes); break;
    case FormulaOp.log: loopOfOne(FormulaOp.log, out, a, am, bytes); break;
    case FormulaOp.log1p: loopOfOne(FormulaOp.log1p, out, a, am, bytes); break;
    case FormulaOp.sin: loopOfOne(FormulaOp.sin, out, a, am, bytes); break;
    case FormulaOp.cos: loopOfOne(FormulaOp.cos, out, a, am, bytes); break;
    case FormulaOp.tanh: loopOfOne(FormulaOp.tanh, out, a, am, bytes); break;
    case FormulaOp.tanh_slope: loopOfOne(FormulaOp.tanh_slope, out, a, am, bytes); break;
    case FormulaOp.sigmoid: loopOfOne(FormulaOp.sigmoid, out, a, am, bytes); break;
    case FormulaOp.sigmoid_slope: loopOfOne(FormulaOp.sigmoid_slope, out, a, am, bytes); break;
    case FormulaOp.softplus: loopOfOne(FormulaOp.softplus, out, a, am, bytes); break;
    case FormulaOp.relu: loopOfOne(FormulaOp.relu, out, a, am, bytes); break;
    case FormulaOp.erf: loopOfOne(FormulaOp.erf, out, a, am, bytes); break;
    case FormulaOp.erfc: loopOfOne(FormulaOp.erfc, out, a, am, bytes); break;
    case FormulaOp.copy: loopOfOne(FormulaOp.copy, out, a, am, bytes); break;
    case FormulaOp.add: loopOfTwo(FormulaOp.add, out, a, am, b, bm, bytes); break;
    case FormulaOp.subtract: loopOfTwo(FormulaOp.subtract, out, a, am, b, bm, bytes); break;
    case FormulaOp.multiply: loopOfTwo(FormulaOp.multiply, out, a, am, b, bm, bytes); break;
    case FormulaOp.divide: loopOfTwo(FormulaOp.divide, out, a, am, b, bm, bytes); break;
    case FormulaOp.power: loopOfTwo(FormulaOp.power, out, a, am, b, bm, bytes); break;
    case FormulaOp.minimum: loopOfTwo(FormulaOp.minimum, out, a, am, b, bm, bytes); break;
    case FormulaOp.maximum: loopOfTwo(FormulaOp.maximum, out, a, am, b, bm, bytes); break;
    case FormulaOp.cut_above: loopOfTwo(FormulaOp.cut_above, out, a, am, b, bm, bytes); break;
    case FormulaOp.cut_below: loopOfTwo(FormulaOp.cut_below, out, a, am, b, bm, bytes); break;
    case FormulaOp.less: loopOfTwo(FormulaOp.less, out, a, am, b, bm, bytes); break;
    case FormulaOp.less_equal: loopOfTwo(FormulaOp.less_equal, out, a, am, b, bm, bytes); break;
    case FormulaOp.equal: loopOfTwo(FormulaOp.equal, out, a, am, b, bm, bytes); break;
    case FormulaOp.not_equal: loopOfTwo(FormulaOp.not_equal, out, a, am, b, bm, bytes); break;
    case FormulaOp.keep_nan: loopOfTwo(FormulaOp.keep_nan, out, a, am, b, bm, bytes); break;
    case FormulaOp.select: loopOfFour(FormulaOp.select, out, a, am, b, bm, c, cm, d, dm, bytes); break;
    case FormulaOp.select_less: loopOfFour(FormulaOp.select_less, out, a, am, b, bm, c, cm, d, dm, bytes); break;
    case FormulaOp.select_less_equal: loopOfFour(FormulaOp.select_less_equal, out, a, am, b, bm, c, cm, d, dm, bytes); break;
    case FormulaOp.select_equal: loopOfFour(FormulaOp.select_equal, out, a, am, b, bm, c, cm, d, dm, bytes); break;
  }
}

/** The program over one block: `bytes` a multiple of 16. */
function runBlock(
  code: usize, instructions: i32, spread: usize, blocks: usize, output: usize, input: usize, bytes: usize,
): void {
  for (let at = code, end = code + <usize>instructions * FORMULA_WORDS * 4; at < end; at += FORMULA_WORDS * 4) {
    const a = load<i32>(at, 8);
    const b = load<i32>(at, 12);
    const c = load<i32>(at, 16);
    const d = load<i32>(at, 20);
    instruct(
      load<i32>(at), placeOf(load<i32>(at, 4), input, output, spread, blocks),
      placeOf(a, input, output, spread, blocks), stepOf(a), placeOf(b, input, output, spread, blocks), stepOf(b),
      placeOf(c, input, output, spread, blocks), stepOf(c), placeOf(d, input, output, spread, blocks), stepOf(d), bytes,
    );
  }
}

function spreadConstants(spread: usize, constants: usize, count: i32): void {
  for (let i = 0; i < count; ++i) {
    const four = f32x4.splat(f32(load<f64>(constants + (<usize>i << 3))));
    for (let k: usize = 0; k < ROUND; k += 16) v128.store(spread + <usize>i * ROUND + k, four);
  }
}

/** h = phi(z). `out`, `z` f32[count], may be the same. */
export function formulaForward(
  code: usize, instructions: i32, constants: usize, constantCount: i32, scratch: usize, out: usize, z: usize, count: i32,
): void {
  check(code, instructions, constants, constantCount, scratch, count);
  checkRange(out, <usize>count << 2);
  checkRange(z, <usize>count << 2);
  spreadConstants(scratch, constants, constantCount);
  const blocks = scratch + <usize>constantCount * ROUND;
  const whole = <usize>(count & ~3) << 2;
  for (let from: usize = 0; from < whole; from += BLOCK_BYTES) {
    runBlock(code, instructions, scratch, blocks, out + from, z + from, min(BLOCK_BYTES, whole - from));
  }
  formulaForwardNaive(code, instructions, constants, constantCount, scratch, out + whole, z + whole, count & 3);
}

/** The scalar twin of formulaForward: the same operations, equal bits. */
export function formulaForwardNaive(
  code: usize, instructions: i32, constants: usize, constantCount: i32, scratch: usize, out: usize, z: usize, count: i32,
): void {
  check(code, instructions, constants, constantCount, scratch, count);
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 4) {
    store<f32>(out + i, runNaive(code, instructions, constants, scratch, load<f32>(z + i)));
  }
}

/** Four lanes of dz = dh slope, NaN where z is. */
// @ts-ignore: decorator
@inline
function storeProduct(dz: usize, dh: usize, slope: usize, z: usize): void {
  const x = v128.load(z);
  v128.store(dz, f32x4.mul(v128.load(dh), v128.or(v128.load(slope), f32x4.ne(x, x))));
}

/** dz = dh phi'(z) by the program of phi'. `dz`, `dh`, `z` f32[count], any may be the same. */
export function formulaBackward(
  code: usize, instructions: i32, constants: usize, constantCount: i32, scratch: usize, dz: usize, dh: usize, z: usize,
  count: i32,
): void {
  check(code, instructions, constants, constantCount, scratch, count);
  checkRange(dz, <usize>count << 2);
  checkRange(dh, <usize>count << 2);
  checkRange(z, <usize>count << 2);
  spreadConstants(scratch, constants, constantCount);
  const blocks = scratch + <usize>constantCount * ROUND;
  const whole = <usize>(count & ~3) << 2;
  for (let from: usize = 0; from < whole; from += BLOCK_BYTES) {
    const bytes = min(BLOCK_BYTES, whole - from);
    runBlock(code, instructions, scratch, blocks, blocks, z + from, bytes);
    let i: usize = 0;
    for (const rounds = bytes & -ROUND; i < rounds; i += ROUND) {
      const at = from + i;
      storeProduct(dz + at, dh + at, blocks + i, z + at);
      storeProduct(dz + at + 16, dh + at + 16, blocks + i + 16, z + at + 16);
      storeProduct(dz + at + 32, dh + at + 32, blocks + i + 32, z + at + 32);
      storeProduct(dz + at + 48, dh + at + 48, blocks + i + 48, z + at + 48);
    }
    for (; i < bytes; i += 16) storeProduct(dz + from + i, dh + from + i, blocks + i, z + from + i);
  }
  formulaBackwardNaive(
    code, instructions, constants, constantCount, scratch, dz + whole, dh + whole, z + whole, count & 3,
  );
}

/** The scalar twin of formulaBackward: the same operations, equal bits. */
export function formulaBackwardNaive(
  code: usize, instructions: i32, constants: usize, constantCount: i32, scratch: usize, dz: usize, dh: usize, z: usize,
  count: i32,
): void {
  check(code, instructions, constants, constantCount, scratch, count);
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 4) {
    const x = load<f32>(z + i);
    const slope = x != x ? x : runNaive(code, instructions, constants, scratch, x);
    store<f32>(dz + i, load<f32>(dh + i) * slope);
  }
}

/** The program at one number; `scratch` has one float32 for each register. */
function runNaive(code: usize, instructions: i32, constants: usize, scratch: usize, x: f32): f32 {
  store<f32>(scratch, x);
  for (let at = code, end = code + <usize>instructions * FORMULA_WORDS * 4; at < end; at += FORMULA_WORDS * 4) {
    const op = load<i32>(at);
    const a = valueOf(load<i32>(at, 8), constants, scratch);
    const b = valueOf(load<i32>(at, 12), constants, scratch);
    const c = valueOf(load<i32>(at, 16), constants, scratch);
    const d = valueOf(load<i32>(at, 20), constants, scratch);
    const value = isOfTwo(op) ? naiveOfTwo(op, a, b) : isOfFour(op) ? naiveOfFour(op, a, b, c, d) : naiveOfOne(op, a);
    store<f32>(scratch + (<usize>load<i32>(at, 4) << 2), value);
  }
  return load<f32>(scratch, FORMULA_OUTPUT * 4);
}

// @ts-ignore: decorator
@inline
function valueOf(index: i32, constants: usize, scratch: usize): f32 {
  return index < 0 ? f32(load<f64>(constants + (<usize>~index << 3))) : load<f32>(scratch + (<usize>index << 2));
}

/** Whether an operation has two operands. */
export function isOfTwo(op: i32): bool {
  return (
    (op >= FormulaOp.add && op <= FormulaOp.power) || (op >= FormulaOp.minimum && op <= FormulaOp.not_equal) ||
    op == FormulaOp.keep_nan
  );
}

/** Whether an operation chooses between operands. */
export function isOfFour(op: i32): bool {
  return op >= FormulaOp.select && op <= FormulaOp.select_equal;
}

function check(code: usize, instructions: i32, constants: usize, constantCount: i32, scratch: usize, count: i32): void {
  if (!IS_CHECKED) return;
  checkThat(count >= 0, "negative count");
  checkRange(scratch, 8);
  checkProgram(code, instructions, constants, constantCount);
}

/** Asserts that the program is one: known operations, registers filled before they are read, the output last. */
export function checkProgram(code: usize, instructions: i32, constants: usize, constantCount: i32): void {
  if (!IS_CHECKED) return;
  checkThat(instructions > 0 && constantCount >= 0, "empty program");
  checkRange(code, <usize>instructions * FORMULA_WORDS * 4);
  checkRange(constants, <usize>constantCount << 3);
  let filled: u64 = 0;
  for (let i = 0; i < instructions; ++i) {
    const at = code + <usize>i * FORMULA_WORDS * 4;
    const op = load<i32>(at);
    const out = load<i32>(at, 4);
    checkThat(op >= 0 && op <= FormulaOp.keep_nan, "unknown operation");
    for (let k = 2; k < FORMULA_WORDS; ++k) {
      const index = load<i32>(at + (<usize>k << 2));
      checkThat(index >= -constantCount && index != FORMULA_OUTPUT, "operand out of range");
      checkThat(
        index <= 0 || (filled & ((<u64>1) << (index - FORMULA_FIRST_TEMPORARY))) != 0, "register read before it is filled",
      );
    }
    checkThat(i == instructions - 1 ? out == FORMULA_OUTPUT : out >= FORMULA_FIRST_TEMPORARY, "output out of place");
    checkThat(out < FORMULA_FIRST_TEMPORARY + FORMULA_REGISTERS, "register out of range");
    if (out >= FORMULA_FIRST_TEMPORARY) filled |= (<u64>1) << (out - FORMULA_FIRST_TEMPORARY);
  }
}
