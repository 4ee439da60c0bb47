// The program of a typed activation, as it crosses from the host into the core. Compiled by asc and by tsc.
//
// A program computes one value from x, for many x at once. Its code is a run of instructions of FORMULA_WORDS i32:
//   op, dst, a, b, c
// dst is a register. An operand a, b, c >= 0 is a register; an operand < 0 is the constant number -1 - operand.
// Register 0 holds x when the program begins and is never written. Operands that an op does not have are 0.
// An instruction may write a register that it reads. Constants are float64; the float32 interpreter rounds them once.

/** i32 words of one instruction. */
export const FORMULA_WORDS = 5;
/** Most instructions, constants and registers of one program. */
export const FORMULA_MAX_CODE = 2048;
export const FORMULA_MAX_CONSTANTS = 512;
export const FORMULA_MAX_REGISTERS = 64;

/** What an instruction does. Comparisons give 1 or 0, and 0 where an operand is NaN (ne: 1). */
export enum FormulaOp {
  /** a */
  move = 0,
  add = 1,
  sub = 2,
  mul = 3,
  div = 4,
  neg = 5,
  /** NaN where an operand is NaN. */
  min = 6,
  max = 7,
  abs = 8,
  /** -1, 0 or 1; NaN stays. */
  sign = 9,
  sqrt = 10,
  lt = 11,
  le = 12,
  gt = 13,
  ge = 14,
  eq = 15,
  ne = 16,
  /** b where a is not 0, else c; c where a is NaN. */
  select = 17,
  exp = 18,
  expm1 = 19,
  log = 20,
  log1p = 21,
  sin = 22,
  cos = 23,
  tanh = 24,
  sigmoid = 25,
  softplus = 26,
  erf = 27,
  erfc = 28,
  /** max(a, 0). */
  relu = 29,
  /** a ^ b for b no whole number: NaN below 0; 0^b is 0 for b > 0, Infinity for b < 0. */
  pow = 30,
  /** exp(-a^2): its own op, so that the slope of erf keeps its digits. */
  gauss = 31,
}
export const FORMULA_OPS = 32;
