// How much a formula may hold. With these, whatever is done to one is done in bounded time and depth.
import { FORMULA_INSTRUCTIONS, FORMULA_REGISTERS } from "../shared/formula";

export const FORMULA_LIMITS = {
  /** Code points of the text. */
  text: 500,
  /** Parentheses, signs and powers inside one another. */
  nesting: 50,
  parameters: 20,
  instructions: FORMULA_INSTRUCTIONS,
  registers: FORMULA_REGISTERS,
  /** Size of a number that is not 0: what float32 holds without loss. */
  smallest: 1.2e-38,
  largest: 3.4e38,
} as const;

/** What a name may look like. */
export const NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/;
