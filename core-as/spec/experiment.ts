// The experiment as the lab works with it: parsed, defaults filled in, short forms spelled out.
// What a person may write is wider; parse.ts turns that into this, or into an error with its path.

export const EXPERIMENT_FORMAT = "initlab.experiment/1";

/** The activation of a layer: one of the built-in ones, or one that was typed. */
export type ActivationSpec = NamedActivation | FormulaActivation;

/** Its name and every parameter it has. */
export interface NamedActivation {
  readonly name: ActivationName;
  readonly negative_slope?: number;
  readonly alpha?: number;
  readonly omega?: number;
}

/** A formula of x, as core-as/formula reads it, and the values of the names in it, sorted by name. */
export interface FormulaActivation {
  readonly formula: string;
  readonly parameters?: Readonly<Record<string, number>>;
}

export type ActivationName =
  | "identity"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leaky_relu"
  | "prelu"
  | "elu"
  | "selu"
  | "celu"
  | "gelu"
  | "gelu_tanh"
  | "silu"
  | "mish"
  | "softplus"
  | "softsign"
  | "hardtanh"
  | "hard_sigmoid"
  | "hard_swish"
  | "relu6"
  | "sin";

/** `calculate_gain` names of torch, and the three criteria computed for the layer's own activation. */
export type Nonlinearity =
  "linear" | "sigmoid" | "tanh" | "relu" | "leaky_relu" | "selu" | "forward" | "variance" | "backward";

export type FanMode = "fan_in" | "fan_out" | "fan_avg" | "fan_geo_avg";

/** How a weight matrix is drawn; every parameter of its scheme present. */
export type WeightsSpec =
  | { readonly scheme: "zeros" | "ones" }
  | { readonly scheme: "constant"; readonly value: number }
  | { readonly scheme: "normal"; readonly mean: number; readonly std: number }
  | { readonly scheme: "uniform"; readonly low: number; readonly high: number }
  | {
      readonly scheme: "truncated_normal";
      readonly mean: number;
      readonly std: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly scheme: "xavier_normal" | "xavier_uniform"; readonly gain: number }
  | {
      readonly scheme: "he_normal" | "he_uniform";
      readonly mode: "fan_in" | "fan_out";
      readonly nonlinearity: Nonlinearity;
      readonly negative_slope: number;
    }
  | { readonly scheme: "lecun_normal" | "lecun_uniform" }
  | {
      readonly scheme: "variance_scaling";
      readonly scale: number;
      readonly mode: FanMode;
      readonly distribution: "truncated_normal" | "untruncated_normal" | "uniform";
    }
  | { readonly scheme: "orthogonal" | "identity" | "eye"; readonly gain: number }
  | { readonly scheme: "sparse"; readonly sparsity: number; readonly std: number }
  | { readonly scheme: "zero_hadamard" }
  | {
      readonly scheme: "lsuv";
      readonly base: Exclude<WeightsSpec, { scheme: "lsuv" }>;
      readonly tolerance: number;
      readonly max_iterations: number;
    }
  | { readonly scheme: "critical"; readonly sigma_b: number }
  | {
      readonly scheme: "file";
      readonly path: string;
      readonly tensor: string | null;
      readonly sha256?: string;
    }
  | { readonly scheme: "torch_linear_default" | "keras_dense_default" };

export type SchemeName = WeightsSpec["scheme"];

/** How a bias vector is drawn. */
export type BiasSpec =
  | { readonly scheme: "zeros" | "ones" | "torch_linear_default" }
  | { readonly scheme: "constant"; readonly value: number }
  | { readonly scheme: "normal"; readonly mean: number; readonly std: number }
  | { readonly scheme: "uniform"; readonly low: number; readonly high: number }
  | {
      readonly scheme: "truncated_normal";
      readonly mean: number;
      readonly std: number;
      readonly low: number;
      readonly high: number;
    };

export type Normalization = "none" | "layer" | "batch" | "rms";

export interface LayerSpec {
  readonly units: number;
  readonly activation: ActivationSpec;
  readonly weights: WeightsSpec;
  readonly bias: BiasSpec;
  readonly normalization: Normalization;
}

export interface ResidualSpec {
  readonly every: number;
  readonly scale: number;
}

export interface NetworkSpec {
  /** Hidden layers, the first counted as layer 1. */
  readonly layers: readonly LayerSpec[];
  readonly residual?: ResidualSpec;
  readonly output?: LayerSpec;
}

/** Where the inputs come from. `samples` null: every row of the file. */
export type DataSpec = { readonly standardize: boolean } & (
  | {
      readonly source: "gaussian";
      readonly samples: number;
      readonly features: number;
      readonly mean: number;
      readonly std: number;
      readonly correlation: number;
    }
  | {
      readonly source: "uniform";
      readonly samples: number;
      readonly features: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly source: "digits"; readonly samples: number }
  | { readonly source: "two_moons" | "xor"; readonly samples: number; readonly noise: number }
  | {
      readonly source: "spirals";
      readonly samples: number;
      readonly noise: number;
      readonly classes: number;
      readonly turns: number;
    }
  | FileDataSpec
);

/** A file of inputs: CSV by `path` (and `label`), NPY by `path`, NPZ by `path` with array names, IDX by `images`. */
export interface FileDataSpec {
  readonly source: "file";
  readonly samples: number | null;
  readonly path?: string;
  /** CSV: the label column, by name or index. */
  readonly label?: string | number;
  /** IDX: path of the images. */
  readonly images?: string;
  /** IDX: path of the labels; NPZ: name of the array of labels. */
  readonly labels?: string;
  /** NPZ: name of the array of inputs. */
  readonly inputs?: string;
  /** Recorded in the resolved spec, by path. */
  readonly sha256?: Readonly<Record<string, string>>;
}

export type BackwardKind = "none" | "probe" | "cross_entropy";

export interface MeasureSpec {
  readonly jacobian: boolean;
  readonly correlation: boolean;
  readonly spectra: boolean;
}

export type OptimizerName = "sgd" | "momentum" | "nesterov" | "adam" | "adamw" | "rmsprop";

export interface TrainSpec {
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay: number;
  readonly clipNorm?: number;
  readonly schedule: {
    readonly kind: "constant" | "step" | "cosine";
    readonly warmupSteps: number;
    readonly stepEvery?: number;
    readonly factor?: number;
    readonly finalFraction?: number;
  };
  readonly loss: "cross_entropy" | "mean_squared_error";
  readonly batchSize: number;
  readonly steps: number;
  readonly recordEvery: number;
  readonly validationShare: number;
}

export interface Experiment {
  readonly format: typeof EXPERIMENT_FORMAT;
  readonly name: string;
  readonly seed: number;
  readonly data: DataSpec;
  readonly network: NetworkSpec;
  readonly backward: { readonly kind: BackwardKind };
  readonly measure: MeasureSpec;
  readonly replicates: number;
  readonly train?: TrainSpec;
}
