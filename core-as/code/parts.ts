// Parts that the sources of all frameworks have in common: the table of layers, the way through them, and the reading of
// the lab's tensors. Python and NumPy alone.
import type { Normalization, WeightsSpec } from "../spec/experiment";
import type { CodeModel } from "./model";
import { activationName } from "./model";
import { type Argument, type Call, callLines, comment, float } from "./python";
import type { AlikeLayers } from "./layers";
import { biasReason, placeText, weightsReason } from "./reason";

export interface LayerFields {
  /** Name of the field that draws the weights: "weight" or "kernel". */
  readonly weights: string;
  readonly weightsCall: (layer: AlikeLayers) => Call;
  readonly biasCall: (layer: AlikeLayers) => Call;
  /** What one should know of the framework's own initializers here, after the framework's name; "" where nothing. */
  readonly weightsNote: (layer: AlikeLayers) => string;
  readonly framework: string;
}

export function layerClassLines(model: CodeModel, weights: string, about: string): string[] {
  return [
    "class Layer(NamedTuple):",
    `    """One layer: ${about}."""`,
    "",
    "    fan_in: int",
    "    fan_out: int",
    `    ${weights}: Callable`,
    "    bias: Callable",
    "    activation: Callable",
    ...(model.isNormalized ? ["    normalize: Callable | None = None"] : []),
    ...(model.isRescaled ? ["    lsuv: tuple[float, int] | None = None  # tolerance, most steps"] : []),
  ];
}

export function tableLines(model: CodeModel, fields: LayerFields): string[] {
  const entry = (layer: AlikeLayers, indent: string): string[] => {
    const { normalization, weights, activation } = layer.spec;
    return [
      `${indent}Layer(`,
      `${indent}    fan_in=${layer.fanIn},`,
      `${indent}    fan_out=${layer.fanOut},`,
      ...callLines(`${fields.weights}=`, fields.weightsCall(layer), `${indent}    `),
      ...callLines("bias=", fields.biasCall(layer), `${indent}    `),
      `${indent}    activation=${activationName(model, activation)},`,
      ...(normalization === "none" ? [] : [`${indent}    normalize=${normalization}_norm,`]),
      ...(weights.scheme === "lsuv"
        ? [`${indent}    lsuv=(${float(weights.tolerance)}, ${weights.max_iterations}),`]
        : []),
      `${indent})`,
    ];
  };
  const lines = ["LAYERS = ["];
  for (const layer of model.layers) {
    const count = layer.last - layer.first + 1;
    const note = fields.weightsNote(layer);
    lines.push(
      ...comment(`${placeText(layer)}. Weights, ${weightsReason(layer)}.`, "    "),
      ...(note === "" ? [] : comment(`${fields.framework}: ${note}.`, "    ")),
      ...comment(`Bias, ${biasReason(layer)}.`, "    "),
    );
    if (count === 1) {
      const one = entry(layer, "    ");
      lines.push(...one.slice(0, -1), `${one.at(-1)!},`);
    } else lines.push(`    *${count} * [`, ...entry(layer, "        "), "    ],");
  }
  return [...lines, "]"];
}

/** `run(dense, inputs, starts)`: the way through the network, whoever holds the weights. */
export function runLines(model: CodeModel): string[] {
  const { residual, hiddenDepth } = model;
  const scaled = residual === null || residual.scale === 1 ? "h" : `${float(residual.scale)} * h`;
  return [
    "def run(dense, inputs, starts=None):",
    '    """[(z, h)] of every layer: preactivation and output, as the lab writes them.',
    "",
    "    dense(k, h) is W h + b of layer k, counted from 1. Where there are starts, each layer begins",
    "    with its own of them, not with the output of the layer before it.",
    ...(model.layers.some((layer) => layer.spec.normalization === "batch")
      ? ["    Batch normalization takes the moments of this batch, as the lab does."]
      : []),
    '    """',
    "    h = inputs",
    ...(residual ? ["    block = h  # where the next shortcut begins"] : []),
    "    passed = []",
    "    for k, layer in enumerate(LAYERS, start=1):",
    "        z = dense(k, h if starts is None else starts[k - 1])",
    ...(model.isNormalized
      ? ["        if layer.normalize is not None:", "            z = layer.normalize(z)"]
      : []),
    "        h = layer.activation(z)",
    ...(residual
      ? [
          residual.every === 1
            ? `        if k <= ${hiddenDepth}:`
            : `        if k <= ${hiddenDepth} and k % ${residual.every} == 0:`,
          "            if h.shape == block.shape:",
          `                h = block + ${scaled}`,
          "            block = h",
        ]
      : []),
    "        passed.append((z, h))",
    "    return passed",
  ];
}

/** The reading of .safetensors, and of the lab's weights in one. */
export const READER_LINES: readonly string[] = [
  "def read_safetensors(path):",
  '    """The arrays of a .safetensors file, by name."""',
  '    with open(path, "rb") as file:',
  '        size = int.from_bytes(file.read(8), "little")',
  "        if size > 100_000_000:",
  '            raise ValueError(f"{path}: is no .safetensors file, which was needed")',
  "        header = json.loads(file.read(size))",
  "        data = file.read()",
  '    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}',
  "    arrays = {}",
  "    for name, slot in header.items():",
  '        if name == "__metadata__":',
  "            continue",
  '        begin, end = slot["data_offsets"]',
  '        if slot["dtype"] == "BF16":  # the upper half of a float32',
  '            array = (np.frombuffer(data[begin:end], "<u2").astype("<u4") << 16).view("<f4")',
  "        else:",
  '            array = np.frombuffer(data[begin:end], types[slot["dtype"]])',
  '        arrays[name] = array.reshape(slot["shape"])',
  "    return arrays",
  "",
  "",
  "def lab_weights(tensors):",
  '    """[(weight [fan_out, fan_in], bias [fan_out])] of the lab; refuses another shape."""',
  "    pairs = []",
  "    for k, layer in enumerate(LAYERS, start=1):",
  '        weight, bias = tensors[f"layer{k}.weight"], tensors[f"layer{k}.bias"]',
  "        wanted = (layer.fan_out, layer.fan_in)",
  "        if weight.shape != wanted or bias.shape != wanted[:1]:",
  '            raise ValueError(f"layer{k}: weight {weight.shape}, bias {bias.shape}; needed {wanted}")',
  "        pairs.append((weight, bias))",
  "    return pairs",
];

/** Weights from a person's own file, where a layer has them. */
export const FILE_LINES: readonly string[] = [
  "def read_weights(path, tensor=None, sha256=None):",
  '    """An array [fan_out, fan_in] out of .npy, .npz or .safetensors; the only matrix if unnamed."""',
  '    with open(path, "rb") as file:',
  "        digest = hashlib.sha256(file.read()).hexdigest()",
  "    if sha256 not in (None, digest):",
  '        raise ValueError(f"{path}: has changed, its sha256 is {digest}")',
  '    if path.lower().endswith(".npy"):',
  "        return np.load(path)",
  '    is_npz = path.lower().endswith(".npz")',
  "    arrays = dict(np.load(path)) if is_npz else read_safetensors(path)",
  "    if tensor is None:",
  "        (tensor,) = [name for name, array in arrays.items() if array.ndim == 2]",
  "    return arrays[tensor]",
];

/** Arguments of read_weights. */
export function fileArguments(path: string, tensor: string | null, weights: WeightsSpec | null): Argument[] {
  const file = weights && drawnScheme(weights);
  const sha256 = file?.scheme === "file" ? file.sha256 : undefined;
  return [
    { text: path },
    ...(tensor === null ? [] : [{ keyword: "tensor", text: tensor }]),
    ...(sha256 === undefined ? [] : [{ keyword: "sha256", text: sha256 }]),
  ];
}

/** How far the activations are from the lab's. */
export const COMPARE_LINES: readonly string[] = [
  "def lab_starts(tensors):",
  '    """What the layers of the lab begin with: the inputs, then the outputs of the layers before."""',
  '    before = (f"layer{k}.activation" for k in range(1, len(LAYERS)))',
  '    return [tensors[name] for name in ("inputs", *before)]',
  "",
  "",
  "def difference(mine, lab):",
  '    """In words, the largest as a share of the lab\'s largest entry; what is not finite, counted."""',
  "    mine, lab = np.asarray(mine, np.float64), np.asarray(lab, np.float64)",
  "    finite = np.isfinite(mine) & np.isfinite(lab)",
  "    alike = ~finite & ((mine == lab) | (np.isnan(mine) & np.isnan(lab)))",
  "    other = ~finite & ~alike",
  "    words = []",
  "    if finite.any():",
  "        largest = max(np.abs(lab[finite]).max(), 1e-30)",
  '        words.append(f"off by {np.abs(mine - lab)[finite].max() / largest:.2g}")',
  "    if alike.any():",
  '        words.append(f"both not finite in {alike.sum()} of {lab.size}")',
  "    if other.any():",
  '        words.append(f"not finite in one and otherwise in the other in {other.sum()} of {lab.size}")',
  '    return ", ".join(words)',
  "",
  "",
  "def compare(passed, alone, tensors):",
  '    """Prints how far every layer is from the lab: on the way from the inputs, and alone.',
  "",
  "    Alone, it begins with what the lab's own layer began with. float32 rounds the sums of each",
  "    framework otherwise, and a deep network may make the difference larger at every layer.",
  '    """',
  "    for k, pairs in enumerate(zip(passed, alone), start=1):",
  '        for name, mine in zip(("preactivation", "activation"), zip(*pairs)):',
  '            on_the_way, by_itself = (difference(one, tensors[f"layer{k}.{name}"]) for one in mine)',
  '            print(f"layer{k}.{name}: {on_the_way}; alone {by_itself}")',
  "",
  "",
  "def describe(pairs):",
  '    """Prints mean and std of every weight and bias."""',
  "    for k, pair in enumerate(pairs, start=1):",
  '        for name, array in zip(("weight", "bias"), pair):',
  '            print(f"layer{k}.{name}: mean {np.mean(array):.4g}, std {np.std(array):.4g}")',
];

/** What draws: of lsuv, the scheme that draws first. */
export const drawnScheme = (weights: WeightsSpec): WeightsSpec =>
  weights.scheme === "lsuv" ? weights.base : weights;

/** Those that the layers have, as `layer_norm`. */
export function addNormalizations(
  model: CodeModel,
  lines: Readonly<Record<Exclude<Normalization, "none">, readonly string[]>>,
  definitions: Definitions,
): void {
  for (const { spec } of model.layers)
    if (spec.normalization !== "none")
      definitions.add(`${spec.normalization}_norm`, lines[spec.normalization]);
}

/** Definitions in the order in which they are first asked for, each once. */
export class Definitions {
  readonly #known = new Map<string, readonly string[]>();

  /** Gives the name back, for what refers to it. */
  add(name: string, lines: readonly string[]): string {
    if (!this.#known.has(name)) this.#known.set(name, lines);
    return name;
  }

  get blocks(): readonly (readonly string[])[] {
    return [...this.#known.values()];
  }
}
