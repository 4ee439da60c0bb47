// The presets as the picker shows them: the founding notes first, in groups, found by words.
import type { Experiment } from "../../../../core-as/spec/experiment";
import { parseExperiment } from "../../../../core-as/spec/parse";
import { type Preset, PRESETS } from "../../../../core-as/spec/presets";

export interface PresetGroup {
  readonly title: string;
  readonly presets: readonly Preset[];
}

const TITLES: Readonly<Record<string, string>> = {
  founding: "The founding notes",
  framework: "Defaults of frameworks",
  deep: "Deep networks",
};
const ON_DIGITS = "On the digits";

function groupOf({ tags }: Preset): string {
  if (tags.includes("digits")) return ON_DIGITS;
  const tag = tags[0] ?? "";
  return TITLES[tag] ?? tag.charAt(0).toUpperCase() + tag.slice(1);
}

/** The preset as an experiment, parsed once. */
export function presetSpec(preset: Preset): Experiment {
  const known = parsed.get(preset.name);
  if (known) return known;
  const spec = parseExperiment(preset.spec);
  parsed.set(preset.name, spec);
  return spec;
}

const parsed = new Map<string, Experiment>();

/** Every word of the search begins a word of the title, the summary or a tag; groups in the order of the presets. */
export function findPresets(search: string, presets: readonly Preset[] = PRESETS): readonly PresetGroup[] {
  const words = plain(search)
    .split(/[^a-z0-9.]+/)
    .filter(Boolean);
  const groups = new Map<string, Preset[]>();
  for (const preset of presets) {
    const text = plain(`${preset.title} ${preset.name} ${preset.summary} ${preset.tags.join(" ")}`);
    const tokens = text.split(/[^a-z0-9.]+/);
    if (!words.every((word) => tokens.some((token) => token.startsWith(word)))) continue;
    const title = groupOf(preset);
    groups.set(title, [...(groups.get(title) ?? []), preset]);
  }
  return [...groups].map(([title, found]) => ({ title, presets: found }));
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "");
}
