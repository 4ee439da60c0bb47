// How a person may write the training. Fields that belong to some optimizers or schedules only have no default here:
// resolve.ts fills in those of the one chosen.
import { BOUNDS } from "../bounds";
import { choice, number, object, optional, titled } from "./shape";

export const OPTIMIZERS = ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"] as const;
export const SCHEDULES = ["constant", "step", "cosine"] as const;
export const LOSSES = ["cross_entropy", "mean_squared_error"] as const;

const schedule = object("{ kind, ... }", {
  kind: titled(optional(choice("schedule", SCHEDULES), "constant"), "Schedule"),
  warmupSteps: titled(optional(number(BOUNDS.warmupSteps), 0), "Steps of linear warm-up"),
  stepEvery: titled(optional(number(BOUNDS.steps)), "Steps between two falls (step)"),
  factor: titled(optional(number(BOUNDS.factor)), "Factor of a fall (step)"),
  finalFraction: titled(optional(number(BOUNDS.finalFraction)), "Share of the rate at the end (cosine)"),
});

export const train = object(
  "{ optimizer, learningRate, ... }",
  {
    optimizer: titled(optional(choice("optimizer", OPTIMIZERS), "sgd"), "Optimizer"),
    learningRate: titled(optional(number(BOUNDS.learningRate)), "Learning rate"),
    momentum: titled(optional(number(BOUNDS.momentum)), "Momentum"),
    beta1: titled(optional(number(BOUNDS.beta)), "Decay of the first moment"),
    beta2: titled(optional(number(BOUNDS.beta)), "Decay of the second moment"),
    epsilon: titled(optional(number(BOUNDS.epsilon)), "Epsilon of the denominator"),
    weightDecay: titled(optional(number(BOUNDS.weightDecay)), "Weight decay"),
    clipNorm: titled(optional(number(BOUNDS.clipNorm)), "Largest norm of the gradient"),
    schedule: titled(optional(schedule, {}), "Schedule of the learning rate"),
    loss: titled(optional(choice("loss", LOSSES), "cross_entropy"), "Loss"),
    batchSize: titled(optional(number(BOUNDS.batchSize)), "Batch size"),
    steps: titled(optional(number(BOUNDS.steps), 1000), "Steps"),
    recordEvery: titled(optional(number(BOUNDS.steps)), "Steps between two records"),
    validationShare: titled(optional(number(BOUNDS.validationShare), 0.2), "Share kept for validation"),
  },
  { lr: 'did you mean "learningRate"?', epochs: 'did you mean "steps"? one step is one batch' },
);
