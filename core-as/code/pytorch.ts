// PyTorch: an nn.Module whose tensors torch.nn.init fills, where it means what the lab means.
import { activationParameter, isFormula } from "../spec/activations";
import type { ActivationName, ActivationSpec } from "../spec/experiment";
import { type Dialect, pythonFormula } from "./formula";
import { type Head, sourceText } from "./head";
import { activationTitle, type CodeModel } from "./model";
import { drawCall, weightsCall, noteOf } from "./pytorchLaws";
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

export const PYTORCH_FILE = "init_pytorch.py";

const HEAD: Head = {
  framework: "PyTorch",
  fileName: PYTORCH_FILE,
  stream: "PyTorch's generator is another",
  imports: [
    { line: "import numpy as np" },
    { line: "import torch" },
    { line: "import torch.nn.functional as F", by: /\bF\./ },
    { line: "from torch import nn" },
  ],
};

export function pytorchSource(model: CodeModel): string {
  const functions = new Definitions();
  for (const { name, activation } of model.activations)
    functions.add(name, activationLines(name, activation));
  addNormalizations(model, NORMALIZATIONS, functions);
  const laws = new Definitions();
  const table = tableLines(model, {
    framework: "PyTorch",
    weights: "weight",
    weightsCall: (layer) => weightsCall(layer, laws),
    biasCall: (layer) => drawCall(layer.bias.draw, null, laws),
    weightsNote: ({ spec, weights }) => noteOf(drawnScheme(spec.weights), weights.draw),
  });
  return sourceText(model, HEAD, [
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
  ]);
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

const NETWORK_LINES = [
  "class Network(nn.Module):",
  '    """Gives [(z, h)] of every layer for inputs [samples, features]; the last h is the output.',
  "",
  "    Freshly drawn, or with the weights and biases of the lab's tensors.",
  '    """',
  "",
  "    def __init__(self, tensors=None):",
  "        super().__init__()",
  "        # Linear draws its own default first, which is overwritten at once.",
  "        self.layers = nn.ModuleList(nn.Linear(layer.fan_in, layer.fan_out) for layer in LAYERS)",
  "        if tensors is None:",
  "            self.reset_parameters()",
  "        else:",
  "            self.load_lab(tensors)",
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
  "",
  "    def forward(self, inputs, starts=None):",
  "        return run(lambda k, h: self.layers[k - 1](h), inputs, starts)",
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
    "        network = Network(lab)",
    "        starts = [torch.from_numpy(np.array(start)) for start in lab_starts(lab)]",
    "        compare(network(starts[0]), network(starts[0], starts), lab)",
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
