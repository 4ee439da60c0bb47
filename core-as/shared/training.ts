// How a training step crosses into the core: codes, and two blocks of float64 slots, the step's and one a layer.
// Pointers are bytes into linear memory. Compiled by asc and by tsc.

export enum Optimizer {
  sgd = 0,
  momentum = 1,
  nesterov = 2,
  adam = 3,
  adamw = 4,
  rmsprop = 5,
}

export enum Schedule {
  constant = 0,
  step = 1,
  cosine = 2,
}

export enum Loss {
  cross_entropy = 0,
  mean_squared_error = 1,
}

export enum StepNormalization {
  none = 0,
  layer = 1,
  rms = 2,
  batch = 3,
}

/** Slots of a layer; layers stand one after the other. Leading dimensions are the columns rounded up to four. */
export enum StepLayer {
  fanIn = 0,
  fanOut = 1,
  /** f32 [fan_out, fan_in] and [fan_out], and their gradients. */
  weights = 2,
  bias = 3,
  gradWeights = 4,
  gradBias = 5,
  /** f32 [rows, fan_out]: what enters phi, and the layer's output; both stay for the way back. */
  z = 6,
  h = 7,
  normalization = 8,
  /** f32 [rows] of `layer` and `rms`, f64 [fan_out] of `batch`. */
  invStd = 9,
  /** Layer whose output is added after this one (0: the inputs), or -1. */
  shortcutFrom = 10,
  scale = 11,
  /** Code of the kernel, or -1: the programs below are run. */
  activation = 12,
  parameter = 13,
  /** Program of phi: code, instructions, constants, their number; then of its slope. */
  value = 14,
  slope = 18,
  total = 22,
}

/** Slots of a step. */
export enum StepPlan {
  layers = 0,
  rows = 1,
  features = 2,
  loss = 3,
  /** f32 [samples, features] of the training share, i32 [samples]. */
  inputs = 4,
  labels = 5,
  /** u32 [samples]: the order of this pass over the training share. */
  order = 6,
  /** f32 [rows, features], i32 [rows]: the batch. */
  batchInputs = 7,
  batchLabels = 8,
  /** f32 [rows, widest], four: two gradients that take turns; phi and the waiting gradient where there is a shortcut. */
  gradientA = 9,
  gradientB = 10,
  phi = 11,
  skip = 12,
  matmulScratch = 13,
  formulaScratch = 14,
  /** f64 [2 widest + 2]. */
  sums = 15,
  /** f32 [count] each, count a multiple of four: parameters, gradients, first and second state, parameters before. */
  parameters = 16,
  gradients = 17,
  first = 18,
  second = 19,
  before = 20,
  count = 21,
  optimizer = 22,
  learningRate = 23,
  momentum = 24,
  beta1 = 25,
  beta2 = 26,
  epsilon = 27,
  weightDecay = 28,
  /** Infinity: no clipping. */
  clipNorm = 29,
  schedule = 30,
  warmupSteps = 31,
  stepEvery = 32,
  factor = 33,
  finalFraction = 34,
  steps = 35,
  total = 36,
}
