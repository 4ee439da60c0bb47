// Why a layer's weights and biases are drawn as they are, in a line of a comment: scheme, law, and the number it comes to.
import type { WeightsSpec } from "../spec/experiment";
import type { Draw } from "../spec/laws";
import { digits, quotedText } from "./python";
import type { AlikeLayers } from "./layers";

/** "Layer 1", "Layers 2 to 5", "Output". */
export function placeText({ first, last, isOutput }: AlikeLayers): string {
  if (isOutput) return `Output, layer ${first}`;
  return first === last ? `Layer ${first}` : `Layers ${first} to ${last}`;
}

export function weightsReason(layer: AlikeLayers): string {
  const { weights } = layer.spec;
  if (weights.scheme === "lsuv")
    return (
      `lsuv: drawn by ${schemeReason(weights.base, layer)}; then scaled, layer by layer, until W h has variance 1 ` +
      `within ${digits(weights.tolerance)}, in at most ${weights.max_iterations} steps`
    );
  return schemeReason(weights, layer);
}

function schemeReason(weights: WeightsSpec, { weights: { draw }, fanIn, fanOut }: AlikeLayers): string {
  const law = drawText(draw, whyOf(weights));
  const note = noteOf(weights, fanIn, fanOut);
  return `${weights.scheme}: ${law}${note === "" ? "" : `; ${note}`}`;
}

export function biasReason({ spec: { bias }, bias: { draw } }: AlikeLayers): string {
  if (draw.kind === "constant")
    return bias.scheme === "constant" ? `constant ${digits(draw.value)}` : bias.scheme;
  return `${bias.scheme}: ${drawText(draw, bias.scheme === "torch_linear_default" ? "1 / sqrt(fan_in)" : null)}`;
}

/** The law in numbers; `why` is the formula of its std or bound. */
function drawText(draw: Draw, why: string | null): string {
  const number = (value: number) => (why === null ? digits(value) : `${why} = ${digits(value)}`);
  switch (draw.kind) {
    case "constant":
      return `every entry ${digits(draw.value)}`;
    case "normal":
      return `N(${digits(draw.mean)}, std^2), std = ${number(draw.std)}`;
    case "uniform":
      return draw.low === -draw.high
        ? `U(-b, b), b = ${number(draw.high)}`
        : `U(${digits(draw.low)}, ${digits(draw.high)})`;
    case "truncated_normal":
      return (
        `N(${digits(draw.mean)}, s^2) given that it lies in [${digits(draw.low)}, ${digits(draw.high)}], ` +
        (why === null
          ? `s = ${digits(draw.std)} before the cut`
          : `s = ${why} / 0.87962566 = ${digits(draw.std)}`)
      );
    case "orthogonal":
      return `rows or columns orthonormal, uniform among all such matrices, times ${digits(draw.gain)}`;
    case "identity":
      return `${digits(draw.gain)} on the diagonal, else 0`;
    case "sparse":
      return `N(0, std^2), std = ${digits(draw.std)}, and in each column ${draw.zerosPerColumn} entries 0`;
    case "zero_hadamard":
      return draw.order === 0
        ? "the identity, since the layer does not widen"
        : `the corner of the Hadamard matrix of order ${draw.order}, times ${digits(draw.scale)}`;
    case "file":
      return `from ${quotedText(draw.path)}${draw.tensor === null ? "" : `, array ${quotedText(draw.tensor)}`}`;
  }
}

/** Formula of the std or bound; null where the numbers were given. */
function whyOf(weights: WeightsSpec): string | null {
  switch (weights.scheme) {
    case "xavier_normal":
      return `${digits(weights.gain)} sqrt(2 / (fan_in + fan_out))`;
    case "xavier_uniform":
      return `${digits(weights.gain)} sqrt(6 / (fan_in + fan_out))`;
    case "he_normal":
      return `gain / sqrt(${weights.mode})`;
    case "he_uniform":
      return `gain sqrt(3 / ${weights.mode})`;
    case "lecun_normal":
      return "1 / sqrt(fan_in)";
    case "lecun_uniform":
      return "sqrt(3 / fan_in)";
    case "variance_scaling":
      return `sqrt(${weights.distribution === "uniform" ? "3 " : ""}${digits(weights.scale)} / ${weights.mode})`;
    case "critical":
      return "sigma_w / sqrt(fan_in)";
    case "torch_linear_default":
      return "1 / sqrt(fan_in)";
    case "keras_dense_default":
      return "sqrt(6 / (fan_in + fan_out))";
    default:
      return null;
  }
}

function noteOf(weights: WeightsSpec, fanIn: number, fanOut: number): string {
  switch (weights.scheme) {
    case "he_normal":
    case "he_uniform": {
      const { nonlinearity, negative_slope: slope } = weights;
      if (nonlinearity === "leaky_relu") return `gain of leaky_relu, slope ${digits(slope)}`;
      return nonlinearity === "forward" || nonlinearity === "variance" || nonlinearity === "backward"
        ? `gain computed for this activation, criterion "${nonlinearity}"`
        : `gain of ${nonlinearity}`;
    }
    case "variance_scaling":
      return weights.distribution === "truncated_normal"
        ? "cut at 2 s; 0.87962566 is the std of N(0, 1) cut at 2, so that the entries have the std asked for"
        : "";
    case "critical":
      return `sigma_w is where chi_1 = 1 for this activation and sigma_b = ${digits(weights.sigma_b)}`;
    case "torch_linear_default":
      return "a third of LeCun's variance";
    case "sparse":
      return `ceil(${digits(weights.sparsity)} fan_out) of ${fanOut}`;
    case "orthogonal":
      return fanOut <= fanIn ? "the rows" : "the columns";
    default:
      return "";
  }
}
