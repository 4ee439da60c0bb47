// The laws of the lab written out in NumPy, a closure each: draw(rng, shape) -> array. Keras takes them over where it
// has no initializer of its own that means the same.
import type { Draw } from "../spec/laws";
import type { WeightsSpec } from "../spec/experiment";
import { type Definitions, FILE_LINES, fileArguments } from "./parts";
import { type Call, call, float, uncalled } from "./python";
import { isMostlyKept } from "./truncated";

/** What is called to get the closure; its definition is added to `definitions`. */
export function numpyLaw(draw: Draw, weights: WeightsSpec | null, definitions: Definitions): Call {
  switch (draw.kind) {
    case "constant":
      return call(definitions.add("constant", CONSTANT), float(draw.value));
    case "normal":
      return call(definitions.add("normal", NORMAL), float(draw.mean), float(draw.std));
    case "uniform":
      return call(definitions.add("uniform", UNIFORM), float(draw.low), float(draw.high));
    case "truncated_normal":
      return call(
        isMostlyKept(draw)
          ? definitions.add("truncated_normal", TRUNCATED)
          : definitions.add("truncated_tail", TAIL),
        ...[draw.mean, draw.std, draw.low, draw.high].map(float),
      );
    case "orthogonal":
      return call(definitions.add("orthogonal", ORTHOGONAL), float(draw.gain));
    case "identity":
      return call(definitions.add("eye", EYE), float(draw.gain));
    case "sparse":
      return call(definitions.add("sparse", SPARSE), String(draw.zerosPerColumn), float(draw.std));
    case "zero_hadamard":
      return draw.order === 0
        ? call(definitions.add("eye", EYE), "1.0")
        : uncalled(definitions.add("hadamard", HADAMARD));
    case "file":
      definitions.add("read_weights", FILE_LINES);
      return call(definitions.add("from_file", FROM_FILE), ...fileArguments(draw.path, draw.tensor, weights));
  }
}

const CONSTANT = [
  "def constant(value):",
  '    """Every entry the same."""',
  "    return lambda rng, shape: np.full(shape, value)",
];

const NORMAL = [
  "def normal(mean, std):",
  '    """N(mean, std^2)."""',
  "    return lambda rng, shape: rng.normal(mean, std, shape)",
];

const UNIFORM = [
  "def uniform(low, high):",
  '    """Uniform between low and high."""',
  "    return lambda rng, shape: rng.uniform(low, high, shape)",
];

const TRUNCATED = [
  "def truncated_normal(mean, std, low, high):",
  '    """N(mean, std^2) given that it lies in [low, high]: absolute bounds, redrawn until it does."""',
  "",
  "    def draw(rng, shape):",
  "        values = rng.normal(mean, std, shape)",
  "        outside = (values < low) | (values > high)",
  "        while outside.any():",
  "            values[outside] = rng.normal(mean, std, outside.sum())",
  "            outside = (values < low) | (values > high)",
  "        return values",
  "",
  "    return draw",
];

const TAIL = [
  "def truncated_tail(mean, std, low, high):",
  '    """N(mean, std^2) given that it lies in [low, high], absolute bounds, where little of it lies.',
  "",
  "    Proposals are exponential from the bound nearest the mean, or uniform where the mean lies",
  "    between the bounds, and kept by the ratio of the densities (Robert 1995).",
  '    """',
  "    a, b = (low - mean) / std, (high - mean) / std",
  "    side = -1.0 if b < 0.0 else 1.0",
  "    a, b = (a, b) if b >= 0.0 else (-b, -a)",
  "    rate = max(a, 0.0)",
  "",
  "    def draw(rng, shape):",
  "        values = np.empty(shape)",
  "        missing = np.ones(shape, bool)",
  "        while missing.any():",
  "            u = rng.random(missing.sum())",
  "            if rate == 0.0:",
  "                x = a + u * (b - a)",
  "            else:",
  "                x = a - np.log1p(u * np.expm1(-rate * (b - a))) / rate",
  "            values[missing] = x",
  "            missing[missing] = rng.random(x.size) >= np.exp(-0.5 * (x - rate) ** 2)",
  "        return np.clip(mean + side * std * values, low, high)",
  "",
  "    return draw",
];

const ORTHOGONAL = [
  "def orthogonal(gain):",
  '    """Rows or columns orthonormal, uniform among such matrices, times gain (Saxe et al. 2014)."""',
  "",
  "    def draw(rng, shape):",
  "        q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))",
  "        # QR leaves the signs of R's diagonal to chance; made positive, Q is uniform (Mezzadri).",
  "        q *= np.where(np.diag(r) < 0.0, -gain, gain)",
  "        return q if shape[0] >= shape[1] else q.T",
  "",
  "    return draw",
];

const EYE = [
  "def eye(gain):",
  '    """gain on the main diagonal, zero elsewhere."""',
  "    return lambda rng, shape: gain * np.eye(*shape)",
];

const SPARSE = [
  "def sparse(zeros, std):",
  '    """N(0, std^2), and `zeros` entries of each column, by chance, zero (Martens 2010)."""',
  "",
  "    def draw(rng, shape):",
  "        rank = rng.random(shape).argsort(axis=0)",
  "        return np.where(rank < zeros, 0.0, rng.normal(0.0, std, shape))",
  "",
  "    return draw",
];

const HADAMARD = [
  "def hadamard(rng, shape):",
  '    """Corner of an orthonormal Hadamard matrix: ZerO (Zhao et al. 2021) where a layer widens."""',
  "    matrix = np.ones((1, 1), np.float32)",
  "    while len(matrix) < shape[0]:",
  "        matrix = np.block([[matrix, matrix], [matrix, -matrix]])",
  "    return matrix[: shape[0], : shape[1]] / math.sqrt(len(matrix))",
];

const FROM_FILE = [
  "def from_file(path, tensor=None, sha256=None):",
  '    """The weights of a file; refuses another shape."""',
  "",
  "    def draw(rng, shape):",
  "        weight = read_weights(path, tensor, sha256)",
  "        if weight.shape != shape:",
  '            raise ValueError(f"{path}: has shape {weight.shape}; needed {shape}")',
  "        return weight",
  "",
  "    return draw",
];
