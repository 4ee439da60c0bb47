// What optimizers are called on the screen and in reports.
import type { OptimizerName } from "./experiment";

export const OPTIMIZER_TITLES: Readonly<Record<OptimizerName, string>> = {
  sgd: "SGD",
  momentum: "Momentum",
  nesterov: "Nesterov",
  adam: "Adam",
  adamw: "AdamW",
  rmsprop: "RMSprop",
};
