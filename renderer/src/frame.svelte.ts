// The frame around the screens: which screen, which dialog, the settings, what is said at the edge of the window, and
// what arrives from outside. Holds the app's parts together and hands them down; measures, draws and stores nothing.
import { toast } from "svelte-sonner";
import type { CommandId } from "../../app/contract/commands";
import type { About, HostApi, Settings } from "../../app/contract/hostApi";
import { LIMITS } from "../../app/contract/limits";
import type { PickedFile, ShellApi } from "../../app/contract/shell";
import { SpecError } from "../../core-as/spec/errors";
import type { Experiment } from "../../core-as/spec/experiment";
import { parseExperimentText } from "../../core-as/spec/parse";
import type { Figure } from "../../core-as/figures/figure";
import { figureCsv } from "../../core-as/figures/figureCsv";
import { canRun, runCommand } from "./commands";
import type { Compute } from "./compute/compute";
import type { SpecFiles } from "./compute/messages";
import type { AppContext, ScreenName } from "./context";
import { CompareRuns } from "./lab/compareRuns.svelte";
import { fieldsOf, isDataFile } from "./lab/dataFile";
import { LabDocument } from "./lab/document.svelte";
import { setFile } from "./lab/edits";
import { fileName } from "./lab/exportName";
import type { FigureFile, FigureToSave } from "./lab/figureFile";
import { firstSpec } from "./lab/firstSpec";
import type { ChapterId } from "./lab/learn/chapter";
import { Learn } from "./lab/learn/learn.svelte";
import type { Question } from "./lab/question";
import { ReportRuns } from "./lab/reportRuns.svelte";
import { saidOf } from "./lab/said";
import type { LabSession } from "./lab/session.svelte";
import { TrainRuns } from "./lab/trainRuns.svelte";
import type { Started } from "./lab/trainStart";
import { rememberSettings } from "./preferences";
import { onSystemTheme, showTheme } from "./theme";

/** Below this width the reading is a drawer: three zones would leave the figures too little. */
const NARROW = "(max-width: 1179px)";
/** Of a spec's text: a thousand layers written out take less. */
const MAX_SPEC_BYTES = 4 * 2 ** 20;
const WORD_MILLIS = 4_000;
/** Long enough to be read twice. */
const ERROR_MILLIS = 12_000;

/** Steps, as undo names them. */
const PASTED = "Pasted spec";
const DATA = "Data file";

export type DialogName = "palette" | "about" | "glossary" | "paste";

interface Asked {
  readonly question: Question;
  readonly answer: (value: string | null) => void;
}

export class Frame implements AppContext {
  readonly host: HostApi;
  readonly shell: ShellApi;
  readonly compute: Compute;
  readonly session: LabSession;
  readonly document: LabDocument;
  readonly compareRuns = new CompareRuns();
  readonly trainRuns: TrainRuns;
  /** Ids of the saved experiments that are picked in the Library, while it is on the screen. */
  picked: readonly string[] = [];
  readonly report: ReportRuns;
  readonly learn: Learn;

  settings: Settings = $state.raw(null as unknown as Settings);
  about: About | null = $state.raw(null);
  coreVersion: string | null = $state(null);
  screen: ScreenName = $state("lab");
  savedChanges = $state(0);
  dialog: DialogName | null = $state(null);
  asked: Asked | null = $state.raw(null);
  /** A picture whose size is asked for. */
  figure: FigureToSave | null = $state.raw(null);
  isNarrow = $state(false);
  isDropping = $state(false);
  #beforeReport: ScreenName = "lab";
  #isDocked = $state(true);
  #isDrawn = $state(false);

  constructor(
    host: HostApi,
    shell: ShellApi,
    compute: Compute,
    session: LabSession,
    /** As they last were; the host's come later. */
    settings: Settings,
  ) {
    this.host = host;
    this.shell = shell;
    this.compute = compute;
    this.session = session;
    this.settings = settings;
    this.document = new LabDocument(session, {
      host,
      compute,
      ask: this.ask,
      complain: (error) => this.complain(error),
    });
    this.trainRuns = new TrainRuns(compute, this.document.drafts.key);
    this.report = new ReportRuns(this);
    this.learn = new Learn(compute);
  }

  /** Everything that waits for somebody; returns what ends it. */
  start(): () => void {
    const narrow = matchMedia(NARROW);
    const tellNarrow = () => (this.isNarrow = narrow.matches);
    tellNarrow();
    narrow.addEventListener("change", tellNarrow);
    const ends = [
      () => narrow.removeEventListener("change", tellNarrow),
      onSystemTheme(() => showTheme(this.settings.theme)),
      this.shell.onCommand((command) => this.run(command)),
      this.shell.onFiles((files) => void this.takeFiles(files)),
      this.document.drafts.start(),
    ];
    void this.trainRuns.lookForLeft();
    void this.compute.ready.then(({ coreVersion }) => (this.coreVersion = coreVersion));
    void this.#meetHost();
    return () => ends.forEach((end) => end());
  }

  get isReadingShown(): boolean {
    return this.isNarrow ? this.#isDrawn : this.#isDocked;
  }

  set isReadingShown(shown: boolean) {
    if (this.isNarrow) this.#isDrawn = shown;
    else this.#isDocked = shown;
  }

  go(screen: ScreenName): void {
    if (screen === "report" && this.screen !== "report") {
      this.#beforeReport = this.screen;
      this.report.openFrom(this.screen);
    }
    this.screen = screen;
  }

  leaveReport(): void {
    if (this.screen === "report") this.screen = this.#beforeReport;
  }

  run(command: CommandId): void {
    if (!this.canRun(command)) return;
    void Promise.resolve()
      .then(() => runCommand(this, command))
      .catch((error: unknown) => this.complain(error));
  }

  canRun(command: CommandId): boolean {
    return canRun(this, command);
  }

  async changeSettings(change: Partial<Settings>): Promise<void> {
    const before = this.settings;
    // At once, and taken back where the host cannot keep it.
    this.#apply({ ...before, ...change });
    try {
      this.#apply(await this.host.changeSettings(change));
    } catch (error) {
      this.#apply(before);
      this.complain(error);
    }
  }

  ask = <Value extends string>(question: Question<Value>): Promise<Value | null> => {
    // Nobody can answer two at a time.
    this.asked?.answer(null);
    return new Promise((resolve) => {
      this.asked = {
        question,
        answer: (value) => {
          this.asked = null;
          resolve(value as Value | null);
        },
      };
    });
  };

  say(message: string, action?: { readonly label: string; readonly run: () => void }): void {
    toast(message, {
      // The same again takes the place of the first.
      id: message,
      duration: action ? 2 * WORD_MILLIS : WORD_MILLIS,
      ...(action ? { action: { label: action.label, onClick: action.run } } : {}),
    });
  }

  /** An action that takes back the step of this label, and no step that came after it. */
  undoOf(label: string): { readonly label: string; readonly run: () => void } {
    const { session } = this;
    return { label: "Undo", run: () => void (session.undoLabel === label && session.undo()) };
  }

  complain(error: unknown): void {
    const said = saidOf(error);
    if (!said) return;
    const { message, details } = said;
    toast.error(message, {
      // The same again is no news.
      id: message,
      duration: ERROR_MILLIS,
      ...(details === undefined
        ? {}
        : { action: { label: "Copy details", onClick: () => void this.copy(details, "Details copied") } }),
    });
  }

  saveFigure(figure: Figure, as: FigureFile, source: string): void {
    if (as !== "csv") this.figure = { figure, as, source };
    else void this.saveFile(fileName(figure.title, ".csv"), new TextEncoder().encode(figureCsv(figure)));
  }

  /** What is there already, as a file. */
  async saveFile(name: string, bytes: Uint8Array): Promise<void> {
    try {
      const where = await this.shell.saveFile(name, bytes);
      if (where !== null) this.say(`Saved as ${where}`);
    } catch (error) {
      this.complain(error);
    }
  }

  async copy(text: string, word: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.say(word);
    } catch {
      this.complain(new Error("The clipboard cannot be written to; select the text and copy it"));
    }
  }

  async openSaved(id: string): Promise<void> {
    if (!(await this.document.openSaved(id))) return;
    this.go("lab");
    const { readOnly } = this.document;
    if (readOnly !== null) this.say(`${readOnly}. Changes can be saved as a copy.`);
  }

  openChapter(id: ChapterId): void {
    this.learn.open(id);
    this.go("learn");
  }

  async openTraining(id: string): Promise<void> {
    if (!(await this.#mayLeaveTraining())) return;
    this.trainRuns.openSaved(await this.host.openExperiment(id));
    this.go("train");
  }

  async train(started: Started, files: SpecFiles = new Map()): Promise<boolean> {
    if (!(await this.#mayLeaveTraining())) return false;
    this.trainRuns.open(started, files);
    this.go("train");
    return true;
  }

  async saveTraining(): Promise<boolean> {
    const isSaved = await this.trainRuns.save(this.host);
    if (!isSaved) return false;
    this.savedChanges++;
    this.say("Training saved", { label: "Library", run: () => this.go("library") });
    return true;
  }

  /** Asks where a training would be lost. */
  async #mayLeaveTraining(): Promise<boolean> {
    const { trainRuns } = this;
    const { isBusy, canSave } = trainRuns;
    if (!isBusy && !canSave) return true;
    const answer = await this.ask({
      title: isBusy ? "End the training that is under way?" : `Save the training “${trainRuns.name}”?`,
      message: isBusy
        ? "What it has come to so far is lost."
        : "What it came to is lost if you don’t save it.",
      choices: isBusy
        ? [
            { value: "discard", label: "End it", look: "danger" },
            { value: "cancel", label: "Cancel", look: "primary" },
          ]
        : [
            { value: "discard", label: "Don’t save" },
            { value: "cancel", label: "Cancel" },
            { value: "save", label: "Save", look: "primary" },
          ],
    });
    return answer === "discard" || (answer === "save" && this.saveTraining());
  }

  async openSpec(spec: Experiment): Promise<boolean> {
    if (!(await this.document.openSpec(spec))) return false;
    this.go("lab");
    return true;
  }

  /** Files that were dropped, picked, or handed over by the system. */
  async takeFiles(files: readonly PickedFile[]): Promise<void> {
    try {
      const data = files.filter(({ name }) => isDataFile(name));
      if (data.length > 0) this.#takeData(data);
      for (const file of files)
        if (/\.initlab$/i.test(file.name)) await this.#takeExport(file);
        else if (/\.json$/i.test(file.name)) await this.openSpec(specOf(file));
        else if (!isDataFile(file.name))
          throw new SpecError([
            {
              path: file.name,
              message:
                "is no file that opens here; specs (.json), experiments (.initlab) and data (.csv, .npy, .npz, IDX) do",
            },
          ]);
    } catch (error) {
      this.complain(error);
    }
  }

  /** A spec's text in place of the one in hand; can be undone. Throws a SpecError. */
  pasteSpec(text: string): void {
    if (text.length > MAX_SPEC_BYTES)
      throw new SpecError([{ path: "spec", message: "is longer than any spec; copy the spec alone" }]);
    const spec = parseExperimentText(text);
    if (!this.session.edit(spec, { label: PASTED })) {
      const { problem } = this.session;
      if (problem) throw new SpecError([problem]);
    }
    this.go("lab");
    this.say("Spec pasted", this.undoOf(PASTED));
  }

  #takeData(files: readonly PickedFile[]): void {
    const { session } = this;
    const read = fieldsOf(files, session.files);
    if ("problem" in read) throw new SpecError([{ path: "data", message: read.problem }]);
    const changed = setFile(session.spec, read.fields);
    if (!session.edit(changed, { label: DATA }, read.files) && session.problem)
      throw new SpecError([session.problem]);
    this.go("lab");
    this.say(`Inputs are now from ${files.map(({ name }) => name).join(" and ")}`, this.undoOf(DATA));
  }

  async #takeExport({ name, bytes }: PickedFile): Promise<void> {
    if (bytes.length > LIMITS.archiveBytes)
      throw new SpecError([{ path: name, message: `is larger than ${LIMITS.archiveBytes} bytes` }]);
    const experiments = await this.document.importFile(bytes);
    this.savedChanges++;
    const [only, ...others] = experiments;
    if (only && others.length === 0) return this.openSaved(only.id);
    this.say(`${experiments.length} experiments from ${name}`);
    this.go("library");
  }

  #apply(settings: Settings): void {
    const { draws, workers } = this.settings;
    this.settings = settings;
    rememberSettings(settings);
    showTheme(settings.theme);
    if (settings.workers !== workers) this.#useWorkers(settings.workers);
    if (settings.draws !== draws) this.#useDraws(settings.draws);
  }

  #useWorkers(workers: number | null): void {
    const wasRunning = this.session.run.status === "running";
    this.compute.useWorkers(workers);
    if (wasRunning) this.session.reset();
  }

  /** Only while the Lab still shows what it opened with: a person's experiment has the draws that they gave it. */
  #useDraws(draws: number): void {
    const { session, document } = this;
    const isFirst = document.id === null && !document.isUnsaved && session.undoLabel === null;
    if (isFirst && session.spec.name === firstSpec(draws).name) document.begin(firstSpec(draws));
  }

  /** The host may be slow or away; what it says is for later. */
  async #meetHost(): Promise<void> {
    try {
      const [settings, about] = await Promise.all([this.host.settings(), this.host.about()]);
      this.about = about;
      this.#apply(settings);
      await this.document.offerDrafts();
    } catch (error) {
      this.complain(error);
    }
  }
}

function specOf({ name, bytes }: PickedFile): Experiment {
  if (bytes.length > MAX_SPEC_BYTES)
    throw new SpecError([{ path: name, message: `is larger than ${MAX_SPEC_BYTES} bytes: no spec is` }]);
  try {
    return parseExperimentText(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError([{ path: `${name}, ${error.path}`, message: error.message }]);
  }
}
