// What the palette reaches: commands, presets, schemes, activations, saved experiments; made from the tables alone.
import { COMMANDS } from "../../../../app/contract/commands";
import type { ExperimentSummary } from "../../../../app/contract/hostApi";
import { ACTIVATION_NAMES, ACTIVATIONS } from "../../../../core-as/spec/activations";
import { SpecError } from "../../../../core-as/spec/errors";
import type { Experiment } from "../../../../core-as/spec/experiment";
import { type Preset, PRESETS } from "../../../../core-as/spec/presets";
import { SCHEME_NAMES, SCHEMES } from "../../../../core-as/spec/schemes";
import type { AppContext } from "../../context";
import { activationOf, weightsOf } from "../../lab/choices";
import { UNTITLED } from "../../lab/document.svelte";
import { fromPreset, setActivation, setWeights } from "../../lab/edits";
import { chapterNumber, CHAPTERS } from "../../lab/learn/chapters";
import { fromSet, TRAIN_SETS } from "../../lab/trainStart";
import { fitting } from "./fuzzy";

export interface PaletteItem {
  readonly key: string;
  readonly title: string;
  /** Words that find it besides its title. */
  readonly also: string;
  /** In small beside it. */
  readonly note: string;
  readonly keys?: string;
  readonly run: () => unknown;
}

export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

/** Of one group; the rest is found by typing on. */
const MOST = 8;
const SAVED = "Saved experiments";

export function paletteGroups(app: AppContext, saved: readonly ExperimentSummary[]): readonly PaletteGroup[] {
  return [
    { title: "Commands", items: commandItems(app) },
    { title: "Presets", items: presetItems(app) },
    { title: "Train", items: trainItems(app) },
    { title: "Chapters of Learn", items: chapterItems(app) },
    { title: SAVED, items: saved.map((experiment) => savedItem(app, experiment)) },
    { title: "Scheme of the hidden layers", items: schemeItems(app) },
    { title: "Activation of the hidden layers", items: activationItems(app) },
  ];
}

/** Groups that have something, with their best; what fits best stands first. */
export function found(groups: readonly PaletteGroup[], typed: string): readonly PaletteGroup[] {
  const isTyped = typed.trim() !== "";
  return groups
    .map(({ title, items }) => ({ title, fits: fitting(typed, items, textOf) }))
    .filter(({ fits }) => fits.length > 0)
    .sort((a, b) => (isTyped ? b.fits[0]!.score - a.fits[0]!.score : 0))
    .map(({ title, fits }) => ({
      title,
      items: fits.slice(0, isTyped || title === SAVED ? MOST : Infinity).map(({ item }) => item),
    }));
}

const textOf = ({ title, also }: PaletteItem) => `${title} ${also}`;

function commandItems(app: AppContext): PaletteItem[] {
  return COMMANDS.filter(({ id }) => id !== "view.palette" && app.canRun(id)).map((command) => ({
    key: command.id,
    title: command.title,
    also: command.menu,
    note: "",
    ...("keys" in command ? { keys: command.keys } : {}),
    run: () => app.run(command.id),
  }));
}

function presetItems(app: AppContext): PaletteItem[] {
  return PRESETS.map((preset) => ({
    key: `preset ${preset.name}`,
    title: preset.title,
    also: `${preset.name} ${preset.tags.join(" ")}`,
    note: "preset",
    run: () => void startFrom(app, preset).catch((error: unknown) => app.complain(error)),
  }));
}

function trainItems(app: AppContext): PaletteItem[] {
  return TRAIN_SETS.map((set) => ({
    key: `train ${set.name}`,
    title: `Train: ${set.title}`,
    also: set.presets.join(" "),
    note: "training",
    run: () => app.train(fromSet(set)),
  }));
}

function chapterItems(app: AppContext): PaletteItem[] {
  return CHAPTERS.map(({ id, title, short }) => ({
    key: `chapter ${id}`,
    title: `Chapter ${chapterNumber(id)}: ${title}`,
    also: `learn ${short}`,
    note: "chapter",
    run: () => app.openChapter(id),
  }));
}

function savedItem(app: AppContext, { id, name, tags, scheme, activation }: ExperimentSummary): PaletteItem {
  return {
    key: `saved ${id}`,
    title: name || UNTITLED,
    also: tags.join(" "),
    note: `${scheme}, ${activation}`,
    run: () => app.openSaved(id),
  };
}

function schemeItems(app: AppContext): PaletteItem[] {
  // A scheme that reads a file is chosen where the file can be, too.
  return SCHEME_NAMES.filter((scheme) => scheme !== "file").map((scheme) => ({
    key: `scheme ${scheme}`,
    title: SCHEMES[scheme].title,
    also: scheme,
    note: scheme,
    run: () => {
      const { spec } = app.session;
      const weights = weightsOf(scheme, spec.network.layers[0]!.weights);
      edit(app, setWeights(spec, "all", weights), SCHEMES[scheme].title);
    },
  }));
}

function activationItems(app: AppContext): PaletteItem[] {
  return ACTIVATION_NAMES.map((name) => ({
    key: `activation ${name}`,
    title: ACTIVATIONS[name].title,
    also: name,
    note: name,
    run: () => {
      const { spec } = app.session;
      const activation = activationOf(name, spec.network.layers[0]!.activation);
      edit(app, setActivation(spec, "all", activation), ACTIVATIONS[name].title);
    },
  }));
}

async function startFrom(app: AppContext, preset: Preset): Promise<void> {
  if (await app.document.startFrom(fromPreset(preset, app.settings.draws), preset.title)) app.go("lab");
}

function edit(app: AppContext, spec: Experiment, label: string): void {
  app.go("lab");
  if (!app.session.edit(spec, { label }) && app.session.problem)
    app.complain(new SpecError([app.session.problem]));
}
