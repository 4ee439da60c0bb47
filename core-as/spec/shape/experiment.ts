// The written experiment as a whole.
import { BOUNDS, TEXT_LENGTHS } from "../bounds";
import { EXPERIMENT_FORMAT } from "../experiment";
import { data } from "./data";
import { network } from "./network";
import { boolean, choice, literal, number, object, optional, text, titled } from "./shape";
import { train } from "./train";

const flag = (title: string) => titled(optional(boolean(), false), title);

export const experiment = object("an experiment { format, data, network }", {
  format: literal(EXPERIMENT_FORMAT, `this version of the lab reads "${EXPERIMENT_FORMAT}"`),
  name: titled(optional(text("a name", 0, TEXT_LENGTHS.name), ""), "Name"),
  seed: titled(optional(number(BOUNDS.seed), 0), "Seed"),
  data,
  network,
  backward: titled(
    optional(
      object('{ "kind": ... }', {
        kind: titled(choice("backward pass", ["none", "probe", "cross_entropy"]), "Kind"),
      }),
      { kind: "none" },
    ),
    "Backward pass",
  ),
  measure: titled(
    optional(
      object("{ jacobian, correlation, spectra }", {
        jacobian: flag("Jacobian at the first sample"),
        correlation: flag("Correlation map of input pairs"),
        spectra: flag("Singular values of the weights"),
      }),
      {},
    ),
    "Measured on request",
  ),
  replicates: titled(optional(number(BOUNDS.replicates), 1), "Seeds"),
  train: titled(optional(train), "Training"),
});
