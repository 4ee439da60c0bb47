// What every screen may reach: the app's own parts, handed down once. Screens do not import each other.
import { getContext, setContext } from "svelte";
import type { CommandId } from "../../app/contract/commands";
import type { About, HostApi, Settings } from "../../app/contract/hostApi";
import type { ShellApi } from "../../app/contract/shell";
import type { Figure } from "../../core-as/figures/figure";
import type { Experiment } from "../../core-as/spec/experiment";
import type { Compute } from "./compute/compute";
import type { SpecFiles } from "./compute/messages";
import type { CompareRuns } from "./lab/compareRuns.svelte";
import type { LabDocument } from "./lab/document.svelte";
import type { FigureFile } from "./lab/figureFile";
import type { ChapterId } from "./lab/learn/chapter";
import type { Learn } from "./lab/learn/learn.svelte";
import type { Ask } from "./lab/question";
import type { Started } from "./lab/trainStart";
import type { ReportRuns } from "./lab/reportRuns.svelte";
import type { LabSession } from "./lab/session.svelte";
import type { TrainRuns } from "./lab/trainRuns.svelte";

export type ScreenName = "lab" | "compare" | "train" | "learn" | "library" | "report" | "settings";

export interface AppContext {
  readonly host: HostApi;
  readonly shell: ShellApi;
  readonly compute: Compute;
  /** The network in the Lab and what is measured of it. */
  readonly session: LabSession;
  /** The same experiment as a thing that has a name and is saved. */
  readonly document: LabDocument;
  readonly compareRuns: CompareRuns;
  readonly trainRuns: TrainRuns;
  /** What goes into a report. */
  readonly report: ReportRuns;
  /** Ids of the saved experiments that are picked in the Library, while it is on the screen. */
  picked: readonly string[];
  /** What Learn has of its reader. */
  readonly learn: Learn;
  /** Learn, at this chapter. */
  openChapter(id: ChapterId): void;
  /** Reactive. */
  readonly settings: Settings;
  changeSettings(change: Partial<Settings>): Promise<void>;
  /** Reactive; null until the host has answered. */
  readonly about: About | null;
  /** Reactive; null until the core is compiled. */
  readonly coreVersion: string | null;
  /** Reactive. */
  readonly screen: ScreenName;
  go(screen: ScreenName): void;
  /** From the report to the screen before it. */
  leaveReport(): void;
  /** Reactive: docked on the right, or over it where the window is narrow. */
  readonly isReadingShown: boolean;
  /** Reactive: too narrow for three zones. */
  readonly isNarrow: boolean;
  /** Any command, as the menu, the palette and the keyboard give it. */
  run(command: CommandId): void;
  /** Reactive: whether it would do something now. */
  canRun(command: CommandId): boolean;
  /** Reactive: grows when something else than the Library has changed what is saved. */
  readonly savedChanges: number;
  /** Another experiment in the Lab; false where the person kept what was there. */
  openSpec(spec: Experiment): Promise<boolean>;
  /** A saved experiment, in the Lab. */
  openSaved(id: string): Promise<void>;
  /** A saved experiment's trainings, in Train. */
  openTraining(id: string): Promise<void>;
  /** Another network in Train; true where the person let go of what is there. */
  train(started: Started, files?: SpecFiles): Promise<boolean>;
  /** What was trained, into the library; false where it was not. */
  saveTraining(): Promise<boolean>;
  /** A figure as a file; pictures ask for their size first. `source`: the line below it. */
  saveFigure(figure: Figure, as: FigureFile, source: string): void;
  /** What is there already, as a file; says where it went. */
  saveFile(name: string, bytes: Uint8Array): Promise<void>;
  /** One question in a dialog; null where it was closed. */
  readonly ask: Ask;
  /** A word at the edge of the window, with an action that takes something back. */
  say(message: string, action?: { readonly label: string; readonly run: () => void }): void;
  /** For `say`: takes back the step of this label, and no step that came after it. */
  undoOf(label: string): { readonly label: string; readonly run: () => void };
  /** An error as a person needs it: what is wrong and what would be right. */
  complain(error: unknown): void;
}

const KEY = Symbol("app");

export function provideApp(app: AppContext): void {
  setContext(KEY, app);
}

export function useApp(): AppContext {
  return getContext<AppContext>(KEY);
}
