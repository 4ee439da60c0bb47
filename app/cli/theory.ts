// initlab theory: what mean-field theory says of one activation at one (sigma_w, sigma_b).
import { readFile } from "node:fs/promises";
import { FormulaError, parseFormula } from "../../core-as/formula";
import { activationFunctions } from "../../core-as/runtime/functions";
import { MeasuringCore } from "../../core-as/runtime/tally";
import { ACTIVATION_NAMES, ACTIVATIONS } from "../../core-as/spec/activations";
import { quoted, suggestion } from "../../core-as/spec/errors";
import type { ActivationName, ActivationSpec } from "../../core-as/spec/experiment";
import { type Theory, theoryOf } from "../../core-as/theory/theory";
import { builtFiles } from "./built";
import { alignColumns } from "./columns";
import { CliError } from "./failure";
import { toJson } from "./json";
import { figure } from "../../core-as/spec/number";

export interface TheoryCommandOptions {
  readonly activation: string;
  readonly sigmaW?: number;
  readonly sigmaB?: number;
  readonly depth?: number;
  readonly json?: boolean;
}

export async function theoryCommand(options: TheoryCommandOptions): Promise<void> {
  const activation = activationOf(options.activation);
  const core = new MeasuringCore(new WebAssembly.Module(await readFile(builtFiles().core)));
  const theory = theoryOf(activationFunctions(core, activation), options);
  process.stdout.write(options.json ? `${toJson(theory)}\n` : theoryText(theory));
}

/** `tanh`, `leaky_relu:0.2`, or a formula of x. Fails with exit code 2. */
export function activationOf(text: string): ActivationSpec {
  const where = "--activation";
  const [name, given, ...rest] = text.split(":") as [string, ...string[]];
  if (!isName(name)) {
    // One word that is no activation is a slip of the pen; anything else is meant as a formula.
    if (!/^\s*[A-Za-z_]\w+\s*(:.*)?$/.test(text)) return formulaOf(text);
    throw new CliError(
      2,
      where,
      `unknown activation ${quoted(name)}; ${suggestion(name, ACTIVATION_NAMES, "the activations are")}; or a formula of x`,
    );
  }
  if (given === undefined) return { name };
  const { parameter } = ACTIVATIONS[name];
  if (parameter === null) throw new CliError(2, where, `${name} has no parameter; leave out ":${given}"`);
  const value = Number(given);
  const { min, max } = parameter.bounds;
  if (rest.length > 0 || given.trim() === "" || !(value >= min && value <= max))
    throw new CliError(
      2,
      where,
      `${quoted(text)} gives no ${parameter.name}; ${name}:X with X from ${min} to ${max} would be right`,
    );
  return { name, [parameter.name]: value };
}

function formulaOf(formula: string): ActivationSpec {
  try {
    parseFormula(formula);
    return { formula };
  } catch (error) {
    if (error instanceof FormulaError) throw new CliError(2, "--activation", error.message, { cause: error });
    throw error;
  }
}

function isName(name: string): name is ActivationName {
  return (ACTIVATION_NAMES as readonly string[]).includes(name);
}

const CRITERIA = [
  ["forward", "E[phi(z)^2] = 1/gain^2: the mean square is kept"],
  ["variance", "Var[phi(z)] = 1/gain^2: the variance is kept"],
  ["backward", "E[phi'(z)^2] = 1/gain^2: the gradient's mean square is kept"],
] as const;

const PHASES = {
  ordered: "inputs grow alike and gradients shrink",
  critical: "neither shrinks nor grows by a factor a layer",
  chaotic: "gradients grow, and inputs that are nearly alike part where they can",
};

const KINDS = {
  half_stable: "q* is approached from one side alone",
  zero: "at q* = 0",
  scale_invariant: "every q is kept",
};

/** The theory as text, lines ended by "\n". */
function theoryText(theory: Theory): string {
  const { activation, sigmaW, sigmaB, gains, criticalSigmaW, depthScales } = theory;
  const lines = [
    `${activation}, sigma_w = ${exact(sigmaW)}, sigma_b = ${exact(sigmaB)}`,
    "",
    "gains, z ~ N(0, 1)",
  ];
  for (const [criterion, meaning] of CRITERIA)
    lines.push(`  ${criterion.padEnd(9)} ${exact(gains[criterion]).padEnd(9)} ${meaning}`);
  lines.push(
    `  critical  ${exact(criticalSigmaW).padEnd(9)} chi_1 = 1 at the fixed point, for sigma_b = ${exact(sigmaB)}`,
    "",
    "fixed points of the mean square q",
    ...fixedPointLines(theory),
    "",
    `phase: ${theory.phase} (chi_1 = ${exact(theory.chi1)}): ${PHASES[theory.phase]}`,
    `depth scales in layers: q ${scaleText(depthScales.q)}, correlation ${scaleText(depthScales.c)}, gradient ${scaleText(depthScales.gradient)}`,
    trainableText(theory),
    "",
    "special points: chi_1 = 1 and dq'/dq = 1",
  );
  for (const { sigmaW: w, sigmaB: b, q, kind } of theory.specialPoints)
    lines.push(`  sigma_w = ${exact(w)}, sigma_b = ${exact(b)}, q* = ${exact(q)}: ${kind} (${KINDS[kind]})`);
  if (theory.specialPoints.length === 0) lines.push("  none");
  lines.push("", "layers, for inputs of mean square 1 and correlation 0", ...layerLines(theory));
  return lines.map((text) => `${text}\n`).join("");
}

function fixedPointLines({ fixedPoints, fixedPoint }: Theory): string[] {
  const lines = fixedPoints.map((point) => {
    const stability = point.any ? "every q is one" : point.stable ? "stable" : "not stable";
    const isReached = point.q === fixedPoint?.q;
    return `  q* = ${exact(point.q)}, ${stability}, dq'/dq = ${exact(point.slope)}, c* = ${exact(point.c)}, chi_1 = ${exact(point.chi1)}${isReached ? "  <- reached from q = 1, c = 0" : ""}`;
  });
  if (fixedPoint === null) lines.push("  none is reached from q = 1: q grows without bound");
  return lines;
}

function trainableText({ depthScales: { c } }: Theory): string {
  if (c === null) return "no fixed point, so no depth scale of the correlation";
  if (!(c < Infinity)) return "trainable at any depth, as far as 6 xi_c says (Schoenholz et al. 2017)";
  return `trainable to about 6 xi_c = ${Math.round(6 * c)} layers (Schoenholz et al. 2017)`;
}

function scaleText(scale: number | null): string {
  if (scale === null) return "–";
  return scale < 0 ? `${figure(-scale)} (growing)` : figure(scale);
}

function layerLines({ layers }: Theory): string[] {
  return alignColumns([
    { head: "layer", cells: layers.map((_, i) => String(i + 1)) },
    { head: "q", cells: layers.map(({ q }) => figure(q)) },
    { head: "correlation", cells: layers.map(({ c }) => figure(c)) },
    { head: "chi", cells: layers.map(({ chi }) => figure(chi)) },
    { head: "gradient scale", cells: layers.map(({ gradientScale }) => figure(gradientScale)) },
  ]);
}

/** Six significant digits; "none" where there is no number. */
function exact(value: number | null): string {
  return value === null ? "none" : String(Number(value.toPrecision(6)));
}
