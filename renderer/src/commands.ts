// What each command of the table does, and when it would do nothing. The titles and keys are the table's.
import type { CommandId } from "../../app/contract/commands";
import type { Remedy } from "../../core-as/spec/result";
import { isTextField } from "./controls/keys";
import type { Frame } from "./frame.svelte";
import { UNTITLED } from "./lab/document.svelte";
import { exportName } from "./lab/exportName";
import { firstSpec } from "./lab/firstSpec";
import { answersJson, answersMarkdown } from "./lab/learn/answers";
import { CHAPTERS } from "./lab/learn/chapters";
import { fromLab } from "./lab/trainStart";

type Action = (frame: Frame) => unknown;

const ACTIONS: Readonly<Record<CommandId, Action>> = {
  "file.new": (frame) => frame.openSpec({ ...firstSpec(frame.settings.draws), name: "" }),
  "file.open": async (frame) => frame.takeFiles(await frame.shell.pickFiles("experiment")),
  // On the screen of a training that is whole, that is what there is to save.
  "file.save": (frame) => {
    const { screen, trainRuns } = frame;
    if (screen !== "train" || (!trainRuns.canSave && !trainRuns.isSaved)) return frame.document.save();
    return trainRuns.isSaved ? frame.say("The training is saved already") : frame.saveTraining();
  },
  "file.saveCopy": async (frame) => {
    if (await frame.document.saveCopy()) frame.say("Saved as a copy");
  },
  "file.export": exportDocument,
  "file.report": openReport,
  "learn.print": printChapter,
  "learn.answers": exportAnswers,
  "learn.projector": ({ learn }) => (learn.isProjecting = !learn.isProjecting),
  "edit.undo": (frame) => (isTyping() ? document.execCommand("undo") : frame.session.undo()),
  "edit.redo": (frame) => (isTyping() ? document.execCommand("redo") : frame.session.redo()),
  "edit.copySpec": (frame) =>
    frame.copy(`${JSON.stringify(frame.document.namedSpec, null, 2)}\n`, "Spec copied"),
  "edit.pasteSpec": pasteSpec,
  "view.palette": (frame) => (frame.dialog = frame.dialog === "palette" ? null : "palette"),
  "view.lab": (frame) => frame.go("lab"),
  "view.compare": (frame) => frame.go("compare"),
  "view.train": (frame) => frame.go("train"),
  "view.library": (frame) => frame.go("library"),
  "view.learn": (frame) => frame.go("learn"),
  "view.settings": (frame) => frame.go("settings"),
  "view.reading": (frame) => (frame.isReadingShown = !frame.isReadingShown),
  "view.themeSystem": (frame) => frame.changeSettings({ theme: "system" }),
  "view.themeLight": (frame) => frame.changeSettings({ theme: "light" }),
  "view.themeDark": (frame) => frame.changeSettings({ theme: "dark" }),
  "run.reset": (frame) => frame.session.reset(),
  "run.reseed": (frame) => frame.session.reseed(),
  "run.cancel": ({ session, document }) => {
    session.cancel();
    document.cancelSave();
  },
  "run.remedy": applyRemedy,
  "run.compare": addToCompare,
  "run.train": (frame) => frame.train(fromLab(frame.document.namedSpec), frame.session.files),
  "help.glossary": (frame) => (frame.dialog = "glossary"),
  "help.about": (frame) => (frame.dialog = "about"),
};

/** Commands that can be without anything to do. */
const NEEDS: Partial<Readonly<Record<CommandId, (frame: Frame) => boolean>>> = {
  "edit.undo": ({ session }) => session.undoLabel !== null || isTyping(),
  "edit.redo": ({ session }) => session.redoLabel !== null || isTyping(),
  "file.saveCopy": ({ document }) => document.saving === null,
  "file.export": ({ document }) => document.saving === null,
  "run.cancel": ({ session, document }) => session.run.status === "running" || document.saving !== null,
  "run.remedy": (frame) => firstRemedy(frame) !== null,
  "view.lab": ({ screen }) => screen !== "lab",
  "view.compare": ({ screen }) => screen !== "compare",
  "view.train": ({ screen }) => screen !== "train",
  "view.library": ({ screen }) => screen !== "library",
  "file.report": ({ screen }) => screen !== "report",
  "view.learn": ({ screen }) => screen !== "learn",
  "view.settings": ({ screen }) => screen !== "settings",
  "learn.print": ({ screen }) => screen === "learn",
  "learn.answers": ({ screen, learn }) => screen === "learn" && learn.answered > 0,
  "learn.projector": ({ screen }) => screen === "learn",
};

export function runCommand(frame: Frame, command: CommandId): unknown {
  return ACTIONS[command](frame);
}

export function canRun(frame: Frame, command: CommandId): boolean {
  return NEEDS[command]?.(frame) ?? true;
}

const isTyping = () => isTextField(document.activeElement);

async function exportDocument(frame: Frame): Promise<void> {
  const { document: open } = frame;
  // What is exported is what is in the library.
  if ((open.id === null || open.isUnsaved) && !(await open.save())) return;
  if (open.id === null) return;
  const bytes = await frame.host.exportExperiments([open.id]);
  const where = await frame.shell.saveFile(exportName(open.name), bytes);
  if (where !== null) frame.say(`Exported to ${where}`);
}

/** From the Library: of what is picked there. */
async function openReport(frame: Frame): Promise<void> {
  if (frame.screen === "library" && frame.picked.length > 0) await frame.report.openWith(frame.picked);
  frame.go("report");
}

function printChapter(frame: Frame): Promise<void> {
  const { learn } = frame;
  if (!learn.opened(learn.chapter).evidence.isAtRest) frame.say("It is printed once its claims are measured");
  return learn.print();
}

async function exportAnswers(frame: Frame): Promise<void> {
  const { reading } = frame.learn;
  const outcomes = frame.learn.outcomes();
  const author = frame.report.author.trim();
  const kind = await frame.ask({
    title: "Export my answers",
    message: `Questions, your answers, and what was measured of them in this window, ${
      author === "" ? "with a line for your name" : `under the name ${author}`
    }. The name is the Report screen’s author.`,
    choices: [
      { value: "cancel", label: "Cancel" },
      { value: "json", label: "JSON" },
      { value: "md", label: "Markdown", look: "primary" },
    ],
  });
  if (kind !== "json" && kind !== "md") return;
  const text = (kind === "json" ? answersJson : answersMarkdown)(CHAPTERS, reading, outcomes, author);
  const where = await frame.shell.saveFile(`init-lab-answers.${kind}`, new TextEncoder().encode(text));
  if (where !== null) frame.say(`Exported to ${where}`);
}

async function pasteSpec(frame: Frame): Promise<void> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    // Not every window may read the clipboard; a person can always paste into a field.
    frame.dialog = "paste";
    return;
  }
  frame.pasteSpec(text);
}

/** Of the picture on the screen; null where it is older than the spec. */
function firstRemedy({ session }: Frame): Remedy | null {
  if (session.isStale) return null;
  return session.picture?.result?.diagnosis.find(({ remedy }) => remedy)?.remedy ?? null;
}

function applyRemedy(frame: Frame): void {
  const remedy = firstRemedy(frame);
  if (!remedy || !frame.session.apply(remedy.patch, remedy.title)) return;
  frame.say(`${remedy.title}: applied`, frame.undoOf(remedy.title));
}

function addToCompare(frame: Frame): void {
  const { session, document: open, compareRuns } = frame;
  const name = open.name || UNTITLED;
  if (compareRuns.add(name, open.namedSpec, session.files))
    frame.say(`${name} added to compare`, { label: "Show", run: () => frame.go("compare") });
  else frame.say("Compare holds as many runs as it can; remove one there first");
}
