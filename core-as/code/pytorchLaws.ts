// The laws of the lab as what fills a tensor of PyTorch in place: torch.nn.init where it means the same, else written out.
import type { WeightsSpec } from "../spec/experiment";
import type { Draw } from "../spec/laws";
import type { AlikeLayers } from "./layers";
import { type Definitions, drawnScheme, FILE_LINES, fileArguments } from "./parts";
import { type Argument, type Call, call, float, uncalled } from "./python";
import { isMostlyKept, isWithinInverse } from "./truncated";

const filled = (name: string, ...given: readonly Argument[]): Call =>
  call(`lambda w: ${name}`, "w", ...given);

export function weightsCall({ spec, weights: { draw } }: AlikeLayers, laws: Definitions): Call {
  const weights = drawnScheme(spec.weights);
  switch (weights.scheme) {
    case "xavier_normal":
    case "xavier_uniform":
      return filled(`nn.init.${weights.scheme}_`, `gain=${float(weights.gain)}`);
    case "keras_dense_default":
      return filled("nn.init.xavier_uniform_");
    case "he_normal":
    case "he_uniform": {
      const { scheme, mode, nonlinearity, negative_slope: slope } = weights;
      if (nonlinearity === "forward" || nonlinearity === "variance" || nonlinearity === "backward") break;
      return filled(
        scheme === "he_normal" ? "nn.init.kaiming_normal_" : "nn.init.kaiming_uniform_",
        ...(nonlinearity === "leaky_relu" ? [`a=${float(slope)}`] : []),
        `mode="${mode}"`,
        `nonlinearity="${nonlinearity}"`,
      );
    }
    case "lecun_normal":
      return filled("nn.init.kaiming_normal_", 'nonlinearity="linear"');
    case "lecun_uniform":
      return filled("nn.init.kaiming_uniform_", 'nonlinearity="linear"');
    case "torch_linear_default":
      return filled("nn.init.kaiming_uniform_", "a=math.sqrt(5.0)");
    case "sparse":
      return filled("nn.init.sparse_", `sparsity=${float(weights.sparsity)}`, `std=${float(weights.std)}`);
    default:
  }
  return drawCall(draw, weights, laws);
}

/** In numbers. */
export function drawCall(draw: Draw, weights: WeightsSpec | null, laws: Definitions): Call {
  switch (draw.kind) {
    case "constant":
      if (draw.value === 0) return uncalled("nn.init.zeros_");
      if (draw.value === 1) return uncalled("nn.init.ones_");
      return filled("nn.init.constant_", float(draw.value));
    case "normal":
      return filled("nn.init.normal_", `mean=${float(draw.mean)}`, `std=${float(draw.std)}`);
    case "uniform":
      return filled("nn.init.uniform_", `a=${float(draw.low)}`, `b=${float(draw.high)}`);
    case "truncated_normal": {
      const [mean, std, low, high] = [draw.mean, draw.std, draw.low, draw.high].map(float);
      if (isWithinInverse(draw))
        return filled("nn.init.trunc_normal_", `mean=${mean}`, `std=${std}`, `a=${low}`, `b=${high}`);
      const name = isMostlyKept(draw)
        ? laws.add("truncated_normal_", TRUNCATED)
        : laws.add("truncated_tail_", TAIL);
      return filled(name, `mean=${mean}`, `std=${std}`, `low=${low}`, `high=${high}`);
    }
    case "orthogonal":
      return filled("nn.init.orthogonal_", `gain=${float(draw.gain)}`);
    case "identity":
      return eye(draw.gain);
    case "sparse":
      throw new Error("torch has sparse_");
    case "zero_hadamard":
      return draw.order === 0 ? eye(1) : uncalled(laws.add("hadamard_", HADAMARD));
    case "file":
      laws.add("read_weights", FILE_LINES);
      return filled(laws.add("from_file_", FROM_FILE), ...fileArguments(draw.path, draw.tensor, weights));
  }
}

const eye = (gain: number): Call =>
  gain === 1 ? uncalled("nn.init.eye_") : call("lambda w: nn.init.eye_(w).mul_", float(gain));

export function noteOf(weights: WeightsSpec, draw: Draw): string {
  if (draw.kind === "truncated_normal")
    return isWithinInverse(draw)
      ? "trunc_normal_ takes absolute bounds, -2 and 2 if not told, and does not correct std for the cut"
      : "not trunc_normal_, whose float32 inverse is coarse this far out, down to giving the bounds themselves";
  switch (weights.scheme) {
    case "he_normal":
    case "he_uniform":
      return draw.kind === "normal" || draw.kind === "uniform" ? heNote(weights.nonlinearity) : "";
    case "lecun_normal":
    case "lecun_uniform":
      return "LeCun's rule has no name of its own; it is kaiming with the gain 1 of linear";
    case "torch_linear_default":
      return "what nn.Linear does itself: a = sqrt(5) is the gain sqrt(2 / (1 + 5)), times sqrt(3)";
    case "variance_scaling":
      return "there is no variance scaling, hence the number";
    default:
      return "";
  }
}

function heNote(nonlinearity: string): string {
  return nonlinearity === "forward" || nonlinearity === "variance" || nonlinearity === "backward"
    ? "calculate_gain does not know this gain, hence the number"
    : "";
}

const TRUNCATED = [
  "def truncated_normal_(w, mean, std, low, high):",
  '    """N(mean, std^2) given that it lies in [low, high]: absolute bounds, redrawn until it does."""',
  "    values = torch.empty(w.shape, dtype=torch.float64).normal_(mean, std)",
  "    outside = (values < low) | (values > high)",
  "    while outside.any():",
  "        again = torch.empty(int(outside.sum()), dtype=torch.float64)",
  "        values[outside] = again.normal_(mean, std)",
  "        outside = (values < low) | (values > high)",
  "    return w.copy_(values)",
];

const TAIL = [
  "def truncated_tail_(w, mean, std, low, high):",
  '    """N(mean, std^2) given that it lies in [low, high], absolute bounds, where little of it lies.',
  "",
  "    Proposals are exponential from the bound nearest the mean, or uniform where the mean lies",
  "    between the bounds, and kept by the ratio of the densities (Robert 1995).",
  '    """',
  "    a, b = (low - mean) / std, (high - mean) / std",
  "    side = -1.0 if b < 0.0 else 1.0",
  "    a, b = (a, b) if b >= 0.0 else (-b, -a)",
  "    rate = max(a, 0.0)",
  "    values = torch.empty(w.shape, dtype=torch.float64)",
  "    missing = torch.ones(w.shape, dtype=torch.bool)",
  "    while missing.any():",
  "        u, v = torch.rand(2, int(missing.sum()), dtype=torch.float64)",
  "        if rate == 0.0:",
  "            x = a + u * (b - a)",
  "        else:",
  "            x = a - torch.log1p(u * math.expm1(-rate * (b - a))) / rate",
  "        values[missing] = x",
  "        missing[missing.clone()] = v >= torch.exp(-0.5 * (x - rate) ** 2)",
  "    return w.copy_((mean + side * std * values).clamp(low, high))",
];

const HADAMARD = [
  "def hadamard_(w):",
  '    """Corner of an orthonormal Hadamard matrix: ZerO (Zhao et al. 2021) where a layer widens."""',
  "    matrix = torch.ones(1, 1)",
  "    while len(matrix) < w.shape[0]:",
  "        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])",
  "    return w.copy_(matrix[: w.shape[0], : w.shape[1]] / math.sqrt(len(matrix)))",
];

const FROM_FILE = [
  "def from_file_(w, path, tensor=None, sha256=None):",
  '    """The weights of a file; refuses another shape."""',
  "    weight = np.array(read_weights(path, tensor, sha256), np.float32)",
  "    if weight.shape != tuple(w.shape):",
  '        raise ValueError(f"{path}: has shape {weight.shape}; needed {tuple(w.shape)}")',
  "    return w.copy_(torch.from_numpy(weight))",
];
