// The experiment in the Lab as a thing with a name: what is saved of it, what is not yet, and how it gets there.
// Measures nothing: a save waits for the Lab's own run, or asks for one whole run where that will not come.
import type {
  Description,
  Draft,
  ExperimentSummary,
  HostApi,
  SavedExperiment,
} from "../../../app/contract/hostApi";
import { HostError } from "../../../app/contract/hostError";
import { verdictOf } from "../../../core-as/diagnosis/verdict";
import type { Experiment } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { RunResult } from "../../../core-as/spec/result";
import { readResultText, resultText } from "../../../core-as/spec/resultText";
import { type Compute, ComputeError } from "../compute/compute";
import type { SpecFiles } from "../compute/messages";
import { type DraftContent, Drafts } from "./drafts";
import type { Ask } from "./question";
import { savedOrNull } from "./savedOrNull";
import type { LabSession } from "./session.svelte";
import { filesByPath, filesOf } from "./specFiles";
import { until } from "./until.svelte";

/** What a document needs of the rest. */
export interface DocumentPorts {
  readonly host: HostApi;
  readonly compute: Pick<Compute, "measure">;
  readonly ask: Ask;
  readonly complain: (error: unknown) => void;
}

/** What the disk has, or what a new experiment began as. */
interface Baseline extends Required<Description> {
  readonly spec: Experiment;
  readonly specText: string;
}

/** As a baseline's text: nothing is like it. */
const NOWHERE = "";

/** What an experiment is called that nobody has named. */
export const UNTITLED = "Untitled";

/** ISO 8601, UTC. */
type Dates = Pick<SavedExperiment, "created" | "modified">;

/** A save under way; the fraction is the run's that it waits for, null while it is written. */
export interface Saving {
  readonly fraction: number | null;
}

export class LabDocument {
  /** Null: not saved yet. */
  id: string | null = $state(null);
  notes = $state("");
  tags: readonly string[] = $state.raw([]);
  /** Why it can only be saved as a copy; null where it can be saved. */
  readOnly: string | null = $state(null);
  saving: Saving | null = $state.raw(null);
  /** Drafts of windows that have ended, newest first: to be restored or discarded. */
  offered: readonly Draft[] = $state.raw([]);

  readonly session: LabSession;
  readonly drafts: Drafts;
  readonly #ports: DocumentPorts;
  #ownName: string | null = $state(null);
  #baseline: Baseline = $state.raw(null as unknown as Baseline);
  #abortSave: AbortController | null = null;
  #saveUnderWay: Promise<boolean> | null = null;
  /** Asked for while another was under way. */
  #nextSave: Promise<boolean> | null = null;
  /** Another number for every experiment that was in hand: a save that ends late must not take this one for its own. */
  #inHand = 0;
  #lastOpening = 0;
  /** Of the experiment that `id` names, as it was opened or saved here. */
  #savedDigest: string | null = null;
  /** What was saved with it; of the baseline's spec, and of no other. */
  #training: string | undefined = $state.raw(undefined);
  #dates: Dates | null = $state.raw(null);

  /** True where closing would lose something. */
  readonly isUnsaved: boolean = $derived.by(() => this.#differs());
  /** The same object while nothing changes, so that a draft is written once. */
  readonly #unsaved: DraftContent | null = $derived.by(() => (this.isUnsaved ? this.#content() : null));

  constructor(session: LabSession, ports: DocumentPorts) {
    this.session = session;
    this.#ports = ports;
    this.#baseline = baselineOf(session.spec, { name: session.spec.name, notes: "", tags: [] });
    this.drafts = new Drafts(ports.host, () => this.#unsaved, ports.complain);
  }

  /** A new experiment is called what its spec is called, until a person says otherwise. */
  get name(): string {
    return this.#ownName ?? this.session.spec.name;
  }

  set name(name: string) {
    this.#ownName = name;
  }

  /** When it was saved, and the trainings that were saved with it; null where it is not as it was saved. */
  get asSaved(): (Dates & Pick<SavedExperiment, "training">) | null {
    if (this.id === null || this.#dates === null || this.isUnsaved) return null;
    const { created, modified } = this.#dates;
    return { created, modified, ...(this.#training === undefined ? {} : { training: this.#training }) };
  }

  /** The spec under the document's name: what is copied, compared and saved. */
  get namedSpec(): Experiment {
    return { ...this.session.spec, name: this.name };
  }

  /**
   * False where the person cancelled. Rejects with what a person can be told. While one is under way the next waits for
   * it, and saves what has changed since.
   */
  save(): Promise<boolean> {
    if (this.#saveUnderWay)
      return (this.#nextSave ??= this.#saveAfter(this.#saveUnderWay).finally(() => (this.#nextSave = null)));
    return this.readOnly === null ? this.#save(this.id) : this.saveCopy();
  }

  saveCopy(): Promise<boolean> {
    return this.#save(null);
  }

  cancelSave(): void {
    this.#abortSave?.abort(new DOMException("The save was cancelled", "AbortError"));
  }

  /** Asks where something would be lost; true where the experiment in hand may be let go. */
  async mayLeave(): Promise<boolean> {
    if (!this.isUnsaved) return true;
    const answer = await this.#ports.ask({
      title: `Save the changes to “${this.name || UNTITLED}”?`,
      message: "They are lost if you don’t save them.",
      choices: [
        { value: "discard", label: "Don’t save" },
        { value: "cancel", label: "Cancel" },
        { value: "save", label: "Save", look: "primary" },
      ],
    });
    if (answer === "discard") {
      this.cancelSave();
      return true;
    }
    if (answer !== "save") return false;
    // One that is under way may be of what there was before.
    await this.#saveUnderWay?.catch(() => false);
    return !this.isUnsaved || this.save();
  }

  /** A new experiment with this spec. False where the person kept what is there. */
  async openSpec(spec: Experiment, files: SpecFiles = new Map()): Promise<boolean> {
    if (!(await this.mayLeave())) return false;
    this.begin(spec, files);
    return true;
  }

  /**
   * Another's spec over the one in hand, which can be undone. A saved experiment is let go first: a save would put the
   * other in its place, under its name. False where the person kept what is there.
   */
  async startFrom(spec: Experiment, label: string): Promise<boolean> {
    if (this.id !== null || this.#saveUnderWay) return this.openSpec(spec);
    this.session.edit(spec, { label });
    return true;
  }

  /** One of the saved; its picture is there at once, and is measured anew. */
  async openSaved(id: string): Promise<boolean> {
    if (!(await this.mayLeave())) return false;
    const opening = ++this.#lastOpening;
    const { spec } = this.session;
    const saved = await this.#ports.host.openExperiment(id);
    // Meanwhile another may have been asked for, or the person may have gone on with the one in hand.
    if (opening !== this.#lastOpening) return false;
    if (this.session.spec !== spec && !(await this.mayLeave())) return false;
    this.#show(saved);
    return true;
  }

  /** An `.initlab` file: into the library. */
  async importFile(bytes: Uint8Array): Promise<readonly ExperimentSummary[]> {
    const { imported, unchanged } = await this.#ports.host.importExperiments(bytes);
    return [...imported, ...unchanged];
  }

  /** Another screen has changed what is written about a saved experiment. */
  described(id: string, change: Description, dates: Dates): void {
    if (id !== this.id) return;
    this.#dates = datesOf(dates);
    const { name = this.name, notes = this.notes, tags = this.tags } = change;
    Object.assign(this, { name, notes, tags });
    this.#baseline = { ...this.#baseline, ...change };
  }

  /** Another screen has put saved experiments into the trash: what is in hand is then a new one. */
  trashed(ids: readonly string[]): void {
    if (this.id !== null && ids.includes(this.id)) this.id = null;
  }

  /** Looks for work that a window left when it ended. */
  async offerDrafts(): Promise<void> {
    this.offered = await this.drafts.left();
  }

  async restore(draft: Draft): Promise<boolean> {
    if (!(await this.mayLeave())) return false;
    const { name, notes, tags } = draft;
    const spec = parseExperiment(draft.spec);
    const files = filesByPath(draft.files);
    // Gone since: the draft is then all there is.
    const { experimentId } = draft;
    const saved = experimentId === null ? null : await savedOrNull(this.#ports.host, experimentId);
    if (saved?.spec) {
      this.#show(saved);
      this.session.open(spec, files);
    } else {
      this.begin(spec, files);
      // In no library and in no file: it is unsaved, whatever it began as.
      this.#baseline = { ...this.#baseline, specText: NOWHERE };
    }
    Object.assign(this, { name, notes, tags });
    // Kept under this window's key before the old one goes; where that fails, the old one is all that a disk has.
    if (await this.drafts.keep()) await this.discard(draft);
    else this.offered = this.offered.filter(({ key }) => key !== draft.key);
    return true;
  }

  async discard(draft: Draft): Promise<void> {
    this.offered = this.offered.filter(({ key }) => key !== draft.key);
    await this.#ports.host.discardDraft(draft.key);
  }

  /** A new experiment, whatever was there before. */
  begin(spec: Experiment, files: SpecFiles = new Map()): void {
    this.#inHand++;
    this.session.open(spec, files);
    Object.assign(this, { id: null, notes: "", tags: [], readOnly: null });
    this.#ownName = null;
    this.#training = undefined;
    this.#dates = null;
    this.#baseline = baselineOf(spec, { name: spec.name, notes: "", tags: [] });
  }

  #show(saved: SavedExperiment): void {
    const { id, name, notes, tags, readOnly } = saved;
    if (saved.spec === null)
      throw new HostError({
        code: "newer_format",
        where: name,
        message: `${readOnly ?? "it was written by a newer version"}; open it with that version`,
      });
    const spec = parseExperiment(saved.spec);
    const result = readResultText(saved.result);
    this.#inHand++;
    this.session.open(spec, filesByPath(saved.files), result);
    Object.assign(this, { id, name, notes, tags, readOnly: readOnly ?? null });
    this.#savedDigest = saved.digest;
    this.#training = saved.training;
    this.#dates = datesOf(saved);
    this.#baseline = baselineOf(spec, { name, notes, tags });
  }

  async #saveAfter(underWay: Promise<boolean>): Promise<boolean> {
    const inHand = this.#inHand;
    // What went wrong is said to whoever asked for that one.
    if (!(await underWay.catch(() => false))) return false;
    return inHand !== this.#inHand || !this.isUnsaved || this.save();
  }

  #save(id: string | null): Promise<boolean> {
    if (this.#saveUnderWay) return Promise.resolve(false);
    const save = this.#saveNow(id).finally(() => (this.#saveUnderWay = null));
    this.#saveUnderWay = save;
    return save;
  }

  async #saveNow(id: string | null): Promise<boolean> {
    const abort = (this.#abortSave = new AbortController());
    this.saving = { fraction: null };
    try {
      if (id !== null && id === this.id && specTextOf(this.session.spec) === this.#baseline.specText)
        await this.#describe(id);
      else await this.#saveWhole(id, abort.signal);
      await this.drafts.keep();
      return true;
    } catch (error) {
      if (abort.signal.aborted || (error instanceof ComputeError && error.isCancelled)) return false;
      throw error;
    } finally {
      this.#abortSave = null;
      this.saving = null;
    }
  }

  /** Nothing was measured anew: only what is written about it changes. */
  async #describe(id: string): Promise<void> {
    const { notes, tags } = this;
    const inHand = this.#inHand;
    const name = this.name || UNTITLED;
    let summary: Dates;
    try {
      summary = await this.#ports.host.describeExperiment(id, { name, notes, tags });
    } catch (error) {
      if (!isGone(error)) throw error;
      return this.#saveWhole(null, new AbortController().signal);
    }
    if (inHand !== this.#inHand) return;
    this.#dates = datesOf(summary);
    this.#ownName = name;
    this.#baseline = { ...this.#baseline, name, notes, tags };
  }

  async #saveWhole(wantedId: string | null, signal: AbortSignal): Promise<void> {
    const { notes, tags } = this;
    const training = this.#trainingOf(this.session.spec);
    const isLosing = wantedId !== null && this.#training !== undefined && training === undefined;
    const id = isLosing ? await this.#idWhereTrained(wantedId) : wantedId;
    const name = this.name || UNTITLED;
    const { spec, files } = this.session;
    const inHand = this.#inHand;
    const measured = await this.#resultOf(spec, files, signal);
    this.saving = { fraction: null };
    const { severity, text: verdict } = verdictOf(measured);
    const given = {
      id,
      name,
      notes,
      tags,
      spec: { ...spec, name },
      result: resultText({ ...measured, spec: { ...measured.spec, name } }),
      verdict,
      severity,
      ...(training === undefined ? {} : { training }),
      files: filesOf(spec, files),
    };
    const replaces = id === null || this.#savedDigest === null ? {} : { replaces: this.#savedDigest };
    const summary = await this.#ports.host
      .saveExperiment({ ...given, ...replaces })
      .catch(async (error: unknown) => {
        if (id !== null && isGone(error)) return this.#ports.host.saveExperiment({ ...given, id: null });
        if (!(error instanceof HostError) || error.code !== "conflict") throw error;
        return this.#ports.host.saveExperiment({ ...given, id: await this.#idAfterConflict(id, name) });
      });
    if (inHand !== this.#inHand) return;
    this.#savedDigest = summary.digest;
    this.#dates = datesOf(summary);
    this.#training = training;
    Object.assign(this, { id: summary.id, readOnly: null });
    if (!this.#ownName) this.#ownName = name;
    this.#baseline = baselineOf(spec, { name, notes, tags });
  }

  /** What was saved with it, where the spec is still the one that was trained. */
  #trainingOf(spec: Experiment): string | undefined {
    return specTextOf(spec) === this.#baseline.specText ? this.#training : undefined;
  }

  #idAfterConflict(id: string | null, name: string): Promise<string | null> {
    return this.#replaceOrCopy(
      id,
      `“${name}” was saved elsewhere meanwhile`,
      "Another window or process has saved a different experiment under this one since it was opened here.",
      "Replace that one",
    );
  }

  #idWhereTrained(id: string): Promise<string | null> {
    return this.#replaceOrCopy(
      id,
      `The trainings of “${this.name || UNTITLED}” are of the network before your changes`,
      "They cannot be kept with the changed one; a copy leaves them where they are.",
      "Replace, without trainings",
    );
  }

  /** Null: a copy. Rejects as a cancelled save does. */
  async #replaceOrCopy(
    id: string | null,
    title: string,
    message: string,
    replace: string,
  ): Promise<string | null> {
    const answer = await this.#ports.ask({
      title,
      message,
      choices: [
        { value: "replace", label: replace, look: "danger" },
        { value: "cancel", label: "Cancel" },
        { value: "copy", label: "Save as a copy", look: "primary" },
      ],
    });
    if (answer !== "replace" && answer !== "copy") {
      this.cancelSave();
      throw new DOMException("The save was cancelled", "AbortError");
    }
    return answer === "replace" ? id : null;
  }

  /** The whole result of this spec: of the Lab's run if that comes to its end, else of a run of its own. */
  async #resultOf(spec: Experiment, files: SpecFiles, signal: AbortSignal): Promise<RunResult> {
    const { session } = this;
    const isRunning = () => session.spec === spec && session.run.status === "running";
    const whole = () => wholeResult(session, spec);
    if (isRunning() && whole() === null) {
      await until(() => {
        const { run } = session;
        if (run.status === "running") this.saving = { fraction: run.progress?.fraction ?? 0 };
        return whole() !== null || !isRunning();
      }, signal);
      // Cancelled by the person while the save waited for it: the save is, too.
      if (whole() === null && session.spec === spec && session.run.status === "cancelled")
        throw new ComputeError({ code: "cancelled", message: "The run was cancelled" });
    }
    const result = whole();
    if (result) return result;
    if (session.spec === spec && session.run.status === "failed") throw new ComputeError(session.run.failure);
    return this.#ports.compute.measure(spec, files, signal, ({ fraction }) => (this.saving = { fraction }));
  }

  #differs(): boolean {
    const { name, notes, tags, spec, specText } = this.#baseline;
    if (this.notes !== notes || this.tags.join("\n") !== tags.join("\n")) return true;
    if (this.#ownName !== null && this.#ownName !== name) return true;
    return (this.session.spec !== spec || specText === NOWHERE) && specTextOf(this.session.spec) !== specText;
  }

  #content(): DraftContent {
    const { id, name, notes, tags, session } = this;
    return {
      experimentId: id,
      name,
      notes,
      tags,
      spec: session.spec,
      files: filesOf(session.spec, session.files),
    };
  }
}

/** What was measured of this very spec, all of its seeds; null while there is less. */
function wholeResult({ picture }: LabSession, spec: Experiment): RunResult | null {
  if (picture?.spec !== spec || !picture.result) return null;
  const isWhole = picture.stage === "seeds" || picture.stage === "remedied" || spec.replicates === 1;
  return isWhole ? picture.result : null;
}

const datesOf = ({ created, modified }: Dates): Dates => ({ created, modified });

/** The name is the document's, not the spec's. */
function specTextOf(spec: Experiment): string {
  return JSON.stringify({ ...spec, name: "" });
}

function baselineOf(spec: Experiment, about: Required<Description>): Baseline {
  return { ...about, spec, specText: specTextOf(spec) };
}

function isGone(error: unknown): boolean {
  return error instanceof HostError && error.code === "not_found";
}
