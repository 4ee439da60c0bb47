// What goes into a report: up to eight of what the Lab, Compare and Train have in hand, of what is saved and of what
// is built in, under names of their own and in an order of their own; its sections, title, author and notes. Builds no
// page: that is the host's.
import { HostError } from "../../../app/contract/hostError";
import { REPORT_SECTIONS, type ReportSection } from "../../../app/contract/report";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset } from "../../../core-as/spec/presets";
import { UNTITLED } from "./document.svelte";
import { type ReportEntry, type ReportPorts, type SavedEntry, trainedResults } from "./reportEntry";
import { type GatheredReport, type GatherProgress, ReportGathering } from "./reportGathering";
import { lastAuthor, rememberAuthor } from "./reportMemory";
import { type Reported, whyAbsent } from "./reportSections";
import { filesByPath } from "./specFiles";

export const MAX_REPORTED = 8;

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
  readonly #gathering: ReportGathering;
  readonly #stamps = new WeakMap<object, number>();
  #nextStamp = 1;

  constructor(ports: ReportPorts) {
    this.#ports = ports;
    this.#gathering = new ReportGathering(ports);
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
        document.asSaved?.modified,
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

  /** Saved experiments: alone, or beside what the person has chosen. As addSaved. */
  async openWith(ids: readonly string[]): Promise<void> {
    const isFirst = !this.#isTouched;
    for (const id of ids) if (!(await this.addSaved(id))) break;
    if (isFirst) this.#ticked = new Set(ids.map((id) => `saved ${id}`));
  }

  /** One that was added; the others are other screens'. */
  remove(key: string): void {
    this.#added = this.#added.filter((entry) => entry.key !== key);
    this.tick(key, false);
    this.#gathering.forget(key);
  }

  /** Measures what is missing. Rejects with a ComputeError, or the signal's reason. */
  gather(signal: AbortSignal, tell: (progress: GatherProgress) => void): Promise<GatheredReport> {
    return this.#gathering.gather(this, signal, tell);
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

  /** The same object, the same number. */
  #stamp(of: object | null | undefined): number {
    if (!of) return 0;
    const stamp = this.#stamps.get(of) ?? this.#nextStamp++;
    this.#stamps.set(of, stamp);
    return stamp;
  }
}
