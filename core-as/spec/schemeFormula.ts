// A scheme's law as LaTeX with the numbers of one layer filled in, and the same in words. Numbers come from the law
// itself (core-as/spec/laws) and, where only a run knows them, from what was measured; nothing is worked out here
// but what stands on the page.
import type { WeightsSpec } from "./experiment";
import { gainOf } from "./laws";
import { figure, whole } from "./number";
import { schemeLaw } from "./schemes";

export interface LayerNumbers {
  readonly fanIn: number;
  readonly fanOut: number;
  /** Std of the weights, by theory or as measured, where a run tells it; for gains that only the core computes. */
  readonly weightStd: number | null;
  /** Mean square of the layer's inputs. */
  readonly inputMeanSquare: number | null;
}

export interface SchemeFormula {
  readonly tex: string;
  readonly words: string;
}

/** Three significant digits in LaTeX, fewer where they say it all; `1.31 \times 10^{-4}`. */
export function texNumber(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e5 && Number(value.toPrecision(2)) === value))
    return thin(whole(value));
  const text = thin(figure(value));
  const [mantissa, power] = text.split("×10");
  if (power === undefined) return text.replace("∞", "\\infty");
  const digits = [...power].map((sign) => (sign === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign))));
  return `${mantissa} \\times 10^{${digits.join("")}}`;
}

const thin = (text: string): string => text.replaceAll("−", "-").replaceAll(/[\u202f\u00a0 ]/g, "\\,");

function squared(value: number): string {
  const text = texNumber(value);
  return /^(?:[\d.]|\\,)+$/.test(text) ? `${text}^2` : `(${text})^2`;
}

const N_IN = "n_{\\mathrm{in}}";
const N_OUT = "n_{\\mathrm{out}}";

/** The member of the union that has this scheme; two He schemes are one member. */
type Scheme<S, Of = WeightsSpec> = Of extends { readonly scheme: infer N }
  ? S extends N
    ? Of
    : never
  : never;
type Table = { readonly [S in WeightsSpec["scheme"]]: (spec: Scheme<S>, at: LayerNumbers) => SchemeFormula };

export function schemeFormula(spec: WeightsSpec, at: LayerNumbers): SchemeFormula {
  // The entry under a spec's own name takes that spec; the compiler cannot follow the pairing through the index.
  return (TABLE[spec.scheme] as (spec: WeightsSpec, at: LayerNumbers) => SchemeFormula)(spec, at);
}

/** Std of an entry in closed form, or what a run says. */
function stdOf(spec: WeightsSpec, { fanIn, fanOut, weightStd }: LayerNumbers): number | null {
  const closed = closedStd(spec, fanIn, fanOut);
  return closed ?? weightStd;
}

function closedStd(spec: WeightsSpec, fanIn: number, fanOut: number): number | null {
  if (isComputed(spec)) return null;
  return schemeLaw(spec, fanIn, fanOut, { gains: null, truncatedMoments: null }).entries.std;
}

/** Its gain is computed for the layer's activation, by the core. */
function isComputed(spec: WeightsSpec): boolean {
  if (spec.scheme === "critical") return true;
  if (spec.scheme === "lsuv") return isComputed(spec.base);
  return "nonlinearity" in spec && ["forward", "variance", "backward"].includes(spec.nonlinearity);
}

/** Var z for a law whose std does not look at the fans. */
function variance(std: number | null, { fanIn, inputMeanSquare }: LayerNumbers): SchemeFormula {
  const sigma = std === null ? "\\sigma^2" : squared(std);
  const law = `\\mathrm{Var}\\,z = ${N_IN}\\,\\sigma^2\\,\\mathbb{E}[h^2]`;
  if (std === null || inputMeanSquare === null)
    return {
      tex: `${law} = ${fanIn} \\cdot ${sigma}\\,\\mathbb{E}[h^2]`,
      words:
        "variance of the preactivations: fan in times the weights' variance times the inputs' mean square",
    };
  const result = fanIn * std * std * inputMeanSquare;
  return {
    tex: `${law} = ${fanIn} \\cdot ${sigma} \\cdot ${texNumber(inputMeanSquare)} = ${texNumber(result)}`,
    words: `variance of the preactivations: ${fanIn} inputs times ${figure(std)} squared times a mean square of ${figure(inputMeanSquare)} is ${figure(result)}`,
  };
}

/** `symbol = sqrt(law) = sqrt(numbers) = value` */
function root(symbol: string, law: string, numbers: string, value: number, words: string): SchemeFormula {
  return {
    tex: `${symbol} = ${law} = ${numbers} = ${texNumber(value)}`,
    words: `${words}: ${figure(value)}`,
  };
}

/** A gain of 1 is not written. */
const times = (gain: number): string => (gain === 1 ? "" : `${texNumber(gain)}\\,`);

function constant(value: number): SchemeFormula {
  return { tex: `W_{ij} = ${texNumber(value)}`, words: `every weight is ${figure(value)}` };
}

function diagonal(gain: number): SchemeFormula {
  return {
    tex: `W = ${times(gain)}I`,
    words: `${figure(gain)} on the diagonal, zero elsewhere`,
  };
}

function xavier(symbol: string, factor: number, gain: number, at: LayerNumbers): SchemeFormula {
  const sum = at.fanIn + at.fanOut;
  const g = gain === 1 ? "" : "g\\,";
  return root(
    symbol,
    `${g}\\sqrt{${factor}/(${N_IN}+${N_OUT})}`,
    `${times(gain)}\\sqrt{${factor}/${sum}}`,
    gain * Math.sqrt(factor / sum),
    symbol === "a" ? "drawn evenly from minus a to a, a" : "standard deviation",
  );
}

function he(spec: Scheme<"he_normal">, at: LayerNumbers): SchemeFormula {
  const isUniform = spec.scheme === "he_uniform";
  const [symbol, n] = [isUniform ? "a" : "\\sigma", spec.mode === "fan_in" ? N_IN : N_OUT];
  const fan = spec.mode === "fan_in" ? at.fanIn : at.fanOut;
  const words = isUniform ? "drawn evenly from minus a to a, a" : "standard deviation";
  const factor = isUniform ? 3 : 1;
  if (isComputed(spec)) {
    const law = isUniform ? `g\\sqrt{3/${n}}` : `g/\\sqrt{${n}}`;
    const std = at.weightStd;
    if (std === null)
      return { tex: `${symbol} = ${law}`, words: `${words}: the computed gain over the root of the fan` };
    const gain = std * Math.sqrt(fan);
    const numbers = isUniform ? `${texNumber(gain)}\\sqrt{3/${fan}}` : `${texNumber(gain)}/\\sqrt{${fan}}`;
    return root(symbol, law, numbers, std * Math.sqrt(factor), words);
  }
  const gain = gainOf(spec.nonlinearity, spec.negative_slope, null);
  const value = gain * Math.sqrt(factor / fan);
  if (spec.nonlinearity === "relu")
    return root(symbol, `\\sqrt{${2 * factor}/${n}}`, `\\sqrt{${2 * factor}/${fan}}`, value, words);
  if (gain === 1) return root(symbol, `\\sqrt{${factor}/${n}}`, `\\sqrt{${factor}/${fan}}`, value, words);
  return root(symbol, `g\\sqrt{${factor}/${n}}`, `${texNumber(gain)}\\sqrt{${factor}/${fan}}`, value, words);
}

const FAN_TEX = {
  fan_in: N_IN,
  fan_out: N_OUT,
  fan_avg: `\\tfrac12(${N_IN}+${N_OUT})`,
  fan_geo_avg: `\\sqrt{${N_IN}${N_OUT}}`,
} as const;

const TABLE: Table = {
  zeros: () => constant(0),
  ones: () => constant(1),
  constant: ({ value }) => constant(value),
  normal: ({ std }, at) => variance(std, at),
  uniform: (spec, at) => variance(stdOf(spec, at), at),
  truncated_normal: (spec, at) => variance(stdOf(spec, at), at),
  xavier_normal: ({ gain }, at) => xavier("\\sigma", 2, gain, at),
  xavier_uniform: ({ gain }, at) => xavier("a", 6, gain, at),
  he_normal: he,
  he_uniform: he,
  lecun_normal: (_spec, { fanIn }) =>
    root("\\sigma", `\\sqrt{1/${N_IN}}`, `\\sqrt{1/${fanIn}}`, Math.sqrt(1 / fanIn), "standard deviation"),
  lecun_uniform: (_spec, { fanIn }) =>
    root(
      "a",
      `\\sqrt{3/${N_IN}}`,
      `\\sqrt{3/${fanIn}}`,
      Math.sqrt(3 / fanIn),
      "drawn evenly from minus a to a, a",
    ),
  variance_scaling: ({ scale, mode, distribution }, { fanIn, fanOut }) => {
    const fan = {
      fan_in: fanIn,
      fan_out: fanOut,
      fan_avg: (fanIn + fanOut) / 2,
      fan_geo_avg: Math.sqrt(fanIn * fanOut),
    };
    const [symbol, factor] = distribution === "uniform" ? ["a", 3] : ["\\sigma", 1];
    const s = factor === 1 ? "s" : "3s";
    return root(
      symbol,
      `\\sqrt{${s}/${FAN_TEX[mode]}}`,
      `\\sqrt{${texNumber(factor * scale)}/${texNumber(fan[mode])}}`,
      Math.sqrt((factor * scale) / fan[mode]),
      distribution === "uniform" ? "drawn evenly from minus a to a, a" : "standard deviation",
    );
  },
  orthogonal: ({ gain }, at) => ({
    tex:
      at.fanOut <= at.fanIn
        ? `W W^{\\mathsf T} = ${gain === 1 ? "" : `${squared(gain)}\\,`}I`
        : `W^{\\mathsf T} W = ${gain === 1 ? "" : `${squared(gain)}\\,`}I`,
    words: `${at.fanOut <= at.fanIn ? "rows" : "columns"} at right angles, each of length ${figure(gain)}`,
  }),
  identity: ({ gain }) => diagonal(gain),
  eye: ({ gain }) => diagonal(gain),
  sparse: (spec, at) => variance(stdOf(spec, at), at),
  zero_hadamard: (spec, { fanIn, fanOut }) => {
    const { draw } = schemeLaw(spec, fanIn, fanOut, { gains: null, truncatedMoments: null });
    return draw.kind === "zero_hadamard" && draw.order > 0
      ? {
          tex: `W_{ij} = \\pm 1/\\sqrt{${draw.order}} = \\pm ${texNumber(draw.scale)}`,
          words: `a corner of the Hadamard matrix of order ${draw.order}: plus or minus ${figure(draw.scale)}`,
        }
      : diagonal(1);
  },
  lsuv: (_spec, { weightStd }) => ({
    tex: `W \\leftarrow W / \\mathrm{std}\\,z \\;\\text{until}\\; \\mathrm{Var}\\,z \\approx 1${weightStd === null ? "" : `,\\; \\sigma = ${texNumber(weightStd)}`}`,
    words: `scaled by the data until the preactivations have variance 1${weightStd === null ? "" : `; the weights' standard deviation is then ${figure(weightStd)}`}`,
  }),
  critical: (_spec, { fanIn, weightStd }) => {
    const law = `\\sigma_w/\\sqrt{${N_IN}}`;
    const words = "standard deviation for which chi is 1";
    if (weightStd === null) return { tex: `\\sigma = ${law},\\; \\chi_1 = 1`, words };
    const numbers = `${texNumber(weightStd * Math.sqrt(fanIn))}/\\sqrt{${fanIn}}`;
    return root("\\sigma", law, numbers, weightStd, words);
  },
  file: (_spec, { weightStd }) => ({
    tex: weightStd === null ? "W \\text{ as the file has it}" : `\\sigma = ${texNumber(weightStd)}`,
    words: weightStd === null ? "weights as the file has them" : `standard deviation ${figure(weightStd)}`,
  }),
  torch_linear_default: (_spec, { fanIn }) =>
    root(
      "a",
      `1/\\sqrt{${N_IN}}`,
      `1/\\sqrt{${fanIn}}`,
      1 / Math.sqrt(fanIn),
      "drawn evenly from minus a to a, a",
    ),
  keras_dense_default: (_spec, at) => xavier("a", 6, 1, at),
};
