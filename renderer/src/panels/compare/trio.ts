// The founding notes' three scales on one tanh network, as runs to compare: too small, Xavier, He.
import type { Experiment } from "../../../../core-as/spec/experiment";
import { parseExperiment } from "../../../../core-as/spec/parse";
import { findPreset } from "../../../../core-as/spec/presets";
import { setWeights } from "../../lab/edits";

export interface NamedExperiment {
  readonly name: string;
  readonly spec: Experiment;
}

/** Xavier first: the others are held against it. */
export function threeScales(): NamedExperiment[] {
  const xavier = parseExperiment(findPreset("xavier-normal-tanh").spec);
  const he = parseExperiment({
    ...setWeights(xavier, "all", {
      scheme: "he_normal",
      mode: "fan_in",
      nonlinearity: "relu",
      negative_slope: 0.01,
    }),
    name: "He normal with tanh",
  });
  return [
    { name: "Xavier", spec: xavier },
    { name: "He", spec: he },
    { name: "N(0, 0.01)", spec: parseExperiment(findPreset("small-normal-tanh").spec) },
  ];
}
