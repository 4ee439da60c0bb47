// What goes into a report: up to eight of what the Lab, Compare and Train have in hand, of what is saved and of what
// is built in, under names of their own and in an order of their own; its sections, title, author and notes. Measures
// what has no result yet, one run after another. Builds no page: that is the host's.
import type { HostApi, SavedExperiment } from "../../../app/contract/hostApi";
import { HostError } from "../../../app/contract/hostError";
import {
  REPORT_SECTIONS,
  type ReportedRun,
  type ReportRequest,
  type ReportSection,
} from "../../../app/contract/report";
import { CLAIM_CHAPTERS, type MeasuredClaim } from "../../../core-as/claims/claim";
import { CLAIMS_SEED } from "../../../core-as/claims/experiments";
import type { ClaimsProgress } from "../../../core-as/claims/measure";
import type { Progress } from "../../../core-as/runtime/progress";
import type { Experiment } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset } from "../../../core-as/spec/presets";
import type { RunResult } from "../../../core-as/spec/result";
import { resultText, textOfNumbers } from "../../../core-as/spec/resultText";
import { trainingText } from "../../../core-as/spec/trainingText";
import type { TrainResult } from "../../../core-as/spec/training";
import { type Compute, ComputeError } from "../compute/compute";
import type { SpecFiles } from "../compute/messages";
import type { CompareRuns } from "./compareRuns.svelte";
import { type LabDocument, UNTITLED } from "./document.svelte";
import { lastAuthor, rememberAuthor } from "./reportMemory";
import { type Reported, whyAbsent } from "./reportSections";
import type { LabSession } from "./session.svelte";
import { filesByPath } from "./specFiles";
import type { TrainRuns } from "./trainRuns.svelte";
import { until } from "./until.svelte";

export const MAX_REPORTED = 8;

export interface ReportPorts {
  readonly host: Pick<HostApi, "openExperiment">;
  readonly compute: Pick<Compute, "remedied" | "claims">;
  readonly session: LabSession;
  readonly document: LabDocument;
  readonly compareRuns: CompareRuns;
  readonly trainRuns: TrainRuns;
}

/** Something that can be reported. */
export interface ReportEntry {
  readonly key: string;
  readonly from: "lab" | "compare" | "training" | "saved" | "preset";
  readonly name: string;
  readonly spec: Experiment;
  readonly files: SpecFiles;
  /** False: it was only trained. */
  readonly isMeasured: boolean;
  readonly isTrained: boolean;
}

/** How far the gathering has come; the fraction is that of the run that is measured. */
export interface GatherProgress {
  readonly name: string;
  /** From 1. */
  readonly run: number;
  readonly runs: number;
  readonly fraction: number;
}

export type GatheredReport = Omit<ReportRequest, "format">;

interface SavedEntry extends ReportEntry {
  readonly saved: SavedExperiment;
}

export class ReportRuns {
  title = $state("");
  notes = $state("");
  /** The founding notes' claims, measured by this core, are in it. */
  withClaims = $state(false);
  #author = $state(lastAuthor());
  #sections: ReadonlySet<ReportSection> = $state.raw(new Set(REPORT_SECTIONS));
  #added: readonly (ReportEntry | SavedEntry)[] = $state.raw([]);
  #ticked: ReadonlySet<string> = $state.raw(new Set(["lab"]));
  #names: ReadonlyMap<string, string> = $state.raw(new Map());
  /** Keys in the person's order; those that are not in it follow as they come. */
  #order: readonly string[] = $state.raw([]);
  #isTouched = false;
  /** Unticked by the person: no screen ticks them again. */
  readonly #unwanted = new Set<string>();
  readonly #ports: ReportPorts;
  /** What was measured here, by entry; counts for this very spec alone. */
  readonly #measured = new Map<string, { readonly spec: Experiment; readonly result: RunResult }>();
  #claims: string | null = null;
  readonly #texts = new WeakMap<RunResult, string>();

  readonly #stamps = new WeakMap<object, number>();
  #nextStamp = 1;

  constructor(ports: ReportPorts) {
    this.#ports = ports;
  }

  /** Everything on offer, ticked or not. */
  readonly entries: readonly ReportEntry[] = $derived.by(() => {
    const all = [
      ...this.#labEntry(),
      ...this.#compareEntries(),
      ...this.#trainingEntry(),
      ...this.#added,
    ].map((entry) => ({ ...entry, name: this.#names.get(entry.key) ?? entry.name }));
    const place = new Map(this.#order.map((key, i) => [key, i]));
    const at = ({ key }: ReportEntry, i: number) => place.get(key) ?? this.#order.length + i;
    const places = new Map(all.map((entry, i) => [entry.key, at(entry, i)]));
    return all.sort((a, b) => places.get(a.key)! - places.get(b.key)!);
  });

  readonly chosen: readonly ReportEntry[] = $derived.by(() =>
    this.entries.filter(({ key }) => this.#ticked.has(key)).slice(0, MAX_REPORTED),
  );

  readonly reported: Reported = $derived.by(() => {
    const measured = this.chosen.filter(({ isMeasured }) => isMeasured);
    return {
      measured: measured.length,
      isBackward: measured.some(({ spec }) => spec.backward.kind !== "none"),
      isTrained: this.chosen.some(({ isTrained }) => isTrained),
      hasClaims: this.withClaims,
    };
  });

  /** Changes whenever the report would, and not while a training that is not in it goes on. */
  readonly asked: string = $derived.by(() => {
    const { compareRuns, document, session, trainRuns } = this.#ports;
    const has = (from: ReportEntry["from"]) => this.chosen.some((entry) => entry.from === from);
    return JSON.stringify([
      this.chosen.map(({ key, name, spec }) => [key, name, this.#stamp(spec)]),
      this.sections,
      this.title,
      this.author,
      this.notes,
      this.withClaims,
      has("lab") && [
        document.notes,
        document.asSaved,
        session.run.status === "done" && this.#stamp(session.picture?.result),
      ],
      has("compare") && this.#stamp(compareRuns.picture?.comparison),
      has("training") &&
        (trainRuns.picture?.runs ?? []).map(({ result, variant }) => [this.#stamp(result), variant.name]),
    ]);
  });

  get author(): string {
    return this.#author;
  }

  set author(author: string) {
    this.#author = author;
    rememberAuthor(author);
  }

  /** Those that are chosen and have something to say, in the order of a report. */
  get sections(): readonly ReportSection[] {
    return REPORT_SECTIONS.filter(
      (section) => this.#sections.has(section) && whyAbsent(section, this.reported) === null,
    );
  }

  isSectionOn(section: ReportSection): boolean {
    return this.#sections.has(section);
  }

  turnSection(section: ReportSection, isOn: boolean): void {
    const sections = new Set(this.#sections);
    if (isOn) sections.add(section);
    else sections.delete(section);
    this.#sections = sections;
  }

  get isFull(): boolean {
    return this.chosen.length >= MAX_REPORTED;
  }

  get isEmpty(): boolean {
    return this.chosen.length === 0 && !this.withClaims;
  }

  /** As the report is called where no title is written. */
  get ownTitle(): string {
    const [first, ...others] = this.chosen;
    if (!first) return "The claims of the founding notes";
    if (others.length < 2) return this.chosen.map(({ name }) => name).join(" and ");
    return `${first.name} and ${others.length} others`;
  }

  /** What the file of it is called. */
  get fileTitle(): string {
    return this.title.trim() || this.ownTitle;
  }

  /** What the screen shows that the report was asked from: alone, or beside what the person has chosen. */
  openFrom(screen: string): void {
    const from = screen === "train" ? "training" : screen;
    const wanted = this.entries.filter((entry) => entry.from === from).map(({ key }) => key);
    if (!this.#isTouched) this.#ticked = new Set(wanted.length > 0 ? wanted : ["lab"]);
    else if (!wanted.some((key) => this.isTicked(key) || this.#unwanted.has(key)))
      this.#ticked = new Set([...this.#ticked, ...wanted.slice(0, MAX_REPORTED - this.chosen.length)]);
  }

  isTicked(key: string): boolean {
    return this.#ticked.has(key);
  }

  /** False where there are as many as there may be. */
  tick(key: string, isOn: boolean): boolean {
    if (isOn && this.isFull) return false;
    this.#isTouched = true;
    const ticked = new Set(this.#ticked);
    if (isOn) {
      ticked.add(key);
      this.#unwanted.delete(key);
    } else {
      ticked.delete(key);
      this.#unwanted.add(key);
    }
    this.#ticked = ticked;
    return true;
  }

  /** An empty name: the one that it came with. */
  rename(key: string, name: string): void {
    const names = new Map(this.#names);
    if (name.trim() === "") names.delete(key);
    else names.set(key, name.trim());
    this.#names = names;
  }

  /** `by` -1: one place up. */
  move(key: string, by: -1 | 1): void {
    const keys = this.entries.map((entry) => entry.key);
    const from = keys.indexOf(key);
    const to = from + by;
    if (from < 0 || to < 0 || to >= keys.length) return;
    this.#isTouched = true;
    this.#order = keys.toSpliced(from, 1).toSpliced(to, 0, key);
  }

  has(key: string): boolean {
    return this.entries.some((entry) => entry.key === key);
  }

  addPreset(preset: string): boolean {
    const { title, spec } = findPreset(preset);
    return this.#add({
      key: `preset ${preset}`,
      from: "preset",
      name: title,
      spec: parseExperiment(spec),
      files: new Map(),
      isMeasured: true,
      isTrained: false,
    });
  }

  /** Rejects with a HostError where it cannot be read. */
  async addSaved(id: string): Promise<boolean> {
    const saved = await this.#ports.host.openExperiment(id);
    if (saved.spec === null)
      throw new HostError({
        code: "newer_format",
        where: saved.name,
        message: `${saved.readOnly ?? "it was written by a newer version"}; report it with that version`,
      });
    return this.#add({
      key: `saved ${id}`,
      from: "saved",
      name: saved.name || UNTITLED,
      spec: saved.spec,
      files: filesByPath(saved.files),
      isMeasured: true,
      isTrained: saved.training !== undefined,
      saved,
    });
  }

  /** One that was added; the others are other screens'. */
  remove(key: string): void {
    this.#added = this.#added.filter((entry) => entry.key !== key);
    this.tick(key, false);
    this.#measured.delete(key);
  }

  /** Measures what is missing. Rejects with a ComputeError, or the signal's reason. */
  async gather(signal: AbortSignal, tell: (progress: GatherProgress) => void): Promise<GatheredReport> {
    const { chosen, sections, title, author, notes, withClaims } = this;
    const names = distinct(chosen.map(({ name }) => name));
    const runs: ReportedRun[] = [];
    const results: (RunResult | null)[] = [];
    for (const [i, entry] of chosen.entries()) {
      const name = names[i]!;
      const place = { name, run: i + 1, runs: chosen.length };
      const result = await this.#resultOf(entry, signal, ({ fraction }) => tell({ ...place, fraction }));
      signal.throwIfAborted();
      results.push(result);
      runs.push(this.#reportedRun(entry, name, result));
    }
    const comparison = this.#comparisonOf(chosen, names, results);
    const claims = withClaims ? await this.#claimsText(signal, tell) : null;
    return {
      title: title.trim(),
      author: author.trim(),
      notes,
      sections,
      runs,
      ...(comparison === null ? {} : { comparison }),
      ...(claims === null ? {} : { claims: { text: claims, seed: CLAIMS_SEED } }),
    };
  }

  /** As `initlab claims --json` prints them; measured once. */
  async #claimsText(signal: AbortSignal, tell: (progress: GatherProgress) => void): Promise<string> {
    if (this.#claims !== null) return this.#claims;
    const measured: MeasuredClaim[] = [];
    const chapters = CLAIM_CHAPTERS.length;
    for (const [i, chapter] of CLAIM_CHAPTERS.entries()) {
      const say = (fraction: number) =>
        tell({ name: "the founding claims", run: 1, runs: 1, fraction: (i + fraction) / chapters });
      say(0);
      const onClaimsProgress = ({ fraction }: ClaimsProgress) => say(fraction);
      measured.push(
        ...(await this.#ports.compute.claims(chapter, CLAIMS_SEED, signal, { onClaimsProgress })),
      );
      signal.throwIfAborted();
    }
    this.#claims = textOfNumbers(measured, 2);
    return this.#claims;
  }

  #add(entry: ReportEntry | SavedEntry): boolean {
    if (this.isFull) return false;
    if (!this.has(entry.key)) this.#added = [...this.#added, entry];
    return this.tick(entry.key, true);
  }

  #labEntry(): ReportEntry[] {
    const { document, session } = this.#ports;
    return [
      {
        key: "lab",
        from: "lab",
        name: document.name || UNTITLED,
        spec: session.spec,
        files: session.files,
        isMeasured: true,
        isTrained: document.asSaved?.training !== undefined,
      },
    ];
  }

  #compareEntries(): ReportEntry[] {
    return this.#ports.compareRuns.runs.map(({ key, name, spec, files }) => ({
      key: `compare ${key}`,
      from: "compare",
      name,
      spec,
      files,
      isMeasured: true,
      isTrained: false,
    }));
  }

  /** Once a run of it has ended. */
  #trainingEntry(): ReportEntry[] {
    const { trainRuns } = this.#ports;
    const [first] = trainRuns.picture?.variants ?? [];
    if (!first || trainedResults(trainRuns).length === 0) return [];
    return [
      {
        key: "training",
        from: "training",
        name: trainRuns.name || "Training",
        spec: first.spec,
        files: first.files,
        isMeasured: false,
        isTrained: true,
      },
    ];
  }

  async #resultOf(
    entry: ReportEntry,
    signal: AbortSignal,
    tell: (progress: Pick<Progress, "fraction">) => void,
  ): Promise<RunResult | null> {
    if (!entry.isMeasured || "saved" in entry) return null;
    const known =
      entry.from === "lab"
        ? await this.#labResult(entry.spec, signal, tell)
        : entry.from === "compare"
          ? this.#comparedResult(entry)
          : null;
    if (known) return known;
    const before = this.#measured.get(entry.key);
    if (before?.spec === entry.spec) return before.result;
    tell({ fraction: 0 });
    const result = await this.#ports.compute.remedied(entry.spec, entry.files, signal, tell);
    this.#measured.set(entry.key, { spec: entry.spec, result });
    return result;
  }

  /** The Lab's own, with its bands and remedies: worth waiting for. Null where it will not come. */
  async #labResult(
    spec: Experiment,
    signal: AbortSignal,
    tell: (progress: Pick<Progress, "fraction">) => void,
  ): Promise<RunResult | null> {
    const { session } = this.#ports;
    const isRunning = () => session.spec === spec && session.run.status === "running";
    if (isRunning())
      await until(() => {
        if (session.run.status === "running") tell({ fraction: session.run.progress?.fraction ?? 0 });
        return !isRunning();
      }, signal);
    const { picture, run } = session;
    if (run.status === "failed" && session.spec === spec) throw new ComputeError(run.failure);
    if (picture?.spec !== spec || !picture.result) return null;
    const isWhole = picture.stage === "remedied" || picture.stage === "seeds" || spec.replicates === 1;
    return isWhole ? picture.result : null;
  }

  /** As Compare has measured it: with its seed and its number of draws. */
  #comparedResult({ key }: ReportEntry): RunResult | null {
    const { picture } = this.#ports.compareRuns;
    if (!picture?.comparison) return null;
    return picture.results[picture.runs.findIndex((run) => `compare ${run.key}` === key)] ?? null;
  }

  #reportedRun(entry: ReportEntry, name: string, result: RunResult | null): ReportedRun {
    if ("saved" in entry) {
      const { notes, result: text, training, created, modified } = (entry as SavedEntry).saved;
      return {
        name,
        notes,
        result: text,
        ...(training === undefined ? {} : { training }),
        created,
        modified,
      };
    }
    const { document } = this.#ports;
    if (result && entry.from === "lab")
      return { name, notes: document.notes, result: this.#textOf(result), ...document.asSaved };
    const notes = "";
    if (result) return { name, notes, result: this.#textOf(result) };
    return { name, notes, result: null, training: trainingText(trainedResults(this.#ports.trainRuns)) };
  }

  /** The same object, the same number. */
  #stamp(of: object | null | undefined): number {
    if (!of) return 0;
    const stamp = this.#stamps.get(of) ?? this.#nextStamp++;
    this.#stamps.set(of, stamp);
    return stamp;
  }

  #textOf(result: RunResult): string {
    const text = this.#texts.get(result) ?? resultText(result, 0);
    this.#texts.set(result, text);
    return text;
  }

  /** Compare's own, where the report is of its runs and of no others. */
  #comparisonOf(
    chosen: readonly ReportEntry[],
    names: readonly string[],
    results: readonly (RunResult | null)[],
  ): string | null {
    const { picture } = this.#ports.compareRuns;
    if (!picture?.comparison || chosen.length < 2 || picture.runs.length !== chosen.length) return null;
    const isSame = picture.runs.every(
      ({ key }, i) => chosen[i]?.key === `compare ${key}` && picture.results[i] === results[i],
    );
    if (!isSame) return null;
    const runs = picture.comparison.runs.map((run, i) => ({ ...run, name: names[i]! }));
    return textOfNumbers({ ...picture.comparison, runs }, 0);
  }
}

/** Of the runs that have ended, each under its variant's name. */
function trainedResults({ picture }: TrainRuns): readonly TrainResult[] {
  return (picture?.runs ?? []).flatMap(({ result, variant }) =>
    result ? [{ ...result, spec: { ...result.spec, name: variant.name } }] : [],
  );
}

/** Two of one name could not be told apart in a table. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name} (${i})`;
    taken.add(free);
    return free;
  });
}
