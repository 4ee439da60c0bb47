// The built-in experiments in the order in which they are shown; the app opens on the first.
import { quoted, SpecError, suggestion } from "./errors";
import { deepNetworks } from "./presets/deep";
import { founding } from "./presets/founding";
import { frameworks } from "./presets/frameworks";
import type { Preset } from "./presets/preset";
import { trainings } from "./presets/trained";

export type { Preset };

const pairs = [...founding, ...frameworks];

export const PRESETS: readonly Preset[] = [
  ...pairs.map(([onGaussian]) => onGaussian),
  ...deepNetworks,
  ...pairs.map(([, onDigits]) => onDigits),
  ...trainings,
];

/** Throws SpecError with path `preset`. */
export function findPreset(name: string): Preset {
  const found = PRESETS.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const names = PRESETS.map((preset) => preset.name);
  const message = `unknown preset ${quoted(name)}; ${suggestion(name, names, "the presets are")}`;
  throw new SpecError([{ path: "preset", message }]);
}
