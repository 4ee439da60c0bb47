// JAX: plain functions over a list of kernels and biases, and the same network as a flax.linen module, in one file. The
// initializers serve both. Kernels are [fan_in, fan_out], as both have them: the transpose of the lab's weights.
import { activationParameter, isFormula } from "../spec/activations";
import type { ActivationName, ActivationSpec } from "../spec/experiment";
import { type Dialect, pythonFormula } from "./formula";
import { type Head, sourceText } from "./head";
import { activationTitle, type CodeModel } from "./model";
import { drawCall, kernelCall, noteOf } from "./jaxLaws";
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
import { comment, expressionLines, float } from "./python";

export const JAX_FILE = "init_jax.py";

const HEAD: Head = {
  framework: "JAX, plain and flax.linen",
  fileName: JAX_FILE,
  stream: "JAX's generator is another",
  imports: [
    { line: "import jax" },
    { line: "import jax.numpy as jnp" },
    { line: "import numpy as np" },
    { line: "from jax.nn import initializers", by: /\binitializers\./ },
  ],
  attempts: [
    "try:",
    "    import flax.linen as nn",
    "except ImportError:  # the plain functions do without it",
    "    nn = None",
  ],
};

export function jaxSource(model: CodeModel): string {
  const functions = new Definitions();
  for (const { name, activation } of model.activations)
    functions.add(name, activationLines(name, activation));
  addNormalizations(model, NORMALIZATIONS, functions);
  const laws = new Definitions();
  const table = tableLines(model, {
    framework: "JAX",
    weights: "kernel",
    weightsCall: (layer) => kernelCall(layer, laws),
    biasCall: (layer) => drawCall(layer.bias.draw, null, laws),
    weightsNote: ({ spec, weights }) => noteOf(drawnScheme(spec.weights), weights.draw),
  });
  return sourceText(model, HEAD, [
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
  ]);
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
    erf: "jax.lax.erf",
    erfc: "jax.lax.erfc",
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

function activationLines(name: string, activation: ActivationSpec): string[] {
  if (isFormula(activation))
    return [
      ...comment(activationTitle(activation)),
      `def ${name}(z):`,
      ...expressionLines("return", pythonFormula(activation, JAX).text, "    "),
    ];
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

const FORWARD_LINES = [
  "def forward(params, inputs, starts=None):",
  '    """[(z, h)] of every layer for inputs [samples, features]; the last h is the output."""',
  "",
  "    def dense(k, h):",
  "        kernel, bias = params[k - 1]",
  "        return h @ kernel + bias",
  "",
  "    return run(dense, jnp.asarray(inputs), starts)",
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
  "        def __call__(self, inputs, starts=None):",
  "            def dense(k, h):",
  "                layer = LAYERS[k - 1]",
  "                return nn.Dense(",
  "                    layer.fan_out,",
  "                    kernel_init=layer.kernel,",
  "                    bias_init=layer.bias,",
  '                    name=f"layer{k}",',
  "                )(h)",
  "",
  "            return run(dense, inputs, starts)",
];

function mainLines(model: CodeModel): string[] {
  return [
    "def main(path=None):",
    "    if path is not None:",
    "        lab = read_safetensors(path)",
    "        params, starts = lab_params(lab), lab_starts(lab)",
    "        # Some devices multiply in fewer bits, if they are let.",
    '        with jax.default_matmul_precision("highest"):',
    "            compare(forward(params, starts[0]), forward(params, starts[0], starts), lab)",
    "            if nn is not None:",
    '                print("flax.linen:")',
    "                variables = flax_variables(params)",
    "                passes = (Network().apply(variables, starts[0], own) for own in (None, starts))",
    "                compare(*passes, lab)",
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
