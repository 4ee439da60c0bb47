// PyTorch: an nn.Module whose tensors torch.nn.init fills, where it means what the lab means.
import { activationParameter, isFormula } from "../spec/activations";
import type { ActivationName, ActivationSpec, WeightsSpec } from "../spec/experiment";
import type { Draw } from "../spec/laws";
import { type Dialect, pythonFormula } from "./formula";
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
import { type Argument, type Call, call, comment, expressionLines, float, uncalled } from "./python";

export const PYTORCH_FILE = "init_pytorch.py";

export function pytorchSource(model: CodeModel): string {
  const functions = new Definitions();
  for (const { name, activation } of model.activations)
    functions.add(name, activationLines(name, activation));
  for (const { spec } of model.layers)
    if (spec.normalization !== "none")
      functions.add(`${spec.normalization}_norm`, NORMALIZATIONS[spec.normalization]);
  const laws = new Definitions();
  const table = tableLines(model, {
    framework: "PyTorch",
    weights: "weight",
    weightsCall: (layer) => weightsCall(layer, laws),
    biasCall: (layer) => drawCall(layer.bias.draw, null, laws),
    weightsNote: ({ spec, weights }) => noteOf(drawnScheme(spec.weights), weights.draw),
  });
  const body = [
    layerClassLines(model, "weight", "its sizes, what fills its tensors in place, what follows W h + b"),
    ...functions.blocks,
    READER_LINES,
    ...laws.blocks,
    table,
    runLines(model),
    NETWORK_LINES,
    ...(model.isRescaled ? [RESCALE_LINES] : []),
    initializeLines(model),
    COMPARE_LINES,
    mainLines(model),
  ];
  const uses = (word: string) => body.some((block) => block.some((line) => line.includes(word)));
  const head = [
    ...headLines(model, "PyTorch", PYTORCH_FILE, "PyTorch's generator is another"),
    "",
    ...(uses("hashlib.") ? ["import hashlib"] : []),
    "import json",
    ...(uses("math.") ? ["import math"] : []),
    "import sys",
    `from typing import ${typingNames(model)}`,
    "",
    "import numpy as np",
    "import torch",
    ...(uses("F.") ? ["import torch.nn.functional as F"] : []),
    "from torch import nn",
    "",
    `SEED = ${model.spec.seed}`,
  ];
  return joinedBlocks(head, body);
}

const TORCH: Dialect = {
  functions: {
    abs: "torch.abs",
    sign: "torch.sign",
    exp: "torch.exp",
    expm1: "torch.expm1",
    log: "torch.log",
    log1p: "torch.log1p",
    sqrt: "torch.sqrt",
    sin: "torch.sin",
    cos: "torch.cos",
    tanh: "torch.tanh",
    sigmoid: "torch.sigmoid",
    relu: "F.relu",
    softplus: "F.softplus",
    erf: "torch.erf",
    erfc: "torch.erfc",
  },
  maximum: "torch.maximum",
  minimum: "torch.minimum",
  where: "torch.where",
  zerosLike: "torch.zeros_like",
  equality: null,
  power: null,
  array: (number) => `torch.tensor(${number})`,
};

/** p: the parameter's value. */
const EXPRESSIONS: Readonly<Record<ActivationName, (p: string) => string>> = {
  identity: () => "z",
  sigmoid: () => "torch.sigmoid(z)",
  tanh: () => "torch.tanh(z)",
  relu: () => "F.relu(z)",
  leaky_relu: (p) => `F.leaky_relu(z, negative_slope=${p})`,
  prelu: (p) => `F.leaky_relu(z, negative_slope=${p})`,
  elu: (p) => `F.elu(z, alpha=${p})`,
  selu: () => "F.selu(z)",
  celu: (p) => `F.celu(z, alpha=${p})`,
  gelu: () => "F.gelu(z)",
  gelu_tanh: () => 'F.gelu(z, approximate="tanh")',
  silu: () => "F.silu(z)",
  mish: () => "F.mish(z)",
  softplus: () => "F.softplus(z)",
  softsign: () => "F.softsign(z)",
  hardtanh: () => "F.hardtanh(z)",
  hard_sigmoid: () => "F.hardsigmoid(z)",
  hard_swish: () => "F.hardswish(z)",
  relu6: () => "F.relu6(z)",
  sin: (p) => `torch.sin(${p} * z)`,
};

function activationLines(name: string, activation: ActivationSpec): string[] {
  if (isFormula(activation))
    return [
      ...comment(activationTitle(activation)),
      `def ${name}(z):`,
      ...expressionLines("return", pythonFormula(activation, TORCH).text, "    "),
    ];
  return [
    ...(activation.name === "prelu"
      ? ["# nn.PReLU would learn this slope; the lab leaves it where it begins."]
      : []),
    `def ${name}(z):`,
    `    return ${EXPRESSIONS[activation.name](float(activationParameter(activation)))}`,
  ];
}

const NORMALIZATIONS = {
  layer: [
    "def layer_norm(z):",
    '    """Over the units of a sample (Ba et al. 2016), without gain and shift."""',
    "    return F.layer_norm(z, z.shape[-1:], eps=1e-5)",
  ],
  batch: [
    "def batch_norm(z):",
    '    """Over the samples of this very batch (Ioffe & Szegedy 2015), without gain and shift."""',
    "    return F.batch_norm(z, None, None, training=True, eps=1e-5)",
  ],
  rms: [
    "def rms_norm(z):",
    '    """Over the units of a sample, not centred (Zhang & Sennrich 2019), without gain."""',
    "    return z * torch.rsqrt(z.square().mean(dim=-1, keepdim=True) + 1e-5)",
  ],
} as const;

const filled = (name: string, ...given: readonly Argument[]): Call =>
  call(`lambda w: ${name}`, "w", ...given);

function weightsCall({ spec, weights: { draw } }: AlikeLayers, laws: Definitions): Call {
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
function drawCall(draw: Draw, weights: WeightsSpec | null, laws: Definitions): Call {
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
      if (isWithinReach(draw))
        return filled("nn.init.trunc_normal_", `mean=${mean}`, `std=${std}`, `a=${low}`, `b=${high}`);
      const name = isMostlyKept(draw) ? "truncated_normal_" : "truncated_tail_";
      laws.add(name, name === "truncated_normal_" ? TRUNCATED : TAIL);
      return filled(name, `mean=${mean}`, `std=${std}`, `low=${low}`, `high=${high}`);
    }
    case "orthogonal":
      return filled("nn.init.orthogonal_", `gain=${float(draw.gain)}`);
    case "identity":
      return eye(draw.gain);
    case "sparse":
      throw new Error("torch has sparse_");
    case "zero_hadamard":
      if (draw.order === 0) return eye(1);
      laws.add("hadamard_", HADAMARD);
      return uncalled("hadamard_");
    case "file":
      laws.add("read_weights", FILE_LINES);
      laws.add("from_file_", FROM_FILE);
      return filled("from_file_", ...fileArguments(draw.path, draw.tensor, weights));
  }
}

const eye = (gain: number): Call =>
  gain === 1 ? uncalled("nn.init.eye_") : call("lambda w: nn.init.eye_(w).mul_", float(gain));

/** trunc_normal_ inverts the normal law in float32, which is exact enough between four standard deviations. */
function isWithinReach(draw: Extract<Draw, { kind: "truncated_normal" }>): boolean {
  const [low, high] = unitBounds(draw);
  return isMostlyKept(draw) && low >= -4 && high <= 4;
}

function noteOf(weights: WeightsSpec, draw: Draw): string {
  if (draw.kind === "truncated_normal")
    return isWithinReach(draw)
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

const NETWORK_LINES = [
  "class Network(nn.Module):",
  '    """Gives [(z, h)] of every layer for inputs [samples, features]; the last h is the output."""',
  "",
  "    def __init__(self):",
  "        super().__init__()",
  "        # Linear draws its own default first, which reset_parameters overwrites.",
  "        self.layers = nn.ModuleList(nn.Linear(layer.fan_in, layer.fan_out) for layer in LAYERS)",
  "        self.reset_parameters()",
  "",
  "    @torch.no_grad()",
  "    def reset_parameters(self):",
  "        for linear, layer in zip(self.layers, LAYERS):",
  "            layer.weight(linear.weight)",
  "            layer.bias(linear.bias)",
  "",
  "    @torch.no_grad()",
  "    def load_lab(self, tensors):",
  '        """Takes over the lab\'s own weights and biases."""',
  "        for linear, (weight, bias) in zip(self.layers, lab_weights(tensors)):",
  "            linear.weight.copy_(torch.from_numpy(np.array(weight)))",
  "            linear.bias.copy_(torch.from_numpy(np.array(bias)))",
  "        return self",
  "",
  "    def forward(self, inputs):",
  "        return run(lambda k, h: self.layers[k - 1](h), inputs)",
];

const RESCALE_LINES = [
  "@torch.no_grad()",
  "def rescale(network, inputs):",
  '    """Layer-sequential unit variance (Mishkin & Matas 2016), without bias, before normalization."""',
  "",
  "    def dense(k, h):",
  "        linear = network.layers[k - 1]",
  "        if LAYERS[k - 1].lsuv is not None:",
  "            tolerance, most = LAYERS[k - 1].lsuv",
  "            for _ in range(most):",
  "                variance = float(F.linear(h, linear.weight).double().var(unbiased=False))",
  "                if abs(variance - 1.0) <= tolerance:",
  "                    break",
  "                linear.weight.div_(math.sqrt(variance))",
  "        return linear(h)",
  "",
  "    run(dense, inputs)",
  "    return network",
];

function initializeLines(model: CodeModel): string[] {
  return [
    `def initialize(seed=SEED${model.isRescaled ? ", *, inputs" : ""}):`,
    `    """The network, freshly drawn${model.isRescaled ? "; lsuv scales by these inputs" : ""}."""`,
    "    torch.manual_seed(seed)",
    model.isRescaled ? "    return rescale(Network(), inputs)" : "    return Network()",
  ];
}

function mainLines(model: CodeModel): string[] {
  return [
    "@torch.no_grad()",
    "def main(path=None):",
    "    if path is not None:",
    "        lab = read_safetensors(path)",
    "        network = Network().load_lab(lab)",
    '        compare(network(torch.from_numpy(np.array(lab["inputs"]))), lab)',
    "        return",
    ...(model.isRescaled
      ? [
          "    # lsuv asks for inputs; put your own here.",
          `    network = initialize(inputs=torch.randn(1000, ${model.features}))`,
        ]
      : ["    network = initialize()"]),
    "    describe((linear.weight.numpy(), linear.bias.numpy()) for linear in network.layers)",
    "",
    "",
    'if __name__ == "__main__":',
    "    main(*sys.argv[1:2])",
  ];
}
