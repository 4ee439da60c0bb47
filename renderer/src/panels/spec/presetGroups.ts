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
  training: "Training",
};
const ON_DIGITS = "On the digits";

function groupOf({ tags }: Preset): string {
  const tag = tags[0] ?? "";
  if (tags.includes("digits") && tag !== "training") return ON_DIGITS;
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

const MENTIONED = "Spoken of in the summary";

/**
 * Every word of the search begins a word of the title or a tag; those that have it in their summary alone stand last.
 * Groups come in the order of the presets.
 */
export function findPresets(search: string, presets: readonly Preset[] = PRESETS): readonly PresetGroup[] {
  const words = wordsOf(search);
  const groups = new Map<string, Preset[]>();
  const mentioned: Preset[] = [];
  const has = (text: string) => {
    const known = wordsOf(text);
    return words.every((word) => known.some((one) => one.startsWith(word)));
  };
  for (const preset of presets) {
    const { title, name, tags, summary } = preset;
    const called = `${title} ${name} ${tags.join(" ")}`;
    if (has(called)) {
      const group = groupOf(preset);
      groups.set(group, [...(groups.get(group) ?? []), preset]);
    } else if (has(`${called} ${summary}`)) mentioned.push(preset);
  }
  const found = [...groups].map(([title, members]) => ({ title, presets: members }));
  return mentioned.length > 0 ? [...found, { title: MENTIONED, presets: mentioned }] : found;
}

function wordsOf(text: string): string[] {
  const plain = text
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "");
  return plain.split(/[^a-z0-9.]+/).filter(Boolean);
}
