// Programs of typed activations, as they cross from the host into the core.
// The compiler stands in formula/program.ts, the interpreters in assembly/nn/formula.ts and formula64.ts.
//
// A program is a run of instructions of FORMULA_WORDS int32 each: the operation, the register it fills, and four
// operands, 0 where an operation takes fewer. Register 0 is the input z and is never filled; 1 is the output, filled
// by the last instruction alone and read by none; 2 and up are temporaries. An operand below 0 is constant number
// -1 - operand of the program's float64 constants.

export const FORMULA_WORDS = 6;
export const FORMULA_INPUT = 0;
export const FORMULA_OUTPUT = 1;
export const FORMULA_FIRST_TEMPORARY = 2;

/** Floats that one instruction is run over before the next: with a few registers they stay in the first cache. */
export const FORMULA_BLOCK = 512;
/** Temporaries that a program may use. */
export const FORMULA_REGISTERS = 64;
/** Instructions that a program may have. */
export const FORMULA_INSTRUCTIONS = 4000;

/** What an instruction does with its operands a, b, c, d. A comparison is 1 where it holds and 0 where not. */
export enum FormulaOp {
  copy = 0,
  add = 1,
  subtract = 2,
  multiply = 3,
  divide = 4,
  /** a^b; NaN where either is. */
  power = 5,
  negate = 6,
  absolute = 7,
  /** -1, 0 or 1. */
  sign = 8,
  square_root = 9,
  exp = 10,
  expm1 = 11,
  log = 12,
  log1p = 13,
  sin = 14,
  cos = 15,
  tanh = 16,
  /** tanh'(a). */
  tanh_slope = 17,
  sigmoid = 18,
  /** sigmoid'(a). */
  sigmoid_slope = 19,
  softplus = 20,
  relu = 21,
  erf = 22,
  erfc = 23,
  /** NaN where either is. */
  minimum = 24,
  maximum = 25,
  /** min(a, b) and max(a, b) of a constant b. */
  cut_above = 26,
  cut_below = 27,
  less = 28,
  less_equal = 29,
  equal = 30,
  not_equal = 31,
  /** b where a is not 0, else c. */
  select = 32,
  /** c where a < b, else d. */
  select_less = 33,
  /** c where a <= b, else d. */
  select_less_equal = 34,
  /** c where a == b, else d. */
  select_equal = 35,
  /** a, but NaN where b is. */
  keep_nan = 36,
}
