// NumPy: the network written out, in float32.
import { activationParameter, isFormula } from "../spec/activations";
import type { ActivationName, ActivationSpec } from "../spec/experiment";
import { type Dialect, type Elementwise, pythonFormula } from "./formula";
import { type Head, sourceText } from "./head";
import { activationTitle, type CodeModel } from "./model";
import { numpyLaw } from "./numpyLaws";
import {
  addNormalizations,
  COMPARE_LINES,
  Definitions,
  layerClassLines,
  READER_LINES,
  runLines,
  tableLines,
} from "./parts";
import { comment, expressionLines, float } from "./python";

export const NUMPY_FILE = "init_numpy.py";

const HEAD: Head = {
  framework: "NumPy",
  fileName: NUMPY_FILE,
  stream: "NumPy's generator is another",
  imports: [{ line: "import numpy as np" }],
};

export function numpySource(model: CodeModel): string {
  const functions = new Definitions();
  for (const { name, activation } of model.activations) defineActivation(name, activation, functions);
  addNormalizations(model, NORMALIZATIONS, functions);
  const laws = new Definitions();
  const table = tableLines(model, {
    framework: "NumPy",
    weights: "weight",
    weightsCall: (layer) => numpyLaw(layer.weights.draw, layer.spec.weights, laws),
    biasCall: (layer) => numpyLaw(layer.bias.draw, null, laws),
    weightsNote: () => "",
  });
  return sourceText(model, HEAD, [
    layerClassLines(model, "weight", "its sizes, the laws of its tensors, what follows W h + b"),
    ...functions.blocks,
    READER_LINES,
    ...laws.blocks,
    table,
    runLines(model),
    forwardLines,
    initializeLines(model),
    ...(model.isRescaled ? [RESCALE_LINES] : []),
    COMPARE_LINES,
    mainLines(model),
  ]);
}

const NUMPY: Dialect = {
  functions: {
    abs: "np.abs",
    sign: "np.sign",
    exp: "np.exp",
    expm1: "np.expm1",
    log: "np.log",
    log1p: "np.log1p",
    sqrt: "np.sqrt",
    sin: "np.sin",
    cos: "np.cos",
    tanh: "np.tanh",
    sigmoid: "sigmoid",
    relu: "relu",
    softplus: "softplus",
    erf: "erf",
    erfc: "erfc",
  },
  maximum: "np.maximum",
  minimum: "np.minimum",
  where: "np.where",
  zerosLike: "np.zeros_like",
  equality: null,
  power: null,
  array: null,
};

/** Functions that NumPy lacks. */
const OWN: Partial<Record<Elementwise, readonly string[]>> = {
  sigmoid: [
    "def sigmoid(z):",
    '    """1 / (1 + exp(-z)), the exponential never above 1."""',
    "    e = np.exp(-np.abs(z))",
    "    return np.where(z < 0.0, e, 1.0) / (1.0 + e)",
  ],
  relu: ["def relu(z):", "    return np.maximum(z, 0.0)"],
  softplus: ["def softplus(z):", '    """log(1 + exp(z))."""', "    return np.logaddexp(z, 0.0)"],
  erf: [
    "# scipy.special.erf is quicker, where SciPy is at hand.",
    "erf = np.vectorize(math.erf, otypes=[float])",
  ],
  erfc: [
    "# scipy.special.erfc is quicker, where SciPy is at hand.",
    "erfc = np.vectorize(math.erfc, otypes=[float])",
  ],
};

interface Body {
  readonly expression: string;
  readonly needs?: readonly Elementwise[];
}

/** p: the parameter's value. */
const BODIES: Readonly<Record<ActivationName, (p: string) => Body>> = {
  identity: () => ({ expression: "z" }),
  sigmoid: () => ({ expression: "sigmoid(z)", needs: ["sigmoid"] }),
  tanh: () => ({ expression: "np.tanh(z)" }),
  relu: () => ({ expression: "np.maximum(z, 0.0)" }),
  leaky_relu: (p) => ({ expression: `np.where(z > 0.0, z, ${p} * z)` }),
  prelu: (p) => ({ expression: `np.where(z > 0.0, z, ${p} * z)` }),
  elu: (p) => ({ expression: `np.where(z > 0.0, z, ${p} * np.expm1(np.minimum(z, 0.0)))` }),
  selu: () => ({
    expression: `1.0507009873554805 * np.where(z > 0.0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0.0)))`,
  }),
  celu: (p) => ({ expression: `np.where(z > 0.0, z, ${p} * np.expm1(np.minimum(z, 0.0) / ${p}))` }),
  gelu: () => ({ expression: "0.5 * z * erfc(-z / math.sqrt(2.0)).astype(z.dtype)", needs: ["erfc"] }),
  gelu_tanh: () => ({
    expression: "0.5 * z * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (z + 0.044715 * z**3)))",
  }),
  silu: () => ({ expression: "z * sigmoid(z)", needs: ["sigmoid"] }),
  mish: () => ({ expression: "z * np.tanh(softplus(z))", needs: ["softplus"] }),
  softplus: () => ({ expression: "softplus(z)", needs: ["softplus"] }),
  softsign: () => ({ expression: "z / (1.0 + np.abs(z))" }),
  hardtanh: () => ({ expression: "np.clip(z, -1.0, 1.0)" }),
  hard_sigmoid: () => ({ expression: "np.clip(z / 6.0 + 0.5, 0.0, 1.0)" }),
  hard_swish: () => ({ expression: "z * np.clip(z / 6.0 + 0.5, 0.0, 1.0)" }),
  relu6: () => ({ expression: "np.clip(z, 0.0, 6.0)" }),
  sin: (p) => ({ expression: `np.sin(${p} * z)` }),
};

function defineActivation(name: string, activation: ActivationSpec, functions: Definitions): void {
  if (isFormula(activation)) {
    const { text, used } = pythonFormula(activation, NUMPY);
    for (const need of used) define(need, functions);
    functions.add(name, [
      ...comment(activationTitle(activation)),
      `def ${name}(z):`,
      '    with np.errstate(all="ignore"):',
      ...expressionLines("value =", text, "        "),
      "    return np.asarray(value, z.dtype)",
    ]);
    return;
  }
  const { expression, needs = [] } = BODIES[activation.name](float(activationParameter(activation)));
  for (const need of needs) define(need, functions);
  functions.add(name, [`def ${name}(z):`, ...expressionLines("return", expression, "    ")]);
}

function define(name: Elementwise, functions: Definitions): void {
  const lines = OWN[name];
  if (lines) functions.add(name, lines);
}

const NORMALIZATIONS = {
  layer: [
    "def layer_norm(z):",
    '    """Over the units of a sample (Ba et al. 2016), without gain and shift."""',
    "    centred = z - z.mean(axis=-1, keepdims=True)",
    "    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)",
  ],
  batch: [
    "def batch_norm(z):",
    '    """Over the samples of the batch (Ioffe & Szegedy 2015), without gain and shift."""',
    "    centred = z - z.mean(axis=0)",
    "    return centred / np.sqrt((centred**2).mean(axis=0) + 1e-5)",
  ],
  rms: [
    "def rms_norm(z):",
    '    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""',
    "    return z / np.sqrt((z**2).mean(axis=-1, keepdims=True) + 1e-5)",
  ],
} as const;

const forwardLines = [
  "def forward(params, inputs, starts=None):",
  '    """[(z, h)] of every layer for inputs [samples, features]; the last h is the output."""',
  "",
  "    def dense(k, h):",
  "        weight, bias = params[k - 1]",
  "        return h @ weight.T + bias",
  "",
  "    return run(dense, np.asarray(inputs, np.float32), starts)",
];

function initializeLines(model: CodeModel): string[] {
  return [
    `def initialize(seed=SEED${model.isRescaled ? ", *, inputs" : ""}):`,
    model.isRescaled
      ? '    """[(weight [fan_out, fan_in], bias [fan_out])], freshly drawn; lsuv scales by these inputs."""'
      : '    """[(weight [fan_out, fan_in], bias [fan_out])], freshly drawn."""',
    "    rng = np.random.default_rng(seed)",
    "    params = []",
    "    for layer in LAYERS:",
    "        weight = layer.weight(rng, (layer.fan_out, layer.fan_in))",
    "        bias = layer.bias(rng, (layer.fan_out,))",
    "        params.append((weight.astype(np.float32), bias.astype(np.float32)))",
    model.isRescaled ? "    return rescale(params, inputs)" : "    return params",
  ];
}

const RESCALE_LINES = [
  "def rescale(params, inputs):",
  '    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization."""',
  "    params = list(params)",
  "",
  "    def dense(k, h):",
  "        weight, bias = params[k - 1]",
  "        if LAYERS[k - 1].lsuv is not None:",
  "            tolerance, most = LAYERS[k - 1].lsuv",
  "            for _ in range(most):",
  "                variance = np.var(h @ weight.T, dtype=np.float64)",
  "                if abs(variance - 1.0) <= tolerance:",
  "                    break",
  "                weight = (weight / np.sqrt(variance)).astype(np.float32)",
  "            params[k - 1] = weight, bias",
  "        return h @ weight.T + bias",
  "",
  "    run(dense, np.asarray(inputs, np.float32))",
  "    return params",
];

function mainLines(model: CodeModel): string[] {
  return [
    'if __name__ == "__main__":',
    "    if len(sys.argv) > 1:",
    "        lab = read_safetensors(sys.argv[1])",
    "        params, starts = lab_weights(lab), lab_starts(lab)",
    "        compare(forward(params, starts[0]), forward(params, starts[0], starts), lab)",
    ...(model.isRescaled
      ? [
          "    else:",
          "        # lsuv asks for inputs; put your own here.",
          `        batch = np.random.default_rng(SEED).normal(size=(1000, ${model.features}))`,
          "        describe(initialize(inputs=batch))",
        ]
      : ["    else:", "        describe(initialize())"]),
  ];
}
