// The JSON Schema of what a person may write, made from the shapes that the parser runs.
import { toJsonSchema } from "@valibot/to-json-schema";
import { EXPERIMENT_FORMAT } from "./experiment";
import { data } from "./shape/data";
import { experiment } from "./shape/experiment";
import {
  activation,
  baseOptions,
  baseWeights,
  bias,
  layer,
  network,
  residual,
  weights,
} from "./shape/network";

/** Rules between fields, which the parser knows and JSON Schema cannot say; each with the field it complains of. */
export const CROSS_FIELD_RULES = [
  { path: "seed", rule: "seed + replicates - 1 is at most 2^53 - 1" },
  { path: "data.low", rule: "low < high, and not the same number in float32" },
  { path: "data.correlation", rule: "correlation >= -1 / (features - 1)" },
  {
    path: "data.label",
    rule: "a file has path or images; label belongs to a CSV, images and labels to an IDX pair, inputs and labels to an NPZ",
  },
  { path: "network.hidden.residual.every", rule: "every is at most the number of hidden layers" },
  {
    path: "network.hidden.activation.formula",
    rule: "a formula is of x, numbers, pi, e, its parameters, + - * / ^, comparisons and the known functions; every parameter is used",
  },
  { path: "network.hidden.weights.low", rule: "low < high, and not the same number in float32" },
  { path: "network.hidden.weights.high", rule: "a truncated normal is cut within 4 std of its mean" },
  {
    path: "network.hidden.weights.negative_slope",
    rule: 'negative_slope counts only with nonlinearity "leaky_relu"',
  },
  { path: "network.hidden.weights.sigma_b", rule: "sigma_b is 0 or at least 1e-9" },
  { path: "network.hidden.weights.base.scheme", rule: "lsuv cannot start from zeros" },
  {
    path: "backward.kind",
    rule: "cross_entropy needs labels and as many outputs as classes",
  },
  { path: "train.loss", rule: "training needs labels and as many outputs as classes" },
  { path: "train.momentum", rule: "momentum, beta1, beta2, epsilon belong to the optimizers that have them" },
  { path: "train.schedule.factor", rule: "stepEvery and factor belong to step, finalFraction to cosine" },
  { path: "train.schedule.warmupSteps", rule: "warmupSteps is at most steps" },
  { path: "train.batchSize", rule: "batchSize is at most the number of training samples" },
] as const;

/** Draft 2020-12. */
export function experimentJsonSchema(): object {
  const schemes = Object.fromEntries(
    Object.entries(baseOptions).map(([name, shape]) => [`weights.${name}`, shape]),
  );
  const { $schema, $defs, ...root } = toJsonSchema(experiment, {
    target: "draft-2020-12",
    typeMode: "input",
    definitions: { ...schemes, baseWeights, activation, weights, bias, layer, residual, network, data },
  });
  return {
    $schema,
    title: EXPERIMENT_FORMAT,
    description: `An experiment of Init Lab. Beyond this schema: ${CROSS_FIELD_RULES.map(({ rule }) => rule).join("; ")}.`,
    ...root,
    $defs: {
      ...$defs,
      // One of the two forms; the parser says so in rules.ts.
      network: {
        ...($defs?.["network"] as object),
        oneOf: [{ required: ["hidden"], not: { required: ["residual"] } }, { required: ["layers"] }],
      },
    },
  };
}
