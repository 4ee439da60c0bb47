// The experiment as a person may write it: short forms, defaults left out. Presets and panels are typed by it.
import type {
  ActivationName,
  ActivationSpec,
  BackwardKind,
  BiasSpec,
  EXPERIMENT_FORMAT,
  MeasureSpec,
  Normalization,
  TrainSpec,
  WeightsSpec,
} from "./experiment";

/** Of a union, member by member: only the fields K are required. */
type Loose<Union, K extends PropertyKey> = Union extends unknown
  ? Pick<Union, Extract<keyof Union, K>> & Partial<Omit<Union, K>>
  : never;

export type WrittenWeights =
  | Loose<Exclude<WeightsSpec, { scheme: "lsuv" }>, "scheme" | "path">
  | {
      readonly scheme: "lsuv";
      readonly base?: Loose<Exclude<WeightsSpec, { scheme: "lsuv" }>, "scheme" | "path">;
      readonly tolerance?: number;
      readonly max_iterations?: number;
    };

export type WrittenBias = Loose<BiasSpec, "scheme">;

export interface WrittenLayer {
  readonly units: number;
  readonly activation: ActivationName | ActivationSpec;
  readonly weights: WrittenWeights;
  readonly bias?: WrittenBias;
  readonly normalization?: Normalization;
}

export interface WrittenResidual {
  readonly every: number;
  readonly scale?: number;
}

export type WrittenNetwork =
  | {
      readonly hidden: WrittenLayer & { readonly layers: number; readonly residual?: WrittenResidual };
      readonly output?: WrittenLayer;
    }
  | {
      readonly layers: readonly WrittenLayer[];
      readonly residual?: WrittenResidual;
      readonly output?: WrittenLayer;
    };

export interface WrittenData {
  readonly source: "gaussian" | "uniform" | "digits" | "two_moons" | "spirals" | "xor" | "file";
  readonly samples?: number | null;
  readonly features?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly correlation?: number;
  readonly low?: number;
  readonly high?: number;
  readonly noise?: number;
  readonly classes?: number;
  readonly turns?: number;
  readonly path?: string;
  readonly label?: string | number;
  readonly images?: string;
  readonly labels?: string;
  readonly inputs?: string;
  readonly sha256?: Readonly<Record<string, string>>;
  readonly standardize?: boolean;
}

export type WrittenTrain = Partial<Omit<TrainSpec, "schedule">> & {
  readonly schedule?: Partial<TrainSpec["schedule"]>;
};

export interface WrittenExperiment {
  readonly format: typeof EXPERIMENT_FORMAT;
  readonly name?: string;
  readonly seed?: number;
  readonly data: WrittenData;
  readonly network: WrittenNetwork;
  readonly backward?: { readonly kind: BackwardKind };
  readonly measure?: Partial<MeasureSpec>;
  readonly replicates?: number;
  readonly train?: WrittenTrain;
}

/** What the shapes of shape/ have let through: bounds held, constant defaults filled in, short forms still there. */
export interface CheckedLayer {
  readonly units: number;
  readonly activation: ActivationName | ActivationSpec;
  readonly weights: WeightsSpec;
  readonly bias?: BiasSpec;
  readonly normalization: Normalization;
}

export interface CheckedNetwork {
  readonly hidden?: CheckedLayer & {
    readonly layers: number;
    readonly residual?: Required<WrittenResidual>;
  };
  readonly layers?: readonly CheckedLayer[];
  readonly residual?: Required<WrittenResidual>;
  readonly output?: CheckedLayer;
}

export interface CheckedExperiment {
  readonly format: typeof EXPERIMENT_FORMAT;
  readonly name: string;
  readonly seed: number;
  readonly data: WrittenData & { readonly standardize: boolean };
  readonly network: CheckedNetwork;
  readonly backward: { readonly kind: BackwardKind };
  readonly measure: MeasureSpec;
  readonly replicates: number;
  readonly train?: CheckedTrain;
}

export type CheckedTrain = Omit<WrittenTrain, "schedule"> &
  Pick<TrainSpec, "optimizer" | "loss" | "steps" | "validationShare"> & {
    readonly schedule: Pick<TrainSpec["schedule"], "kind" | "warmupSteps"> & Partial<TrainSpec["schedule"]>;
  };
