// What the Lab opens with: the founding notes' N(0, 1) with the sigmoid, so that the app is never seen empty.
import type { Experiment } from "../../../core-as/spec/experiment";
import { findPreset } from "../../../core-as/spec/presets";
import { fromPreset } from "./edits";

export function firstSpec(draws: number): Experiment {
  return fromPreset(findPreset("large-normal-sigmoid"), draws);
}
