// What the Lab opens with, and presets as the Lab takes them: with draws enough for a band.
import type { Experiment } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset } from "../../../core-as/spec/presets";

/** The founding notes' N(0, 1) with the sigmoid: the app is never seen empty. */
const FIRST = "large-normal-sigmoid";

export function firstSpec(draws: number): Experiment {
  return presetSpec(FIRST, draws);
}

/** Throws a SpecError where there is no such preset. */
export function presetSpec(name: string, draws: number): Experiment {
  return { ...parseExperiment(findPreset(name).spec), replicates: draws };
}
