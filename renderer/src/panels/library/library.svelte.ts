// The Library in hand: what the host has, what is searched, filtered and picked, and what is done with it. The host
// is asked for everything and told of everything; nothing is changed here before it has agreed.
import { readResultText } from "../../../../core-as/spec/resultText";
import { whole } from "../../../../core-as/spec/number";
import type { Severity } from "../../../../core-as/spec/result";
import type {
  Description,
  ExperimentList,
  ExperimentSummary,
  SavedExperiment,
} from "../../../../app/contract/hostApi";
import { failureOf, HostError, type HostFailure } from "../../../../app/contract/hostError";
import { type CompareRuns, MAX_RUNS } from "../../lab/compareRuns.svelte";
import { exportName } from "../../lab/exportName";
import type { AppContext } from "../../context";
import { Arrangement, type ColumnName, NEWEST_FIRST, type Order, tagsInUse } from "./arrange";
import { NOTHING, type Selection } from "./selection";
import { Verifier } from "./verifier.svelte";

export type LibraryView = "experiments" | "trash";

/** Keys that come in one turn are one search; the newest answer wins. */
const SEARCH_MILLIS = 0;

export type LibraryNeeds = Pick<AppContext, "host" | "shell" | "compute" | "say" | "complain"> & {
  /** The experiment in the Lab may be one of these. */
  readonly document: Pick<AppContext["document"], "described" | "trashed">;
};

export class Library {
  view: LibraryView = $state("experiments");
  list: ExperimentList | null = $state.raw(null);
  trash: ExperimentList | null = $state.raw(null);
  /** Why the list could not be had. */
  failure: HostFailure | null = $state.raw(null);
  text = $state("");
  found: readonly string[] | null = $state.raw(null);
  tags: readonly string[] = $state.raw([]);
  severities: readonly Severity[] = $state.raw([]);
  order: Order = $state.raw(NEWEST_FIRST);
  selection: Selection = $state.raw(NOTHING);
  /** Set while something long is done for all that is picked. */
  busy: string | null = $state(null);
  readonly verifier: Verifier;

  readonly #app: LibraryNeeds;
  /** On their way into the trash: they are not opened any more. */
  #leaving: ReadonlySet<string> = $state.raw(new Set());
  readonly #openings = new Map<string, Promise<unknown>>();
  #searchId = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #shown = $derived(this.view === "trash" ? this.trash : this.list);
  readonly all = $derived(this.#shown?.experiments ?? []);
  /** What cannot be read, of what is shown. */
  readonly quarantined = $derived(this.#shown?.quarantined ?? []);
  readonly #arrangement = $derived(new Arrangement(this.all));
  readonly rows = $derived.by(() =>
    this.#arrangement.rows(
      {
        tags: this.tags,
        severities: this.severities,
        found: this.view === "trash" ? null : this.found,
      },
      this.order,
    ),
  );
  readonly picked = $derived(this.rows.filter(({ id }) => this.selection.ids.has(id)));
  readonly tagCounts = $derived(tagsInUse(this.all));

  constructor(app: LibraryNeeds) {
    this.#app = app;
    this.verifier = new Verifier(app.compute, (id) => this.open(id));
  }

  get isLoading(): boolean {
    return this.failure === null && this.#shown === null;
  }

  isLeaving(id: string): boolean {
    return this.#leaving.has(id);
  }

  get isFiltered(): boolean {
    return this.found !== null || this.tags.length > 0 || this.severities.length > 0;
  }

  async load(): Promise<void> {
    try {
      this.list = await this.#app.host.listExperiments();
      this.failure = null;
      if (this.text.trim() !== "") await this.#find();
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  async show(view: LibraryView): Promise<void> {
    this.view = view;
    this.selection = NOTHING;
    this.clearFilters();
    if (view === "experiments") return this.load();
    try {
      this.trash = await this.#app.host.listTrash();
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** The newest wins, however the answers come in. */
  search(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    if (text.trim() === "") {
      this.#searchId++;
      this.found = null;
      if (this.order.by === "match") this.order = NEWEST_FIRST;
      return;
    }
    this.#timer = setTimeout(() => void this.#find(), SEARCH_MILLIS);
  }

  async #find(): Promise<void> {
    const id = ++this.#searchId;
    try {
      const found = await this.#app.host.searchExperiments(this.text);
      if (id !== this.#searchId) return;
      if (this.found === null) this.order = { by: "match", isRising: true };
      this.found = found;
    } catch (error) {
      if (id === this.#searchId) this.#app.complain(error);
    }
  }

  sortBy(by: ColumnName): void {
    const first = by !== "modified";
    this.order = this.order.by === by ? { by, isRising: !this.order.isRising } : { by, isRising: first };
  }

  toggleTag(tag: string): void {
    this.tags = this.tags.includes(tag) ? this.tags.filter((other) => other !== tag) : [...this.tags, tag];
  }

  toggleSeverity(severity: Severity): void {
    this.severities = this.severities.includes(severity)
      ? this.severities.filter((other) => other !== severity)
      : [...this.severities, severity];
  }

  clearFilters(): void {
    this.tags = [];
    this.severities = [];
    this.search("");
  }

  async describe(id: string, change: Description): Promise<void> {
    await this.#doing(null, async () => {
      const summary = await this.#app.host.describeExperiment(id, change);
      this.#replace(summary);
      this.#app.document.described(id, change, summary);
    });
  }

  /** Adds and takes away tags of each of these. */
  async retag(experiments: readonly ExperimentSummary[], add: readonly string[], remove: readonly string[]) {
    await this.#doing("Changing tags", async () => {
      const changed: ExperimentSummary[] = [];
      for (const { id, tags, readOnly } of experiments) {
        if (readOnly !== undefined) continue;
        const kept = tags.filter((tag) => !remove.includes(tag));
        const next = [...kept, ...add.filter((tag) => !kept.includes(tag))];
        if (next.join("\n") === tags.join("\n")) continue;
        const summary = await this.#app.host.describeExperiment(id, { tags: next });
        changed.push(summary);
        this.#app.document.described(id, { tags: next }, summary);
      }
      this.#replace(...changed);
    });
  }

  async duplicate(id: string): Promise<void> {
    await this.#doing(null, async () => {
      const copy = await this.#app.host.duplicateExperiment(id);
      await this.load();
      this.selection = { ids: new Set([copy.id]), active: copy.id, anchor: copy.id };
      this.#app.say(`Duplicated as ${copy.name || "Untitled"}`);
    });
  }

  async moveToTrash(experiments: readonly ExperimentSummary[]): Promise<void> {
    const ids = experiments.map(({ id }) => id);
    if (ids.length === 0) return;
    await this.#doing(null, async () => {
      const next = this.#after(ids);
      await this.#moveToTrash(ids);
      this.#app.document.trashed(ids);
      const gone = new Set(ids);
      if (this.list)
        this.list = { ...this.list, experiments: this.list.experiments.filter(({ id }) => !gone.has(id)) };
      this.trash = null;
      this.selection = next === null ? NOTHING : { ids: new Set([next]), active: next, anchor: next };
      this.#app.say(`${namesOf(experiments)} moved to the trash`, {
        label: "Undo",
        run: () => void this.restore(experiments),
      });
    });
  }

  async restore(experiments: readonly ExperimentSummary[]): Promise<void> {
    const ids = experiments.map(({ id }) => id);
    await this.#doing(null, async () => {
      await this.#app.host.restoreExperiments(ids);
      this.#dropFromTrash(ids);
      await this.load();
      if (this.view === "trash") this.#app.say(`${namesOf(experiments)} restored`);
      else this.selection = { ids: new Set(ids), active: ids[0] ?? null, anchor: ids[0] ?? null };
    });
  }

  /** For good, and what is damaged with them. */
  async emptyTrash(): Promise<void> {
    await this.#doing("Deleting", async () => {
      await this.#app.host.emptyTrash();
      this.trash = { experiments: [], quarantined: [] };
      this.selection = NOTHING;
      this.#app.say("The trash is empty");
    });
  }

  /** For good. */
  async destroy(experiments: readonly ExperimentSummary[]): Promise<void> {
    const ids = experiments.map(({ id }) => id);
    await this.#doing("Deleting", async () => {
      await this.#app.host.emptyTrash(ids);
      this.#dropFromTrash(ids);
      this.#app.say(`${namesOf(experiments)} deleted for good`);
    });
  }

  async import(): Promise<void> {
    await this.#doing("Importing", async () => {
      const files = await this.#app.shell.pickFiles("experiment");
      for (const { name, bytes } of files) {
        if (!name.toLowerCase().endsWith(".initlab"))
          throw new HostError({
            code: "invalid",
            where: name,
            message: "is no exported experiment (.initlab); Open… in the Lab takes specs",
          });
        const { imported, unchanged } = await this.#app.host.importExperiments(bytes);
        await this.load();
        const ids = [...imported, ...unchanged].map(({ id }) => id);
        this.selection = { ids: new Set(ids), active: ids[0] ?? null, anchor: ids[0] ?? null };
        const already = unchanged.length === 0 ? "" : `, ${whole(unchanged.length)} there already`;
        this.#app.say(`${name}: ${countText(imported.length)} imported${already}`);
      }
    });
  }

  async export(experiments: readonly ExperimentSummary[]): Promise<void> {
    const [first] = experiments;
    if (!first) return;
    await this.#doing("Exporting", async () => {
      const bytes = await this.#app.host.exportExperiments(experiments.map(({ id }) => id));
      const name = experiments.length === 1 ? first.name : `${experiments.length} experiments`;
      const where = await this.#app.shell.saveFile(exportName(name), bytes);
      if (where !== null) this.#app.say(`${namesOf(experiments)} exported to ${where}`);
    });
  }

  /** How many were added; those beyond the most that are compared are said to be left out. */
  async compare(experiments: readonly ExperimentSummary[], runs: CompareRuns): Promise<number> {
    let added = 0;
    const can = experiments.filter(({ readOnly }) => readOnly === undefined);
    await this.#doing("Opening", async () => {
      for (const { id } of can.slice(0, MAX_RUNS - runs.runs.length)) {
        const { name, spec, files } = await this.#app.host.openExperiment(id);
        if (spec && runs.add(name || "Untitled", spec, new Map(files.map((file) => [file.path, file.bytes]))))
          added++;
      }
    });
    if (added < can.length)
      this.#app.say(`Compare takes ${MAX_RUNS} runs: ${whole(can.length - added)} left out`);
    return added;
  }

  open(id: string): Promise<SavedExperiment> {
    const opening = this.#app.host.openExperiment(id);
    const settled = opening
      .catch(() => null)
      .finally(() => {
        if (this.#openings.get(id) === settled) this.#openings.delete(id);
      });
    this.#openings.set(id, settled);
    return opening;
  }

  /** Whoever reads one of these may finish: half of it would be gone under their hands. */
  async #moveToTrash(ids: readonly string[]): Promise<void> {
    this.#leaving = new Set([...this.#leaving, ...ids]);
    try {
      await Promise.all(ids.flatMap((id) => this.#openings.get(id) ?? []));
      await this.#app.host.trashExperiments(ids);
    } finally {
      this.#leaving = new Set([...this.#leaving].filter((id) => !ids.includes(id)));
    }
  }

  /** The row that takes the place of those that go. */
  #after(ids: readonly string[]): string | null {
    const gone = new Set(ids);
    const last = this.rows.findLastIndex(({ id }) => gone.has(id));
    const below = this.rows.slice(last + 1).find(({ id }) => !gone.has(id));
    return (below ?? this.rows.slice(0, last).findLast(({ id }) => !gone.has(id)))?.id ?? null;
  }

  #replace(...changed: readonly ExperimentSummary[]): void {
    if (!this.list || changed.length === 0) return;
    const byId = new Map(changed.map((one) => [one.id, one]));
    this.list = { ...this.list, experiments: this.list.experiments.map((one) => byId.get(one.id) ?? one) };
  }

  #dropFromTrash(ids: readonly string[]): void {
    const gone = new Set(ids);
    if (this.trash)
      this.trash = { ...this.trash, experiments: this.trash.experiments.filter(({ id }) => !gone.has(id)) };
    if (this.view === "trash") this.selection = NOTHING;
  }

  async #doing(what: string | null, work: () => Promise<void>): Promise<void> {
    this.busy = what;
    try {
      await work();
    } catch (error) {
      this.#app.complain(error);
    } finally {
      this.busy = null;
    }
  }
}

/** When and by which core it was measured, and whether it can be read at all. */
export function coreVersionOf({ result }: Pick<SavedExperiment, "result">): string | null {
  try {
    return readResultText(result).core.version;
  } catch {
    return null;
  }
}

export function countText(count: number): string {
  return count === 1 ? "1 experiment" : `${whole(count)} experiments`;
}

export function namesOf(experiments: readonly ExperimentSummary[]): string {
  const [first] = experiments;
  return first && experiments.length === 1 ? first.name || "Untitled" : countText(experiments.length);
}
