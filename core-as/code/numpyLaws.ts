// The laws of the lab written out in NumPy, a closure each: draw(rng, shape) -> array. Keras takes them over where it
// has no initializer of its own that means the same.
import type { Draw } from "../spec/laws";
import type { WeightsSpec } from "../spec/experiment";
import { type Definitions, FILE_LINES } from "./parts";
import { type Argument, type Call, call, float, uncalled } from "./python";

/** What is called to get the closure; its definition is added to `definitions`. */
export function numpyLaw(draw: Draw, weights: WeightsSpec | null, definitions: Definitions): Call {
  switch (draw.kind) {
    case "constant":
      definitions.add("constant", CONSTANT);
      return call("constant", float(draw.value));
    case "normal":
      definitions.add("normal", NORMAL);
      return call("normal", float(draw.mean), float(draw.std));
    case "uniform":
      definitions.add("uniform", UNIFORM);
      return call("uniform", float(draw.low), float(draw.high));
    case "truncated_normal": {
      const name = isMostlyKept(draw) ? "truncated_normal" : "truncated_tail";
      definitions.add(name, name === "truncated_normal" ? TRUNCATED : TAIL);
      return call(name, ...[draw.mean, draw.std, draw.low, draw.high].map(float));
    }
    case "orthogonal":
      definitions.add("orthogonal", ORTHOGONAL);
      return call("orthogonal", float(draw.gain));
    case "identity":
      definitions.add("eye", EYE);
      return call("eye", float(draw.gain));
    case "sparse":
      definitions.add("sparse", SPARSE);
      return call("sparse", String(draw.zerosPerColumn), float(draw.std));
    case "zero_hadamard":
      if (draw.order === 0) {
        definitions.add("eye", EYE);
        return call("eye", "1.0");
      }
      definitions.add("hadamard", HADAMARD);
      return uncalled("hadamard");
    case "file":
      definitions.add("read_weights", FILE_LINES);
      definitions.add("from_file", FROM_FILE);
      return call("from_file", ...fileArguments(draw.path, draw.tensor, weights));
  }
}

/** Arguments of read_weights. */
export function fileArguments(path: string, tensor: string | null, weights: WeightsSpec | null): Argument[] {
  const file = weights?.scheme === "lsuv" ? weights.base : weights;
  const sha256 = file?.scheme === "file" ? file.sha256 : undefined;
  return [
    { text: path },
    ...(tensor === null ? [] : [{ keyword: "tensor", text: tensor }]),
    ...(sha256 === undefined ? [] : [{ keyword: "sha256", text: sha256 }]),
  ];
}

type Truncated = Extract<Draw, { kind: "truncated_normal" }>;

/** Bounds in units of std from the mean. */
export function unitBounds({ mean, std, low, high }: Truncated): readonly [number, number] {
  return [(low - mean) / std, (high - mean) / std];
}

/** Whether at least a sixth of the normals lies between the bounds, so that redrawing is quick. */
export function isMostlyKept(draw: Truncated): boolean {
  const [low, high] = unitBounds(draw);
  return low <= 0.6 && high >= -0.6 && high - low >= 0.8;
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
