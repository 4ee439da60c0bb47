// JAX: plain functions over a list of kernels and biases, and the same network as a flax.linen module, in one file. The
// initializers serve both. Kernels are [fan_in, fan_out], as both have them: the transpose of the lab's weights.
import { activationParameter, isFormula } from "../spec/activations";
import type { ActivationName, ActivationSpec, WeightsSpec } from "../spec/experiment";
import type { Draw } from "../spec/laws";
import { type Dialect, type Elementwise, pythonFormula } from "./formula";
import type { AlikeLayers } from "./layers";
import { activationTitle, type CodeModel } from "./model";
import { fileArguments, isMostlyKept, unitBounds } from "./numpyLaws";
import {
  COMPARE_LINES,
  Definitions,
  drawnScheme,
  FILE_LINES,
  headLines,
  joinedBlocks,
  layerClassLines,
  READER_LINES,
  runLines,
  tableLines,
  typingNames,
} from "./parts";
import { type Call, call, comment, expressionLines, float, uncalled } from "./python";
import { scalingOf } from "./scaling";

export const JAX_FILE = "init_jax.py";

export function jaxSource(model: CodeModel): string {
  const functions = new Definitions();
  const special = new Set<Elementwise>();
  for (const { name, activation } of model.activations)
    functions.add(name, activationLines(name, activation, special));
  for (const { spec } of model.layers)
    if (spec.normalization !== "none")
      functions.add(`${spec.normalization}_norm`, NORMALIZATIONS[spec.normalization]);
  const laws = new Definitions();
  const table = tableLines(model, {
    framework: "JAX",
    weights: "kernel",
    weightsCall: (layer) => kernelCall(layer, laws),
    biasCall: (layer) => drawCall(layer.bias.draw, null, laws),
    weightsNote: ({ spec, weights }) => noteOf(drawnScheme(spec.weights), weights.draw),
  });
  const body = [
    layerClassLines(model, "kernel", "its sizes, the initializers of its tensors, what follows W h + b"),
    ...functions.blocks,
    READER_LINES,
    ...laws.blocks,
    table,
    runLines(model),
    FORWARD_LINES,
    initializeLines(model),
    ...(model.isRescaled ? [RESCALE_LINES] : []),
    PARAMS_LINES,
    FLAX_LINES,
    COMPARE_LINES,
    mainLines(model),
  ];
  const uses = (word: string) => body.some((block) => block.some((line) => line.includes(word)));
  const head = [
    ...headLines(model, "JAX, plain and flax.linen", JAX_FILE, "JAX's generator is another"),
    "",
    ...(uses("hashlib.") ? ["import hashlib"] : []),
    "import json",
    ...(uses("math.") ? ["import math"] : []),
    "import sys",
    `from typing import ${typingNames(model)}`,
    "",
    "import jax",
    "import jax.numpy as jnp",
    "import numpy as np",
    ...(uses("initializers.") ? ["from jax.nn import initializers"] : []),
    ...(special.size > 0 ? [`from jax.scipy.special import ${[...special].toSorted().join(", ")}`] : []),
    "",
    "try:",
    "    import flax.linen as nn",
    "except ImportError:  # the plain functions do without it",
    "    nn = None",
    "",
    `SEED = ${model.spec.seed}`,
  ];
  return joinedBlocks(head, body);
}

const JAX: Dialect = {
  functions: {
    abs: "jnp.abs",
    sign: "jnp.sign",
    exp: "jnp.exp",
    expm1: "jnp.expm1",
    log: "jnp.log",
    log1p: "jnp.log1p",
    sqrt: "jnp.sqrt",
    sin: "jnp.sin",
    cos: "jnp.cos",
    tanh: "jnp.tanh",
    sigmoid: "jax.nn.sigmoid",
    relu: "jax.nn.relu",
    softplus: "jax.nn.softplus",
    erf: "erf",
    erfc: "erfc",
  },
  maximum: "jnp.maximum",
  minimum: "jnp.minimum",
  where: "jnp.where",
  zerosLike: "jnp.zeros_like",
  equality: null,
  power: null,
  array: null,
};

/** p: the parameter's value. */
const EXPRESSIONS: Readonly<Record<ActivationName, (p: string) => string>> = {
  identity: () => "z",
  sigmoid: () => "jax.nn.sigmoid(z)",
  tanh: () => "jnp.tanh(z)",
  relu: () => "jax.nn.relu(z)",
  leaky_relu: (p) => `jax.nn.leaky_relu(z, negative_slope=${p})`,
  prelu: (p) => `jax.nn.leaky_relu(z, negative_slope=${p})`,
  elu: (p) => `jax.nn.elu(z, alpha=${p})`,
  selu: () => "jax.nn.selu(z)",
  celu: (p) => `jax.nn.celu(z, alpha=${p})`,
  gelu: () => "jax.nn.gelu(z, approximate=False)",
  gelu_tanh: () => "jax.nn.gelu(z, approximate=True)",
  silu: () => "jax.nn.silu(z)",
  mish: () => "z * jnp.tanh(jax.nn.softplus(z))",
  softplus: () => "jax.nn.softplus(z)",
  softsign: () => "jax.nn.soft_sign(z)",
  hardtanh: () => "jax.nn.hard_tanh(z)",
  hard_sigmoid: () => "jax.nn.hard_sigmoid(z)",
  hard_swish: () => "jax.nn.hard_swish(z)",
  relu6: () => "jax.nn.relu6(z)",
  sin: (p) => `jnp.sin(${p} * z)`,
};

function activationLines(name: string, activation: ActivationSpec, special: Set<Elementwise>): string[] {
  if (isFormula(activation)) {
    const { text, used } = pythonFormula(activation, JAX);
    for (const one of used) if (one === "erf" || one === "erfc") special.add(one);
    return [
      ...comment(activationTitle(activation)),
      `def ${name}(z):`,
      ...expressionLines("return", text, "    "),
    ];
  }
  return [
    ...(activation.name === "gelu" ? ["# Left to itself, jax.nn.gelu is the tanh form."] : []),
    `def ${name}(z):`,
    `    return ${EXPRESSIONS[activation.name](float(activationParameter(activation)))}`,
  ];
}

const NORMALIZATIONS = {
  layer: [
    "def layer_norm(z):",
    '    """Over the units of a sample (Ba et al. 2016), without gain and shift."""',
    "    centred = z - z.mean(axis=-1, keepdims=True)",
    "    return centred * jax.lax.rsqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)",
  ],
  batch: [
    "def batch_norm(z):",
    '    """Over the samples of this very batch (Ioffe & Szegedy 2015), without gain and shift."""',
    "    centred = z - z.mean(axis=0)",
    "    return centred * jax.lax.rsqrt((centred**2).mean(axis=0) + 1e-5)",
  ],
  rms: [
    "def rms_norm(z):",
    '    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""',
    "    return z * jax.lax.rsqrt((z**2).mean(axis=-1, keepdims=True) + 1e-5)",
  ],
} as const;

function kernelCall({ spec, weights: { draw } }: AlikeLayers, laws: Definitions): Call {
  const weights = drawnScheme(spec.weights);
  const scaling = scalingOf(weights);
  if (scaling === null) return drawCall(draw, weights, laws);
  const { scale, mode, distribution } = scaling;
  const name = distribution === "untruncated_normal" ? "normal" : distribution;
  return call("initializers.variance_scaling", scale, `"${mode}"`, `"${name}"`);
}

/** In numbers. */
function drawCall(draw: Draw, weights: WeightsSpec | null, laws: Definitions): Call {
  switch (draw.kind) {
    case "constant":
      if (draw.value === 0) return uncalled("initializers.zeros");
      if (draw.value === 1) return uncalled("initializers.ones");
      return call("initializers.constant", float(draw.value));
    case "normal":
      if (draw.mean === 0) return call("initializers.normal", float(draw.std));
      laws.add("normal", NORMAL);
      return call("normal", float(draw.mean), float(draw.std));
    case "uniform":
      laws.add("uniform", UNIFORM);
      return call("uniform", float(draw.low), float(draw.high));
    case "truncated_normal": {
      const name = isWithinReach(draw)
        ? "truncated_normal"
        : isMostlyKept(draw)
          ? "truncated_by_redrawing"
          : "truncated_tail";
      laws.add(name, TRUNCATED[name]);
      return call(name, ...[draw.mean, draw.std, draw.low, draw.high].map(float));
    }
    case "orthogonal":
      return call("initializers.orthogonal", float(draw.gain));
    case "identity":
      laws.add("eye", EYE);
      return call("eye", float(draw.gain));
    case "sparse":
      laws.add("sparse", SPARSE);
      return call("sparse", String(draw.zerosPerColumn), float(draw.std));
    case "zero_hadamard":
      if (draw.order === 0) {
        laws.add("eye", EYE);
        return call("eye", "1.0");
      }
      laws.add("hadamard", HADAMARD);
      return uncalled("hadamard");
    case "file":
      laws.add("read_weights", FILE_LINES);
      laws.add("from_file", FROM_FILE);
      return call("from_file", ...fileArguments(draw.path, draw.tensor, weights));
  }
}

/** jax.random.truncated_normal inverts the normal law in float32: exact enough between four standard deviations. */
function isWithinReach(draw: Extract<Draw, { kind: "truncated_normal" }>): boolean {
  const [low, high] = unitBounds(draw);
  return isMostlyKept(draw) && low >= -4 && high <= 4;
}

function noteOf(weights: WeightsSpec, draw: Draw): string {
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
      return isWithinReach(draw as Extract<Draw, { kind: "truncated_normal" }>)
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
    "            is_kept = jax.random.uniform(for_choice, shape, dtype) < jnp.exp(-0.5 * (x + offset) ** 2)",
    "            return key, jnp.where(missing, x, values), missing & ~is_kept",
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

const FORWARD_LINES = [
  "def forward(params, inputs):",
  '    """[(z, h)] of every layer for inputs [samples, features]; the last h is the output."""',
  "",
  "    def dense(k, h):",
  "        kernel, bias = params[k - 1]",
  "        return h @ kernel + bias",
  "",
  "    return run(dense, jnp.asarray(inputs))",
];

function initializeLines(model: CodeModel): string[] {
  const end = model.isRescaled ? "; lsuv scales by these inputs" : "";
  return [
    `def initialize(key${model.isRescaled ? ", inputs" : ""}):`,
    `    """[(kernel [fan_in, fan_out], bias [fan_out])], freshly drawn${end}."""`,
    "    params = []",
    "    for layer in LAYERS:",
    "        key, for_kernel, for_bias = jax.random.split(key, 3)",
    "        kernel = layer.kernel(for_kernel, (layer.fan_in, layer.fan_out))",
    "        params.append((kernel, layer.bias(for_bias, (layer.fan_out,))))",
    model.isRescaled ? "    return rescale(params, inputs)" : "    return params",
  ];
}

const RESCALE_LINES = [
  "def rescale(params, inputs):",
  '    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization."""',
  "    params = list(params)",
  "",
  "    def dense(k, h):",
  "        kernel, bias = params[k - 1]",
  "        if LAYERS[k - 1].lsuv is not None:",
  "            tolerance, most = LAYERS[k - 1].lsuv",
  "            for _ in range(most):",
  "                variance = float(jnp.var(h @ kernel))",
  "                if abs(variance - 1.0) <= tolerance:",
  "                    break",
  "                kernel = kernel / math.sqrt(variance)",
  "            params[k - 1] = kernel, bias",
  "        return h @ kernel + bias",
  "",
  "    run(dense, jnp.asarray(inputs))",
  "    return params",
];

const PARAMS_LINES = [
  "def lab_params(tensors):",
  '    """The lab\'s own weights and biases, for forward()."""',
  "    return [(jnp.asarray(weight.T), jnp.asarray(bias)) for weight, bias in lab_weights(tensors)]",
  "",
  "",
  "def flax_variables(params):",
  '    """The same kernels and biases, for Network().apply()."""',
  "    layers = {}",
  "    for k, (kernel, bias) in enumerate(params, start=1):",
  '        layers[f"layer{k}"] = {"kernel": kernel, "bias": bias}',
  '    return {"params": layers}',
];

const FLAX_LINES = [
  "if nn is not None:",
  "",
  "    class Network(nn.Module):",
  '        """The same in flax.linen: init() draws by the same laws, apply() gives [(z, h)]."""',
  "",
  "        @nn.compact",
  "        def __call__(self, inputs):",
  "            def dense(k, h):",
  "                layer = LAYERS[k - 1]",
  "                return nn.Dense(",
  "                    layer.fan_out,",
  "                    kernel_init=layer.kernel,",
  "                    bias_init=layer.bias,",
  '                    name=f"layer{k}",',
  "                )(h)",
  "",
  "            return run(dense, inputs)",
];

function mainLines(model: CodeModel): string[] {
  return [
    "def main(path=None):",
    "    if path is not None:",
    "        lab = read_safetensors(path)",
    "        params = lab_params(lab)",
    "        # Some devices multiply in fewer bits, if they are let.",
    '        with jax.default_matmul_precision("highest"):',
    '            compare(forward(params, lab["inputs"]), lab)',
    "            if nn is not None:",
    '                print("flax.linen:")',
    '                compare(Network().apply(flax_variables(params), lab["inputs"]), lab)',
    "        return",
    ...(model.isRescaled
      ? [
          "    # lsuv asks for inputs; put your own here.",
          "    key, for_inputs = jax.random.split(jax.random.key(SEED))",
          `    describe(initialize(key, jax.random.normal(for_inputs, (1000, ${model.features}))))`,
        ]
      : ["    describe(initialize(jax.random.key(SEED)))"]),
    "",
    "",
    'if __name__ == "__main__":',
    "    main(*sys.argv[1:2])",
  ];
}
