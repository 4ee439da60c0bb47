// What may be done to preactivations before the activation, as a list to choose from.
import type { Normalization } from "../../../../core-as/spec/experiment";
import type { Choice } from "../../controls/choice";

const ROWS: Readonly<Record<Normalization, readonly [title: string, description: string]>> = {
  none: ["None", "Preactivations as they are"],
  layer: ["Layer", "Over the units of a sample"],
  batch: ["Batch", "Over the samples, a unit at a time"],
  rms: ["RMS", "Over the units, by their rms alone"],
};

export const NORMALIZATION_CHOICES: readonly Choice[] = Object.entries(ROWS).map(
  ([value, [label, description]]) => ({ value, label, description }),
);
