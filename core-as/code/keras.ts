// Keras 3, whatever its backend: a functional model that gives every layer's z and h. Its own initializers where they
// mean what the lab means, else the lab's laws in NumPy. Kernels are the transpose of the lab's weights.
import { activationParameter, isFormula } from "../spec/activations";
import type { ActivationName, ActivationSpec, WeightsSpec } from "../spec/experiment";
import type { Draw } from "../spec/laws";
import { type Dialect, pythonFormula } from "./formula";
import type { AlikeLayers } from "./layers";
import { type Head, sourceText } from "./head";
import { activationTitle, type CodeModel } from "./model";
import { numpyLaw } from "./numpyLaws";
import {
  addNormalizations,
  COMPARE_LINES,
  Definitions,
  drawnScheme,
  layerClassLines,
  READER_LINES,
  runLines,
  tableLines,
} from "./parts";
import { type Argument, type Call, call, comment, expressionLines, float } from "./python";
import { scalingOf } from "./scaling";
import { type Truncated, unitBounds } from "./truncated";

export const KERAS_FILE = "init_keras.py";

const HEAD: Head = {
  framework: "Keras 3",
  fileName: KERAS_FILE,
  stream: "those of Keras's backends are others",
  imports: [{ line: "import keras" }, { line: "import numpy as np" }, { line: "from keras import ops" }],
};

export function kerasSource(model: CodeModel): string {
  const functions = new Definitions();
  for (const { name, activation } of model.activations) defineActivation(name, activation, functions);
  addNormalizations(model, NORMALIZATIONS, functions);
  const laws = new Definitions();
  const table = tableLines(model, {
    framework: "Keras",
    weights: "kernel",
    weightsCall: (layer) => kernelCall(layer, laws),
    biasCall: (layer) => drawCall(layer.bias.draw, null, laws),
    weightsNote: ({ spec, weights }) => noteOf(drawnScheme(spec.weights), weights.draw),
  });
  return sourceText(model, HEAD, [
    layerClassLines(model, "kernel", "its sizes, the initializers that a seed gives, what follows W h + b"),
    ...functions.blocks,
    READER_LINES,
    ...laws.blocks,
    table,
    runLines(model),
    buildLines(model),
    FORWARD_LINES,
    ...(model.isRescaled ? [RESCALE_LINES] : []),
    COMPARE_LINES,
    mainLines(model),
  ]);
}

const KERAS: Dialect = {
  functions: {
    abs: "ops.abs",
    sign: "ops.sign",
    exp: "ops.exp",
    expm1: "ops.expm1",
    log: "ops.log",
    log1p: "ops.log1p",
    sqrt: "ops.sqrt",
    sin: "ops.sin",
    cos: "ops.cos",
    tanh: "ops.tanh",
    sigmoid: "ops.sigmoid",
    relu: "ops.relu",
    softplus: "ops.softplus",
    erf: "ops.erf",
    erfc: "erfc",
  },
  maximum: "ops.maximum",
  minimum: "ops.minimum",
  where: "ops.where",
  zerosLike: "ops.zeros_like",
  // == of a KerasTensor asks whether two are the same object.
  equality: { "==": "ops.equal", "!=": "ops.not_equal" },
  power: "ops.power",
  array: null,
};

const ERFC = [
  "def erfc(z):",
  '    """1 - erf(z); to all digits in the upper tail where this Keras has its own."""',
  '    return ops.erfc(z) if hasattr(ops, "erfc") else 1.0 - ops.erf(z)',
];

/** p: the parameter's value. */
const EXPRESSIONS: Readonly<Record<ActivationName, (p: string) => string>> = {
  identity: () => "z",
  sigmoid: () => "ops.sigmoid(z)",
  tanh: () => "ops.tanh(z)",
  relu: () => "ops.relu(z)",
  leaky_relu: (p) => `ops.where(z > 0.0, z, ${p} * z)`,
  prelu: (p) => `ops.where(z > 0.0, z, ${p} * z)`,
  elu: (p) => `ops.elu(z, alpha=${p})`,
  selu: () => "ops.selu(z)",
  celu: (p) => `ops.where(z > 0.0, z, ${p} * ops.expm1(ops.minimum(z, 0.0) / ${p}))`,
  gelu: () => "ops.gelu(z, approximate=False)",
  gelu_tanh: () => "ops.gelu(z, approximate=True)",
  silu: () => "ops.silu(z)",
  mish: () => "z * ops.tanh(ops.softplus(z))",
  softplus: () => "ops.softplus(z)",
  softsign: () => "ops.softsign(z)",
  hardtanh: () => "ops.clip(z, -1.0, 1.0)",
  hard_sigmoid: () => "ops.hard_sigmoid(z)",
  hard_swish: () => "z * ops.hard_sigmoid(z)",
  relu6: () => "ops.relu6(z)",
  sin: (p) => `ops.sin(${p} * z)`,
};

/** Where another default, or another version of Keras, means something else. */
const ACTIVATION_NOTES: Partial<Record<ActivationName, string>> = {
  gelu: "# Left to itself, ops.gelu is the tanh form, keras.activations.gelu is not.",
  hard_sigmoid: "# Keras 3: z / 6 + 1 / 2 between 0 and 1; Keras 2 had z / 5 + 1 / 2.",
  hard_swish: "# Keras 3: by z / 6 + 1 / 2 between 0 and 1; Keras 2 had z / 5 + 1 / 2.",
  prelu: "# keras.layers.PReLU would learn this slope; the lab leaves it where it begins.",
};

function defineActivation(name: string, activation: ActivationSpec, functions: Definitions): void {
  if (isFormula(activation)) {
    const { text, used } = pythonFormula(activation, KERAS);
    if (used.has("erfc")) functions.add("erfc", ERFC);
    functions.add(name, [
      ...comment(activationTitle(activation)),
      `def ${name}(z):`,
      ...expressionLines("return", text, "    "),
    ]);
    return;
  }
  const note = ACTIVATION_NOTES[activation.name];
  functions.add(name, [
    ...(note === undefined ? [] : [note]),
    `def ${name}(z):`,
    ...expressionLines(
      "return",
      EXPRESSIONS[activation.name](float(activationParameter(activation))),
      "    ",
    ),
  ]);
}

const NORMALIZATIONS = {
  layer: [
    "def layer_norm(z):",
    '    """Over the units of a sample (Ba et al. 2016), without gain and shift."""',
    "    centred = z - ops.mean(z, axis=-1, keepdims=True)",
    "    return centred * ops.rsqrt(ops.mean(ops.square(centred), axis=-1, keepdims=True) + 1e-5)",
  ],
  batch: [
    "def batch_norm(z):",
    '    """Over the samples of this very batch (Ioffe & Szegedy 2015), without gain and shift."""',
    "    centred = z - ops.mean(z, axis=0, keepdims=True)",
    "    return centred * ops.rsqrt(ops.mean(ops.square(centred), axis=0, keepdims=True) + 1e-5)",
  ],
  rms: [
    "def rms_norm(z):",
    '    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""',
    "    return z * ops.rsqrt(ops.mean(ops.square(z), axis=-1, keepdims=True) + 1e-5)",
  ],
} as const;

const seeded = (name: string, ...given: readonly Argument[]): Call =>
  call(`lambda seed: keras.initializers.${name}`, ...given, "seed=seed");
const fixed = (name: string, ...given: readonly Argument[]): Call =>
  call(`lambda seed: keras.initializers.${name}`, ...given);

function kernelCall({ spec, weights: { draw } }: AlikeLayers, laws: Definitions): Call {
  const weights = drawnScheme(spec.weights);
  const scaling = scalingOf(weights);
  if (scaling === null) return drawCall(draw, weights, laws);
  const { scale, mode, distribution } = scaling;
  if (weights.scheme === "keras_dense_default") return seeded("GlorotUniform");
  return seeded("VarianceScaling", scale, `"${mode}"`, `"${distribution}"`);
}

/** In numbers. */
function drawCall(draw: Draw, weights: WeightsSpec | null, laws: Definitions): Call {
  switch (draw.kind) {
    case "constant":
      if (draw.value === 0) return fixed("Zeros");
      if (draw.value === 1) return fixed("Ones");
      return fixed("Constant", float(draw.value));
    case "normal":
      return seeded("RandomNormal", float(draw.mean), float(draw.std));
    case "uniform":
      return seeded("RandomUniform", float(draw.low), float(draw.high));
    case "orthogonal":
      return seeded("Orthogonal", float(draw.gain));
    case "identity":
      return fixed("Identity", float(draw.gain));
    case "truncated_normal":
      if (isCutAtTwo(draw)) return seeded("TruncatedNormal", float(draw.mean), float(draw.std));
      break;
    case "zero_hadamard":
      if (draw.order === 0) return fixed("Identity", "1.0");
      break;
    default:
  }
  const law = numpyLaw(draw, weights, laws);
  return call(`lambda seed: ${laws.add("Drawn", DRAWN)}`, "seed", law.name, ...(law.arguments ?? []));
}

/** The one cut that Keras knows. */
function isCutAtTwo(draw: Truncated): boolean {
  const [low, high] = unitBounds(draw);
  return Math.abs(low + 2) < 1e-9 && Math.abs(high - 2) < 1e-9;
}

function noteOf(weights: WeightsSpec, draw: Draw): string {
  switch (weights.scheme) {
    case "xavier_normal":
      return '"untruncated_normal", since GlorotNormal would be cut at 2 std';
    case "he_normal":
      if (scalingOf(weights) === null) return "there is no name for this gain, hence the number";
      return '"untruncated_normal", since HeNormal would be cut at 2 std';
    case "lecun_normal":
      return '"untruncated_normal", since LecunNormal would be cut at 2 std';
    case "truncated_normal":
      return isCutAtTwo(draw as Truncated)
        ? "TruncatedNormal cuts at 2 of its stddev, which it does not correct for the cut"
        : "not TruncatedNormal, which always cuts at 2 of its stddev";
    default:
      return "";
  }
}

const DRAWN = [
  "class Drawn(keras.initializers.Initializer):",
  '    """A law in NumPy, for [fan_out, fan_in] as the lab has it; a kernel is the transpose."""',
  "",
  "    def __init__(self, seed, law, *given, **named):",
  "        self.seed = seed",
  "        self.draw = law(*given, **named) if given else law",
  "",
  "    def __call__(self, shape, dtype=None):",
  "        values = self.draw(np.random.default_rng(self.seed), tuple(shape)[::-1]).T",
  "        return ops.convert_to_tensor(np.array(values), dtype=dtype or keras.config.floatx())",
];

function buildLines(model: CodeModel): string[] {
  return [
    "def build(seed=SEED):",
    '    """A model of inputs [samples, features], freshly drawn; gives z and h of every layer.',
    "",
    "    With seed None its tensors are drawn as Keras does by itself, for what overwrites them.",
    '    """',
    "    # An initializer with a seed draws the same at every call: each tensor gets one of its own.",
    "    seeds = iter((np.random.SeedSequence(seed).generate_state(2 * len(LAYERS)) >> 1).tolist())",
    "",
    "    def dense(k, h):",
    "        layer = LAYERS[k - 1]",
    "        initializers = {}",
    "        if seed is not None:",
    '            initializers["kernel_initializer"] = layer.kernel(next(seeds))',
    '            initializers["bias_initializer"] = layer.bias(next(seeds))',
    '        return keras.layers.Dense(layer.fan_out, name=f"layer{k}", **initializers)(h)',
    "",
    `    inputs = keras.Input((${model.features},))`,
    "    passed = run(dense, inputs)",
    "    return keras.Model(inputs, [tensor for pair in passed for tensor in pair])",
  ];
}

const FORWARD_LINES = [
  "def forward(model, inputs):",
  '    """[(z, h)] of every layer for inputs [samples, features]; the last h is the output."""',
  "    flat = model(ops.convert_to_tensor(inputs))",
  "    return list(zip(flat[::2], flat[1::2]))",
  "",
  "",
  "def lab_model(tensors):",
  '    """The model with the lab\'s own weights and biases."""',
  "    model = build(seed=None)",
  "    for k, (weight, bias) in enumerate(lab_weights(tensors), start=1):",
  '        model.get_layer(f"layer{k}").set_weights([weight.T, bias])',
  "    return model",
];

const RESCALE_LINES = [
  "def rescale(model, inputs):",
  '    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization.',
  "",
  "    What lsuv does after build(); it asks for inputs.",
  '    """',
  "",
  "    def dense(k, h):",
  '        layer = model.get_layer(f"layer{k}")',
  "        if LAYERS[k - 1].lsuv is not None:",
  "            tolerance, most = LAYERS[k - 1].lsuv",
  "            for _ in range(most):",
  "                variance = float(ops.var(ops.matmul(h, layer.kernel)))",
  "                if abs(variance - 1.0) <= tolerance:",
  "                    break",
  "                layer.kernel.assign(layer.kernel / math.sqrt(variance))",
  "        return layer(h)",
  "",
  '    run(dense, ops.convert_to_tensor(inputs, dtype="float32"))',
  "    return model",
];

function mainLines(model: CodeModel): string[] {
  return [
    "def in_numpy(passed):",
    "    return [tuple(map(ops.convert_to_numpy, pair)) for pair in passed]",
    "",
    "",
    "def main(path=None):",
    "    if path is not None:",
    "        lab = read_safetensors(path)",
    "        model = lab_model(lab)",
    "        starts = [ops.convert_to_tensor(start) for start in lab_starts(lab)]",
    '        alone = run(lambda k, h: model.get_layer(f"layer{k}")(h), starts[0], starts)',
    "        compare(in_numpy(forward(model, starts[0])), in_numpy(alone), lab)",
    "        return",
    ...(model.isRescaled
      ? [
          "    # lsuv asks for inputs; put your own here.",
          "    rng = np.random.default_rng(SEED)",
          `    model = rescale(build(), rng.normal(size=(1000, ${model.features})))`,
        ]
      : ["    model = build()"]),
    '    layers = [model.get_layer(f"layer{k}") for k in range(1, len(LAYERS) + 1)]',
    "    describe(layer.get_weights() for layer in layers)",
    "",
    "",
    'if __name__ == "__main__":',
    "    main(*sys.argv[1:2])",
  ];
}
