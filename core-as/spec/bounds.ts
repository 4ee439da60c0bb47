// The bounds of every number a person may write. They keep out slips of the pen and what could never be run;
// whether an experiment fits in memory is decided by the runtime, which knows the figure.
import { FORMULA_LIMITS } from "../formula/limits";

/** Both ends belong to it. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}

const whole = (min: number, max: number): Bounds => ({ min, max, integer: true });
const real = (min: number, max: number): Bounds => ({ min, max });

/** Largest integer that a double holds with all its neighbours. */
export const MAX_SEED = 2 ** 53 - 1;

export const BOUNDS = {
  seed: whole(0, MAX_SEED),
  replicates: whole(1, 1000),
  samples: whole(1, 1_000_000),
  features: whole(1, 16_384),
  units: whole(1, 16_384),
  layers: whole(1, 1000),
  classes: whole(2, 10),
  turns: real(0.1, 10),
  noise: real(0, 10),
  correlation: real(-1, 1),
  labelColumn: whole(0, 16_384),
  residualScale: real(-100, 100),

  /** A place on the number line: means, bounds of a distribution, a constant. */
  value: real(-1e6, 1e6),
  /** Not zero: that is the scheme `constant`. Not below what float32 squares without underflow. */
  std: real(1e-9, 1e6),
  gain: real(1e-6, 1e6),
  scale: real(1e-9, 1e6),
  negativeSlope: real(-10, 10),
  eluAlpha: real(0, 1000),
  /** celu divides by it. */
  celuAlpha: real(1e-3, 1000),
  omega: real(1e-3, 1e3),
  /** A parameter of a typed formula. */
  formulaParameter: real(-1e6, 1e6),
  sparsity: real(0, 1),
  sigmaW: real(0, 100),
  sigmaB: real(0, 100),
  tolerance: real(1e-6, 1),
  maxIterations: whole(1, 1000),

  learningRate: real(1e-12, 1e4),
  momentum: real(0, 0.9999),
  beta: real(0, 0.999999),
  epsilon: real(1e-12, 1),
  weightDecay: real(0, 100),
  clipNorm: real(1e-9, 1e9),
  batchSize: whole(1, 1_000_000),
  steps: whole(1, 1_000_000),
  warmupSteps: whole(0, 1_000_000),
  factor: real(1e-6, 1),
  finalFraction: real(0, 1),
  validationShare: real(0, 0.9),
} as const satisfies Record<string, Bounds>;

/** Characters of a free text. */
export const TEXT_LENGTHS = { name: 200, path: 4096, field: 200, formula: FORMULA_LIMITS.text } as const;

/** Rows of the bundled digits, and what they show. */
export const DIGITS = { samples: 1797, features: 64, classes: 10 } as const;
