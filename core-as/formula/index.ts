export { FormulaError, type FormulaPlace } from "./error";
export {
  type CompiledFormula,
  compileFormula,
  type FormulaSwitches,
  formulaSwitches,
  type WrittenFormula,
} from "./formula";
export { FORMULA_LIMITS, NAME_PATTERN } from "./limits";
export { CONSTANTS, FUNCTIONS, VARIABLE } from "./names";
export { parseFormula } from "./parser";
export type { Program } from "./program";
