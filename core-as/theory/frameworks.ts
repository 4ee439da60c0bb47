// The truth table: what the dense layers and the named initializers of other frameworks draw for a layer with these fans.
// Written from their sources, each row with the lab's own scheme that draws the same; a test holds the two together.
// Convolutions, embeddings and recurrent layers are not in it. Only + - * / sqrt and ceil.
import type { BiasSpec, WeightsSpec } from "../spec/experiment";
import type { Draw } from "../spec/laws";

export type FrameworkDistribution = Exclude<Draw["kind"], "zero_hadamard" | "file">;

/** Of the entries over all places and draws, as they are: after the cut, where there is one. */
interface Drawn {
  readonly distribution: FrameworkDistribution;
  readonly mean: number;
  readonly std: number;
  /** Null: no bound. */
  readonly low: number | null;
  readonly high: number | null;
  readonly truncation: Truncation | null;
}

/** A normal cut at [low, high]. */
export interface Truncation {
  readonly low: number;
  readonly high: number;
  /** Std of the normal before the cut. */
  readonly parentStd: number;
  /** The parent was widened so that the entries have the std that was asked for. */
  readonly corrected: boolean;
}

export interface FrameworkRow extends Drawn {
  readonly framework: string;
  readonly name: string;
  readonly call: string;
  readonly tensor: "weight" | "bias";
  /** What a layer draws without being asked. */
  readonly isDefault: boolean;
  /** Of a law symmetric about zero: |w| <= bound. Null: none, or not symmetric. */
  readonly bound: number | null;
  readonly note: string;
  readonly source: string;
  /** The lab's scheme that draws the same: of the weights, or of the bias. */
  readonly scheme: WeightsSpec | BiasSpec;
}

/** Std of N(0, 1) cut at +-2. */
const STD_CUT_AT_TWO = 0.8796256610342398;

function normal(std: number): Drawn {
  return { distribution: "normal", mean: 0, std, low: null, high: null, truncation: null };
}

function uniform(low: number, high: number): Drawn {
  const std = (high - low) / Math.sqrt(12);
  return { distribution: "uniform", mean: (low + high) / 2, std, low, high, truncation: null };
}

/** Symmetric about zero. */
const uniformOfStd = (std: number): Drawn => uniform(-Math.sqrt(3) * std, Math.sqrt(3) * std);

function cutAtTwo(parentStd: number, corrected: boolean): Drawn {
  const [low, high] = [-2 * parentStd, 2 * parentStd];
  const std = parentStd * STD_CUT_AT_TWO;
  const truncation = { low, high, parentStd, corrected };
  return { distribution: "truncated_normal", mean: 0, std, low, high, truncation };
}

/** Std as asked for, the parent widened. */
const corrected = (std: number): Drawn => cutAtTwo(std / STD_CUT_AT_TWO, true);

const ZEROS: Drawn = { distribution: "constant", mean: 0, std: 0, low: 0, high: 0, truncation: null };

function diagonal(fanIn: number, fanOut: number): Drawn {
  const mean = Math.min(fanIn, fanOut) / (fanIn * fanOut);
  const std = Math.sqrt(mean * (1 - mean));
  return { distribution: "identity", mean, std, low: mean < 1 ? 0 : 1, high: 1, truncation: null };
}

function orthogonal(fanIn: number, fanOut: number): Drawn {
  const std = 1 / Math.sqrt(Math.max(fanIn, fanOut));
  return { distribution: "orthogonal", mean: 0, std, low: -1, high: 1, truncation: null };
}

/** In each column of [fan_out, fan_in] ceil(sparsity fan_out) zeros. */
function sparse(sparsity: number, std: number, fanOut: number): Drawn {
  const left = fanOut - Math.ceil(sparsity * fanOut);
  const edge = left === 0 ? 0 : null;
  const entries = { mean: 0, std: std * Math.sqrt(left / fanOut), low: edge, high: edge };
  return { distribution: "sparse", ...entries, truncation: null };
}

const scaling = (
  scale: number,
  mode: "fan_in" | "fan_avg",
  distribution: "truncated_normal" | "uniform",
): WeightsSpec => ({ scheme: "variance_scaling", scale, mode, distribution });
const he = (scheme: "he_normal" | "he_uniform", nonlinearity: "relu" | "linear"): WeightsSpec => ({
  scheme,
  mode: "fan_in",
  nonlinearity,
  negative_slope: 0.01,
});
const cut = (std: number, at: number): WeightsSpec => ({
  scheme: "truncated_normal",
  mean: 0,
  std,
  low: -at,
  high: at,
});
const plain = (std: number): WeightsSpec => ({ scheme: "normal", mean: 0, std });
const between = (low: number, high: number) => ({ scheme: "uniform" as const, low, high });

type Written = Omit<FrameworkRow, keyof Drawn | "framework" | "tensor" | "isDefault" | "bound" | "source"> & {
  readonly drawn: Drawn;
  readonly tensor?: "bias";
  readonly isDefault?: true;
};

function rows(framework: string, source: string, written: readonly Written[]): FrameworkRow[] {
  return written.map(({ drawn, name, call, tensor, isDefault, note, scheme }) => ({
    framework,
    name,
    call,
    tensor: tensor ?? "weight",
    isDefault: isDefault ?? false,
    ...drawn,
    bound: drawn.high !== null && drawn.low === -drawn.high ? drawn.high : null,
    note,
    source,
    scheme,
  }));
}

const WEIGHT_OF = "[fan_in, fan_out], the transpose of the lab's";

function pytorch(fanIn: number, fanOut: number): FrameworkRow[] {
  const xavier = Math.sqrt(2 / (fanIn + fanOut));
  const kaiming = Math.sqrt(2 / fanIn);
  const own = uniform(-1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
  return rows("PyTorch", "torch.nn.Linear.reset_parameters, torch.nn.init", [
    {
      name: "Linear",
      call: "torch.nn.Linear(in, out)",
      isDefault: true,
      drawn: own,
      note: "kaiming_uniform_ with a = sqrt(5), which is U(-1/sqrt(fan_in), 1/sqrt(fan_in)): a third of LeCun's variance",
      scheme: { scheme: "torch_linear_default" },
    },
    {
      name: "Linear",
      call: "torch.nn.Linear(in, out)",
      tensor: "bias",
      isDefault: true,
      drawn: own,
      note: "not zero: the weights' own interval",
      scheme: { scheme: "torch_linear_default" },
    },
    {
      name: "uniform_",
      call: "torch.nn.init.uniform_(w)",
      drawn: uniform(0, 1),
      note: "a = 0, b = 1: not symmetric",
      scheme: between(0, 1),
    },
    { name: "normal_", call: "torch.nn.init.normal_(w)", drawn: normal(1), note: "", scheme: plain(1) },
    {
      name: "trunc_normal_",
      call: "torch.nn.init.trunc_normal_(w)",
      drawn: cutAtTwo(1, false),
      note: "a = -2, b = 2 are absolute, not in units of std, and std is not corrected for the cut",
      scheme: cut(1, 2),
    },
    {
      name: "xavier_uniform_",
      call: "torch.nn.init.xavier_uniform_(w)",
      drawn: uniformOfStd(xavier),
      note: "gain 1, whatever the activation",
      scheme: { scheme: "xavier_uniform", gain: 1 },
    },
    {
      name: "xavier_normal_",
      call: "torch.nn.init.xavier_normal_(w)",
      drawn: normal(xavier),
      note: "not truncated; gain 1, whatever the activation",
      scheme: { scheme: "xavier_normal", gain: 1 },
    },
    {
      name: "kaiming_uniform_",
      call: "torch.nn.init.kaiming_uniform_(w)",
      drawn: uniformOfStd(kaiming),
      note: 'leaky_relu with a = 0 by default, which is nonlinearity="relu"',
      scheme: he("he_uniform", "relu"),
    },
    {
      name: "kaiming_normal_",
      call: "torch.nn.init.kaiming_normal_(w)",
      drawn: normal(kaiming),
      note: 'not truncated; leaky_relu with a = 0 by default, which is nonlinearity="relu"',
      scheme: he("he_normal", "relu"),
    },
    {
      name: "kaiming_normal_, linear",
      call: 'torch.nn.init.kaiming_normal_(w, nonlinearity="linear")',
      drawn: normal(1 / Math.sqrt(fanIn)),
      note: "LeCun's rule, which has no name of its own here",
      scheme: he("he_normal", "linear"),
    },
    {
      name: "orthogonal_",
      call: "torch.nn.init.orthogonal_(w)",
      drawn: orthogonal(fanIn, fanOut),
      note: "gain 1; rows orthonormal where fan_out <= fan_in, else columns",
      scheme: { scheme: "orthogonal", gain: 1 },
    },
    {
      name: "sparse_",
      call: "torch.nn.init.sparse_(w, sparsity=0.1)",
      drawn: sparse(0.1, 0.01, fanOut),
      note: "the zeros are counted in each column, so that a unit's own number of inputs varies; std 0.01 for the rest",
      scheme: { scheme: "sparse", sparsity: 0.1, std: 0.01 },
    },
    {
      name: "eye_",
      call: "torch.nn.init.eye_(w)",
      drawn: diagonal(fanIn, fanOut),
      note: "ones on the diagonal, nothing random",
      scheme: { scheme: "eye", gain: 1 },
    },
  ]);
}

function timm(): FrameworkRow[] {
  const far = { low: -2, high: 2, parentStd: 0.02, corrected: false };
  return rows("timm", "timm.layers.weight_init", [
    {
      name: "trunc_normal_",
      call: "timm.layers.trunc_normal_(w, std=.02)",
      // At 100 standard deviations the cut takes nothing.
      drawn: {
        distribution: "truncated_normal",
        mean: 0,
        std: 0.02,
        low: -2,
        high: 2,
        truncation: far,
      },
      note: "the bounds -2 and 2 are absolute, 100 standard deviations away: in effect not truncated",
      scheme: cut(0.02, 2),
    },
    {
      name: "trunc_normal_tf_",
      call: "timm.layers.trunc_normal_tf_(w, std=.02)",
      drawn: cutAtTwo(0.02, false),
      note: "the bounds -2 and 2 are in units of std, which is not corrected for the cut",
      scheme: cut(0.02, 0.04),
    },
  ]);
}

function keras(fanIn: number, fanOut: number): FrameworkRow[] {
  const glorot = Math.sqrt(2 / (fanIn + fanOut));
  const heStd = Math.sqrt(2 / fanIn);
  const lecun = 1 / Math.sqrt(fanIn);
  const widened = "cut at 2 standard deviations of a parent widened by 1 / 0.8796, so that the std is right";
  return rows("Keras 3", "keras.layers.Dense, keras.initializers", [
    {
      name: "Dense",
      call: "keras.layers.Dense(out)",
      isDefault: true,
      drawn: uniformOfStd(glorot),
      note: `glorot_uniform, in tf-keras (Keras 2) too; the kernel is ${WEIGHT_OF}`,
      scheme: { scheme: "keras_dense_default" },
    },
    {
      name: "Dense",
      call: "keras.layers.Dense(out)",
      tensor: "bias",
      isDefault: true,
      drawn: ZEROS,
      note: "zeros",
      scheme: { scheme: "zeros" },
    },
    {
      name: "GlorotUniform",
      call: "keras.initializers.GlorotUniform()",
      drawn: uniformOfStd(glorot),
      note: "",
      scheme: scaling(1, "fan_avg", "uniform"),
    },
    {
      name: "GlorotNormal",
      call: "keras.initializers.GlorotNormal()",
      drawn: corrected(glorot),
      note: widened,
      scheme: scaling(1, "fan_avg", "truncated_normal"),
    },
    {
      name: "HeUniform",
      call: "keras.initializers.HeUniform()",
      drawn: uniformOfStd(heStd),
      note: "",
      scheme: scaling(2, "fan_in", "uniform"),
    },
    {
      name: "HeNormal",
      call: "keras.initializers.HeNormal()",
      drawn: corrected(heStd),
      note: widened,
      scheme: scaling(2, "fan_in", "truncated_normal"),
    },
    {
      name: "LecunUniform",
      call: "keras.initializers.LecunUniform()",
      drawn: uniformOfStd(lecun),
      note: "",
      scheme: scaling(1, "fan_in", "uniform"),
    },
    {
      name: "LecunNormal",
      call: "keras.initializers.LecunNormal()",
      drawn: corrected(lecun),
      note: widened,
      scheme: scaling(1, "fan_in", "truncated_normal"),
    },
    {
      name: "VarianceScaling",
      call: "keras.initializers.VarianceScaling()",
      drawn: corrected(lecun),
      note: "scale 1, fan_in, truncated_normal: the same as LecunNormal",
      scheme: scaling(1, "fan_in", "truncated_normal"),
    },
    {
      name: "RandomNormal",
      call: "keras.initializers.RandomNormal()",
      drawn: normal(0.05),
      note: "whatever the fans",
      scheme: plain(0.05),
    },
    {
      name: "RandomUniform",
      call: "keras.initializers.RandomUniform()",
      drawn: uniform(-0.05, 0.05),
      note: "whatever the fans",
      scheme: between(-0.05, 0.05),
    },
    {
      name: "TruncatedNormal",
      call: "keras.initializers.TruncatedNormal()",
      drawn: cutAtTwo(0.05, false),
      note: "stddev 0.05 is that of the parent: cut at 2 of it and not corrected, the entries have 0.0440",
      scheme: cut(0.05, 0.1),
    },
    {
      name: "Orthogonal",
      call: "keras.initializers.Orthogonal()",
      drawn: orthogonal(fanIn, fanOut),
      note: "gain 1",
      scheme: { scheme: "orthogonal", gain: 1 },
    },
    {
      name: "Identity",
      call: "keras.initializers.Identity()",
      drawn: diagonal(fanIn, fanOut),
      note: "nothing random",
      scheme: { scheme: "identity", gain: 1 },
    },
  ]);
}

function tensorflow(fanIn: number, fanOut: number): FrameworkRow[] {
  return rows("TensorFlow 1", "tf.compat.v1.layers.dense, tf.compat.v1.initializers", [
    {
      name: "dense",
      call: "tf.compat.v1.layers.dense(x, out)",
      isDefault: true,
      drawn: uniformOfStd(Math.sqrt(2 / (fanIn + fanOut))),
      note: "glorot_uniform, what get_variable takes where no initializer is given",
      scheme: scaling(1, "fan_avg", "uniform"),
    },
    {
      name: "dense",
      call: "tf.compat.v1.layers.dense(x, out)",
      tensor: "bias",
      isDefault: true,
      drawn: ZEROS,
      note: "zeros",
      scheme: { scheme: "zeros" },
    },
    {
      name: "random_normal_initializer",
      call: "tf.compat.v1.random_normal_initializer()",
      drawn: normal(1),
      note: "stddev 1; tf.random_normal_initializer of TensorFlow 2 has 0.05",
      scheme: plain(1),
    },
    {
      name: "truncated_normal_initializer",
      call: "tf.compat.v1.truncated_normal_initializer()",
      drawn: cutAtTwo(1, false),
      note: "stddev 1 is that of the parent: not corrected for the cut at 2 of it",
      scheme: cut(1, 2),
    },
  ]);
}

function jax(fanIn: number, fanOut: number): FrameworkRow[] {
  const glorot = Math.sqrt(2 / (fanIn + fanOut));
  const heStd = Math.sqrt(2 / fanIn);
  const lecun = 1 / Math.sqrt(fanIn);
  const widened = "cut at 2 standard deviations of a parent widened by 1 / 0.8796, so that the std is right";
  const flax = rows("Flax", "flax.linen.Dense, flax.nnx.Linear", [
    {
      name: "Dense",
      call: "flax.linen.Dense(out), flax.nnx.Linear(in, out)",
      isDefault: true,
      drawn: corrected(lecun),
      note: `lecun_normal: ${widened}; the kernel is ${WEIGHT_OF}`,
      scheme: scaling(1, "fan_in", "truncated_normal"),
    },
    {
      name: "Dense",
      call: "flax.linen.Dense(out), flax.nnx.Linear(in, out)",
      tensor: "bias",
      isDefault: true,
      drawn: ZEROS,
      note: "zeros",
      scheme: { scheme: "zeros" },
    },
  ]);
  const haiku = rows("Haiku", "hk.Linear, hk.initializers", [
    {
      name: "Linear",
      call: "haiku.Linear(out)",
      isDefault: true,
      drawn: cutAtTwo(lecun, false),
      note: "TruncatedNormal(1 / sqrt(fan_in)), not corrected for the cut: std 0.8796 / sqrt(fan_in)",
      scheme: cut(lecun, 2 * lecun),
    },
    {
      name: "Linear",
      call: "haiku.Linear(out)",
      tensor: "bias",
      isDefault: true,
      drawn: ZEROS,
      note: "zeros",
      scheme: { scheme: "zeros" },
    },
  ]);
  const equinox = rows("Equinox", "equinox.nn.Linear", [
    {
      name: "Linear",
      call: "equinox.nn.Linear(in, out, key=key)",
      isDefault: true,
      drawn: uniform(-lecun, lecun),
      note: "as PyTorch",
      scheme: { scheme: "torch_linear_default" },
    },
    {
      name: "Linear",
      call: "equinox.nn.Linear(in, out, key=key)",
      tensor: "bias",
      isDefault: true,
      drawn: uniform(-lecun, lecun),
      note: "as PyTorch: not zero",
      scheme: { scheme: "torch_linear_default" },
    },
  ]);
  const initializers = rows("JAX", "jax.nn.initializers", [
    {
      name: "glorot_uniform",
      call: "jax.nn.initializers.glorot_uniform()",
      drawn: uniformOfStd(glorot),
      note: "xavier_uniform is the same",
      scheme: scaling(1, "fan_avg", "uniform"),
    },
    {
      name: "glorot_normal",
      call: "jax.nn.initializers.glorot_normal()",
      drawn: corrected(glorot),
      note: widened,
      scheme: scaling(1, "fan_avg", "truncated_normal"),
    },
    {
      name: "he_uniform",
      call: "jax.nn.initializers.he_uniform()",
      drawn: uniformOfStd(heStd),
      note: "kaiming_uniform is the same",
      scheme: scaling(2, "fan_in", "uniform"),
    },
    {
      name: "he_normal",
      call: "jax.nn.initializers.he_normal()",
      drawn: corrected(heStd),
      note: widened,
      scheme: scaling(2, "fan_in", "truncated_normal"),
    },
    {
      name: "lecun_uniform",
      call: "jax.nn.initializers.lecun_uniform()",
      drawn: uniformOfStd(lecun),
      note: "",
      scheme: scaling(1, "fan_in", "uniform"),
    },
    {
      name: "lecun_normal",
      call: "jax.nn.initializers.lecun_normal()",
      drawn: corrected(lecun),
      note: widened,
      scheme: scaling(1, "fan_in", "truncated_normal"),
    },
    {
      name: "normal",
      call: "jax.nn.initializers.normal()",
      drawn: normal(0.01),
      note: "stddev 0.01, whatever the fans",
      scheme: plain(0.01),
    },
    {
      name: "uniform",
      call: "jax.nn.initializers.uniform()",
      drawn: uniform(0, 0.01),
      note: "U[0, 0.01), not symmetric: scale is the upper end",
      scheme: between(0, 0.01),
    },
    {
      name: "truncated_normal",
      call: "jax.nn.initializers.truncated_normal()",
      drawn: cutAtTwo(0.01, false),
      note: "stddev 0.01 is that of the parent: not corrected for the cut at 2 of it",
      scheme: cut(0.01, 0.02),
    },
    {
      name: "orthogonal",
      call: "jax.nn.initializers.orthogonal()",
      drawn: orthogonal(fanIn, fanOut),
      note: "scale 1",
      scheme: { scheme: "orthogonal", gain: 1 },
    },
  ]);
  return [...flax, ...haiku, ...equinox, ...initializers];
}

function others(fanIn: number, fanOut: number): FrameworkRow[] {
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  const sklearn = rows("scikit-learn", "sklearn.neural_network.MLPClassifier, MLPRegressor", [
    {
      name: "MLP",
      call: "sklearn.neural_network.MLPClassifier()",
      isDefault: true,
      drawn: uniform(-bound, bound),
      note: 'Glorot uniform; with activation="logistic" a third of this variance',
      scheme: { scheme: "xavier_uniform", gain: 1 },
    },
    {
      name: "MLP",
      call: "sklearn.neural_network.MLPClassifier()",
      tensor: "bias",
      isDefault: true,
      drawn: uniform(-bound, bound),
      note: "not zero: the weights' own interval",
      scheme: between(-bound, bound),
    },
  ]);
  const playground = rows("TensorFlow Playground", "its nn.ts", [
    {
      name: "Link",
      call: "Math.random() - 0.5",
      isDefault: true,
      drawn: uniform(-0.5, 0.5),
      note: "whatever the fans",
      scheme: between(-0.5, 0.5),
    },
    {
      name: "Node",
      call: "bias = 0.1",
      tensor: "bias",
      isDefault: true,
      drawn: { ...ZEROS, mean: 0.1, low: 0.1, high: 0.1 },
      note: "not zero",
      scheme: { scheme: "constant", value: 0.1 },
    },
  ]);
  const numpy = rows("NumPy", 'as written by hand, as in the book "Deep Learning from Scratch"', [
    {
      name: "0.01 randn",
      call: "0.01 * np.random.randn(in, out)",
      drawn: normal(0.01),
      note: "whatever the fans",
      scheme: plain(0.01),
    },
  ]);
  return [...sklearn, ...playground, ...numpy];
}

/** Every row for a dense layer with these fans, by framework. */
export function frameworkTable(fanIn: number, fanOut: number): readonly FrameworkRow[] {
  return [
    ...pytorch(fanIn, fanOut),
    ...timm(),
    ...keras(fanIn, fanOut),
    ...tensorflow(fanIn, fanOut),
    ...jax(fanIn, fanOut),
    ...others(fanIn, fanOut),
  ];
}
