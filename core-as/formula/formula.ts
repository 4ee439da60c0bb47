// A typed activation, made ready: its text checked, its derivative taken, both compiled for the core.
import { derivative } from "./derivative";
import { ExpressionGraph } from "./expression";
import { lower } from "./lower";
import { type Parameters, parseFormula } from "./parser";
import { type Program, programOf } from "./program";
import { switchesOf } from "./switches";

export interface WrittenFormula {
  readonly formula: string;
  readonly parameters?: Parameters;
}

export interface CompiledFormula {
  /** phi, NaN where z is. */
  readonly value: Program;
  /** phi', before NaN of z is looked after. */
  readonly slope: Program;
}

/** Throws a FormulaError, here and in the functions below. */
export function compileFormula({ formula, parameters }: WrittenFormula): CompiledFormula {
  const graph = new ExpressionGraph();
  const phi = lower(parseFormula(formula, parameters), graph);
  return {
    value: programOf(graph.keepNaN(phi)),
    slope: programOf(derivative(phi, graph)),
  };
}

export interface FormulaSwitches {
  /** Where phi goes over from one piece to the next, rising: those that are exact. */
  readonly points: readonly number[];
  /** At the zeros of these it does so, too. */
  readonly functions: readonly Program[];
}

export function formulaSwitches({ formula, parameters }: WrittenFormula): FormulaSwitches {
  const graph = new ExpressionGraph();
  const { points, functions } = switchesOf(lower(parseFormula(formula, parameters), graph), graph);
  return { points, functions: functions.map(programOf) };
}
