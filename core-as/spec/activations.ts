// The built-in activations: one row each; and what is asked of any activation, typed ones too. The kernels stand in assembly/nn/activation.ts under the same code.
import { Activation } from "../shared/activation";
import { BOUNDS, type Bounds } from "./bounds";
import { formulaSwitches } from "../formula/formula";
import type { ActivationName, ActivationSpec, FormulaActivation, NamedActivation } from "./experiment";

export type ActivationParameterName = "negative_slope" | "alpha" | "omega";

export interface ActivationParameter {
  readonly name: ActivationParameterName;
  readonly default: number;
  readonly bounds: Bounds;
  readonly title: string;
}

/** What is known of phi in closed form, for one value of its parameter. */
export interface ActivationFacts {
  /** Infimum and supremum of phi; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Never falls as z rises. */
  readonly monotone: boolean;
  /** Where phi' or phi'' jumps, rising: a quadrature that is to be exact splits there. */
  readonly kinks: readonly number[];
}

/** A z counts as saturated when z <= low or z >= high: there |phi'| < 0.05 of its maximum. Null: no such end. */
export interface Saturation {
  readonly low: number | null;
  readonly high: number | null;
}

export interface ActivationRow {
  readonly code: Activation;
  readonly title: string;
  readonly parameter: ActivationParameter | null;
  /** Null where numerics.md defines none. */
  readonly saturation: Saturation | null;
  /** `parameter` is ignored by rows that have none. */
  readonly facts: (parameter: number) => ActivationFacts;
}

/** atanh(sqrt(0.95)), where 1 - tanh(z)^2 = 0.05. */
const TANH_SATURATION = 2.178272210300876;
/** 2 atanh(sqrt(0.95)), where s (1 - s) = 0.05 / 4. */
const SIGMOID_SATURATION = 4.356544420601752;
/** sqrt(20) - 1, where 1 / (1 + z)^2 = 0.05. */
const SOFTSIGN_SATURATION = 3.4721359549995796;
/** scale x alpha of selu (Klambauer et al. 2017): 1.0507009873554805 x 1.6732632423543772. */
const SELU_DEPTH = 1.7580993408473768;

/** Lowest points, from the zero of phi' in 50 digits. */
const GELU_LOW = -0.16997120747990366;
const GELU_TANH_LOW = -0.17004075057125406;
const SILU_LOW = -0.2784645427610738;
const MISH_LOW = -0.3088434130172504;
/** -3/8, at z = -3/2. */
const HARD_SWISH_LOW = -0.375;

const both = (z: number): Saturation => ({ low: -z, high: z });

function fixed(
  low: number | null,
  high: number | null,
  monotone: boolean,
  kinks: readonly number[] = [],
): (parameter: number) => ActivationFacts {
  const facts = { low, high, monotone, kinks };
  return () => facts;
}

/** max(z, 0) + slope min(z, 0). */
function leakyFacts(slope: number): ActivationFacts {
  return { low: slope > 0 ? null : 0, high: null, monotone: slope >= 0, kinks: slope === 1 ? [] : [0] };
}

const expFacts = (alpha: number): ActivationFacts => ({
  low: alpha === 0 ? 0 : -alpha,
  high: null,
  monotone: true,
  kinks: [0],
});

const slope = (value: number): ActivationParameter => ({
  name: "negative_slope",
  default: value,
  bounds: BOUNDS.negativeSlope,
  title: "Slope below zero",
});
const alpha = (bounds: Bounds): ActivationParameter => ({
  name: "alpha",
  default: 1,
  bounds,
  title: "Depth below zero",
});
const omega: ActivationParameter = {
  name: "omega",
  default: 1,
  bounds: BOUNDS.omega,
  title: "Angular frequency",
};

export const ACTIVATIONS: Readonly<Record<ActivationName, ActivationRow>> = {
  identity: {
    code: Activation.identity,
    title: "Identity",
    parameter: null,
    saturation: null,
    facts: fixed(null, null, true),
  },
  sigmoid: {
    code: Activation.sigmoid,
    title: "Sigmoid",
    parameter: null,
    saturation: both(SIGMOID_SATURATION),
    facts: fixed(0, 1, true),
  },
  tanh: {
    code: Activation.tanh,
    title: "Tanh",
    parameter: null,
    saturation: both(TANH_SATURATION),
    facts: fixed(-1, 1, true),
  },
  relu: {
    code: Activation.relu,
    title: "ReLU",
    parameter: null,
    saturation: null,
    facts: fixed(0, null, true, [0]),
  },
  leaky_relu: {
    code: Activation.leaky_relu,
    title: "Leaky ReLU",
    parameter: slope(0.01),
    saturation: null,
    facts: leakyFacts,
  },
  prelu: {
    code: Activation.prelu,
    title: "PReLU",
    parameter: slope(0.25),
    saturation: null,
    facts: leakyFacts,
  },
  elu: {
    code: Activation.elu,
    title: "ELU",
    parameter: alpha(BOUNDS.eluAlpha),
    saturation: null,
    facts: expFacts,
  },
  selu: {
    code: Activation.selu,
    title: "SELU",
    parameter: null,
    saturation: null,
    facts: fixed(-SELU_DEPTH, null, true, [0]),
  },
  celu: {
    code: Activation.celu,
    title: "CELU",
    parameter: alpha(BOUNDS.celuAlpha),
    saturation: null,
    facts: expFacts,
  },
  gelu: {
    code: Activation.gelu,
    title: "GELU",
    parameter: null,
    saturation: null,
    facts: fixed(GELU_LOW, null, false),
  },
  gelu_tanh: {
    code: Activation.gelu_tanh,
    title: "GELU (tanh form)",
    parameter: null,
    saturation: null,
    facts: fixed(GELU_TANH_LOW, null, false),
  },
  silu: {
    code: Activation.silu,
    title: "SiLU (swish)",
    parameter: null,
    saturation: null,
    facts: fixed(SILU_LOW, null, false),
  },
  mish: {
    code: Activation.mish,
    title: "Mish",
    parameter: null,
    saturation: null,
    facts: fixed(MISH_LOW, null, false),
  },
  softplus: {
    code: Activation.softplus,
    title: "Softplus",
    parameter: null,
    saturation: null,
    facts: fixed(0, null, true),
  },
  softsign: {
    code: Activation.softsign,
    title: "Softsign",
    parameter: null,
    saturation: both(SOFTSIGN_SATURATION),
    facts: fixed(-1, 1, true, [0]),
  },
  hardtanh: {
    code: Activation.hardtanh,
    title: "Hard tanh",
    parameter: null,
    saturation: both(1),
    facts: fixed(-1, 1, true, [-1, 1]),
  },
  hard_sigmoid: {
    code: Activation.hard_sigmoid,
    title: "Hard sigmoid",
    parameter: null,
    saturation: both(3),
    facts: fixed(0, 1, true, [-3, 3]),
  },
  hard_swish: {
    code: Activation.hard_swish,
    title: "Hard swish",
    parameter: null,
    saturation: null,
    facts: fixed(HARD_SWISH_LOW, null, false, [-3, 3]),
  },
  relu6: {
    code: Activation.relu6,
    title: "ReLU6",
    parameter: null,
    saturation: { low: null, high: 6 },
    facts: fixed(0, 6, true, [0, 6]),
  },
  sin: {
    code: Activation.sin,
    title: "Sine",
    parameter: omega,
    saturation: null,
    facts: fixed(-1, 1, false),
  },
};

export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as readonly ActivationName[];

export function isFormula(spec: ActivationSpec): spec is FormulaActivation {
  return "formula" in spec;
}

/** What a reader knows it by: the name, or the formula as it was typed. */
export function activationLabel(spec: ActivationSpec): string {
  return isFormula(spec) ? spec.formula : spec.name;
}

/** The value of the activation's one parameter; 0 where it has none. */
export function activationParameter(spec: NamedActivation): number {
  const parameter = ACTIVATIONS[spec.name].parameter;
  return parameter === null ? 0 : (spec[parameter.name] ?? parameter.default);
}

/**
 * The facts at the spec's own parameter. Of a formula nothing is claimed, and its kinks are those that can be worked
 * out exactly; runtime/functions.ts finds the others, with the core.
 */
export function activationFacts(spec: ActivationSpec): ActivationFacts {
  if (!isFormula(spec)) return ACTIVATIONS[spec.name].facts(activationParameter(spec));
  return {
    low: null,
    high: null,
    monotone: false,
    // Asked for seldom, and the text has to be read for it.
    get kinks() {
      return formulaSwitches(spec).points;
    },
  };
}

/** Null where no saturation is defined; formulas have none. */
export function saturationOf(spec: ActivationSpec): Saturation | null {
  return isFormula(spec) ? null : ACTIVATIONS[spec.name].saturation;
}
