// The laws of the lab as initializers of JAX, init(key, shape, dtype), of kernels [fan_in, fan_out]: its own where they mean
// the same, else written out.
import type { WeightsSpec } from "../spec/experiment";
import type { Draw } from "../spec/laws";
import type { AlikeLayers } from "./layers";
import { type Definitions, drawnScheme, FILE_LINES, fileArguments } from "./parts";
import { type Call, call, float, uncalled } from "./python";
import { scalingOf } from "./scaling";
import { isMostlyKept, isWithinInverse, type Truncated } from "./truncated";

export function kernelCall({ spec, weights: { draw } }: AlikeLayers, laws: Definitions): Call {
  const weights = drawnScheme(spec.weights);
  const scaling = scalingOf(weights);
  if (scaling === null) return drawCall(draw, weights, laws);
  const { scale, mode, distribution } = scaling;
  const name = distribution === "untruncated_normal" ? "normal" : distribution;
  return call("initializers.variance_scaling", scale, `"${mode}"`, `"${name}"`);
}

/** In numbers. */
export function drawCall(draw: Draw, weights: WeightsSpec | null, laws: Definitions): Call {
  switch (draw.kind) {
    case "constant":
      if (draw.value === 0) return uncalled("initializers.zeros");
      if (draw.value === 1) return uncalled("initializers.ones");
      return call("initializers.constant", float(draw.value));
    case "normal":
      if (draw.mean === 0) return call("initializers.normal", float(draw.std));
      return call(laws.add("normal", NORMAL), float(draw.mean), float(draw.std));
    case "uniform":
      return call(laws.add("uniform", UNIFORM), float(draw.low), float(draw.high));
    case "truncated_normal": {
      const name = isWithinInverse(draw)
        ? "truncated_normal"
        : isMostlyKept(draw)
          ? "truncated_by_redrawing"
          : "truncated_tail";
      return call(laws.add(name, TRUNCATED[name]), ...[draw.mean, draw.std, draw.low, draw.high].map(float));
    }
    case "orthogonal":
      return call("initializers.orthogonal", float(draw.gain));
    case "identity":
      return call(laws.add("eye", EYE), float(draw.gain));
    case "sparse":
      return call(laws.add("sparse", SPARSE), String(draw.zerosPerColumn), float(draw.std));
    case "zero_hadamard":
      return draw.order === 0 ? call(laws.add("eye", EYE), "1.0") : uncalled(laws.add("hadamard", HADAMARD));
    case "file":
      laws.add("read_weights", FILE_LINES);
      return call(laws.add("from_file", FROM_FILE), ...fileArguments(draw.path, draw.tensor, weights));
  }
}

export function noteOf(weights: WeightsSpec, draw: Draw): string {
  switch (weights.scheme) {
    case "xavier_normal":
    case "he_normal":
    case "lecun_normal":
      return scalingOf(weights) === null
        ? "there is no name for this gain, hence the number"
        : `"normal", since initializers.${weights.scheme} would be cut at 2 std`;
    case "uniform":
      return "its own uniform(scale) draws from [0, scale)";
    case "truncated_normal":
      return isWithinInverse(draw as Truncated)
        ? "random.truncated_normal takes bounds in units of std"
        : "not random.truncated_normal, whose float32 inverse is coarse this far out, down to giving the bounds";
    default:
      return "";
  }
}

const NORMAL = [
  "def normal(mean, std):",
  '    """N(mean, std^2)."""',
  "    return lambda key, shape, dtype=float: mean + std * jax.random.normal(key, shape, dtype)",
];

const UNIFORM = [
  "def uniform(low, high):",
  '    """Uniform between low and high."""',
  "    return lambda key, shape, dtype=float: jax.random.uniform(key, shape, dtype, low, high)",
];

const TRUNCATED = {
  truncated_normal: [
    "def truncated_normal(mean, std, low, high):",
    '    """N(mean, std^2) given that it lies in [low, high]: absolute bounds."""',
    "    a, b = (low - mean) / std, (high - mean) / std",
    "",
    "    def init(key, shape, dtype=float):",
    "        return mean + std * jax.random.truncated_normal(key, a, b, shape, dtype)",
    "",
    "    return init",
  ],
  truncated_by_redrawing: [
    "def truncated_by_redrawing(mean, std, low, high):",
    '    """N(mean, std^2) given that it lies in [low, high]: absolute bounds, redrawn until it does."""',
    "",
    "    def init(key, shape, dtype=float):",
    "        def outside(values):",
    "            return (values < low) | (values > high)",
    "",
    "        def redraw(state):",
    "            key, values = state",
    "            key, now = jax.random.split(key)",
    "            again = mean + std * jax.random.normal(now, shape, dtype)",
    "            return key, jnp.where(outside(values), again, values)",
    "",
    "        start = redraw((key, jnp.full(shape, jnp.inf, dtype)))",
    "        return jax.lax.while_loop(lambda state: outside(state[1]).any(), redraw, start)[1]",
    "",
    "    return init",
  ],
  truncated_tail: [
    "def truncated_tail(mean, std, low, high):",
    '    """N(mean, std^2) given that it lies in [low, high], absolute bounds, where little of it lies.',
    "",
    "    Proposals are exponential from the bound nearest the mean, or uniform where the mean lies",
    "    between the bounds, and kept by the ratio of the densities (Robert 1995). They are counted from",
    "    that bound, for float32 has few digits left far from the mean.",
    '    """',
    "    a, b = (low - mean) / std, (high - mean) / std",
    "    side, bound = (1.0, low) if b >= 0.0 else (-1.0, high)",
    "    a, b = (a, b) if b >= 0.0 else (-b, -a)",
    "    rate = max(a, 0.0)",
    "    reach = math.expm1(-rate * (b - a))",
    "    offset = a - rate  # not 0 where the mean lies between the bounds",
    "",
    "    def init(key, shape, dtype=float):",
    "        def propose(state):",
    "            key, values, missing = state",
    "            key, for_place, for_choice = jax.random.split(key, 3)",
    "            u = jax.random.uniform(for_place, shape, dtype)",
    "            x = u * (b - a) if rate == 0.0 else -jnp.log1p(u * reach) / rate",
    "            kept = jnp.exp(-0.5 * (x + offset) ** 2)",
    "            missed = jax.random.uniform(for_choice, shape, dtype) >= kept",
    "            return key, jnp.where(missing, x, values), missing & missed",
    "",
    "        start = key, jnp.zeros(shape, dtype), jnp.ones(shape, bool)",
    "        values = jax.lax.while_loop(lambda state: state[2].any(), propose, start)[1]",
    "        return jnp.clip(bound + side * std * values, low, high)",
    "",
    "    return init",
  ],
};

const EYE = [
  "def eye(gain):",
  '    """gain on the main diagonal, zero elsewhere."""',
  "    return lambda key, shape, dtype=float: gain * jnp.eye(*shape, dtype=dtype)",
];

const SPARSE = [
  "def sparse(zeros, std):",
  '    """N(0, std^2), and `zeros` entries of each row, where chance puts them, zero (Martens 2010).',
  "",
  "    Of each row of the kernel [fan_in, fan_out], which is a column of the lab's [fan_out, fan_in].",
  '    """',
  "",
  "    def init(key, shape, dtype=float):",
  "        for_rank, for_values = jax.random.split(key)",
  "        rank = jax.random.uniform(for_rank, shape).argsort(axis=1)",
  "        return jnp.where(rank < zeros, 0.0, std * jax.random.normal(for_values, shape, dtype))",
  "",
  "    return init",
];

const HADAMARD = [
  "def hadamard(key, shape, dtype=float):",
  '    """Corner of an orthonormal Hadamard matrix: ZerO (Zhao et al. 2021) where a layer widens."""',
  "    matrix = jnp.ones((1, 1), dtype)",
  "    while len(matrix) < shape[1]:",
  "        matrix = jnp.block([[matrix, matrix], [matrix, -matrix]])",
  "    return matrix[: shape[0], : shape[1]] / math.sqrt(len(matrix))",
];

const FROM_FILE = [
  "def from_file(path, tensor=None, sha256=None):",
  '    """The weights [fan_out, fan_in] of a file, transposed; refuses another shape."""',
  "",
  "    def init(key, shape, dtype=float):",
  "        weight = read_weights(path, tensor, sha256)",
  "        if weight.shape != shape[::-1]:",
  '            raise ValueError(f"{path}: has shape {weight.shape}; needed {shape[::-1]}")',
  "        return jnp.asarray(weight.T, dtype)",
  "",
  "    return init",
];
