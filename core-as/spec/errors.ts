// What is wrong with a spec, where, and what would be right. One voice for every part of the parser.
import { distance } from "fastest-levenshtein";
import { quoted } from "../formula/error";

export { quoted };

export interface SpecProblem {
  /** Where it stands, as `network.layers[2].weights.std`; `spec` for the whole, `line 3, column 5` in a text. */
  readonly path: string;
  readonly message: string;
}

/** Carries the first problem; `errors` has them all. */
export class SpecError extends Error {
  override readonly name = "SpecError";
  readonly path: string;
  readonly errors: readonly SpecProblem[];

  constructor(errors: readonly [SpecProblem, ...SpecProblem[]]) {
    super(errors[0].message);
    this.path = errors[0].path;
    this.errors = errors;
  }
}

export type PathStep = string | number;

/** `network.layers[2].units`; keys that are not plain words are quoted, long ones cut. */
export function pathText(steps: readonly PathStep[]): string {
  if (steps.length === 0) return "spec";
  let text = "";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_]\w{0,60}$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${quoted(step)}]`;
  }
  return text;
}

/** What was found, in a few characters whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Names under which other libraries know what the lab has: they are too far off in letters to be guessed. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  glorotnormal: "xavier_normal",
  glorotuniform: "xavier_uniform",
  kaimingnormal: "he_normal",
  kaiminguniform: "he_uniform",
  torchdefault: "torch_linear_default",
  kerasdefault: "keras_dense_default",
  zerosinit: "zeros",
  zero: "zeros",
  gaussian: "normal",
  normal: "gaussian",
  truncnormal: "truncated_normal",
  swish: "silu",
  linear: "identity",
  none: "identity",
  logistic: "sigmoid",
  hardswish: "hard_swish",
  moons: "two_moons",
  csv: "file",
  npy: "file",
  mse: "mean_squared_error",
  crossentropy: "cross_entropy",
  activationfunction: "activation",
  width: "units",
  depth: "layers",
  initializer: "weights",
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The known name that was most likely meant, or null. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > 64) return null;
  const wanted = plain(name);
  const other = Object.hasOwn(OTHER_NAMES, wanted) ? OTHER_NAMES[wanted] : undefined;
  if (other !== undefined && known.includes(other)) return other;
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.round(wanted.length / 2.5)) + 1;
  for (const candidate of known) {
    const far = distance(wanted, plain(candidate));
    if (far < bestDistance) {
      best = candidate;
      bestDistance = far;
    }
  }
  return best;
}

/** `did you mean "relu"?`, or the whole list where nothing is near. */
export function suggestion(name: string, known: readonly string[], noun: string): string {
  const near = nearestName(name, known);
  return near === null ? `${noun}: ${known.join(", ")}` : `did you mean ${quoted(near)}?`;
}
