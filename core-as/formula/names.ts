// The names that a formula knows without being told: the variable, the constants, the functions.

export const VARIABLE = "x";

export const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

/** How many arguments a function takes; `most` Infinity where there is no end. */
export interface Arity {
  readonly least: number;
  readonly most: number;
  /** As one would write it. */
  readonly form: string;
}

const one = (name: string): [FunctionName, Arity] => [
  name as FunctionName,
  { least: 1, most: 1, form: `${name}(a)` },
];

export type FunctionName =
  | "where"
  | "min"
  | "max"
  | "pow"
  | "abs"
  | "sign"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sqrt"
  | "sin"
  | "cos"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "softplus"
  | "erf"
  | "erfc";

export const FUNCTIONS: ReadonlyMap<string, Arity> = new Map<FunctionName, Arity>([
  ["where", { least: 3, most: 3, form: "where(condition, a, b)" }],
  ["min", { least: 2, most: Infinity, form: "min(a, b)" }],
  ["max", { least: 2, most: Infinity, form: "max(a, b)" }],
  ["pow", { least: 2, most: 2, form: "pow(a, b)" }],
  one("abs"),
  one("sign"),
  one("exp"),
  one("expm1"),
  one("log"),
  one("log1p"),
  one("sqrt"),
  one("sin"),
  one("cos"),
  one("tanh"),
  one("sigmoid"),
  one("relu"),
  one("softplus"),
  one("erf"),
  one("erfc"),
]);

/** Everything that a parameter may not be called. */
export const TAKEN_NAMES: readonly string[] = [VARIABLE, ...CONSTANTS.keys(), ...FUNCTIONS.keys()];
