// A HostApi that keeps everything in memory: for trials of what stands above it. Trusts what it is given.
import type {
  ExperimentList,
  About,
  Draft,
  ExperimentSummary,
  ExperimentToSave,
  HostApi,
  SavedExperiment,
  Settings,
} from "../../../app/contract/hostApi";
import { HostError } from "../../../app/contract/hostError";
import type { JobProgress } from "../../../app/contract/jobs";
import type { FigureRequest, ReportRequest } from "../../../app/contract/report";

const ABOUT: About = {
  version: "0.0.0",
  runtime: { Memory: "1.0.0" },
  platform: "none",
  host: "direct",
  dataFolder: "/data",
};

export class MemoryHost implements HostApi {
  readonly saved = new Map<string, SavedExperiment>();
  readonly trash = new Map<string, SavedExperiment>();
  readonly drafts = new Map<string, Draft>();
  /** In the trash. */
  damaged: ExperimentList["quarantined"] = [];
  /** Names of the methods that were called. */
  readonly calls: string[] = [];
  /** The next call of this method is refused. */
  refusing: { readonly method: keyof HostApi; readonly error: HostError } | null = null;
  #settings: Settings = { theme: "system", workers: null, draws: 20 };
  #next = 1;

  about = () => this.#answer("about", () => ABOUT);
  settings = () => this.#answer("settings", () => this.#settings);
  changeSettings = (change: Partial<Settings>) =>
    this.#answer("changeSettings", () => (this.#settings = { ...this.#settings, ...change }));

  listExperiments = () =>
    this.#answer("listExperiments", () => ({
      experiments: [...this.saved.values()].reverse(),
      quarantined: [],
    }));
  searchExperiments = (text: string) =>
    this.#answer("searchExperiments", () =>
      [...this.saved.values()].filter(({ name }) => name.includes(text)).map(({ id }) => id),
    );
  openExperiment = (id: string) => this.#answer("openExperiment", () => this.#find(id));
  saveExperiment = (given: ExperimentToSave) =>
    this.#answer("saveExperiment", () => {
      const replaced = given.id === null ? null : this.#find(given.id);
      if (replaced && given.replaces !== undefined && replaced.digest !== given.replaces)
        throw new HostError({ code: "conflict", message: "was saved elsewhere" });
      const id = given.id ?? `experiment-${this.#next++}`;
      const saved = { ...structuredClone(given), ...summaryOf(id, given) };
      this.saved.set(id, saved);
      return saved;
    });
  describeExperiment = (id: string, change: Partial<ExperimentToSave>) =>
    this.#answer("describeExperiment", () => {
      const changed = { ...this.#find(id), ...change, id };
      this.saved.set(id, changed);
      return changed;
    });
  duplicateExperiment = (id: string) =>
    this.#answer("duplicateExperiment", () => {
      const copy = { ...this.#find(id), id: `experiment-${this.#next++}` };
      this.saved.set(copy.id, copy);
      return copy;
    });

  listTrash = () =>
    this.#answer("listTrash", () => ({ experiments: [...this.trash.values()], quarantined: this.damaged }));
  trashExperiments = (ids: readonly string[]) =>
    this.#answer("trashExperiments", () => this.#move(ids, this.saved, this.trash));
  restoreExperiments = (ids: readonly string[]) =>
    this.#answer("restoreExperiments", () => this.#move(ids, this.trash, this.saved));
  emptyTrash = (ids?: readonly string[]) =>
    this.#answer("emptyTrash", () => {
      for (const id of ids ?? [...this.trash.keys()]) this.trash.delete(id);
      if (!ids) this.damaged = [];
    });

  /** The ids, as text. */
  exportExperiments = (ids: readonly string[]) =>
    this.#answer("exportExperiments", () => new TextEncoder().encode(ids.join("\n")));
  importExperiments = (bytes: Uint8Array) =>
    this.#answer("importExperiments", () => ({
      imported: [],
      unchanged: new TextDecoder()
        .decode(bytes)
        .split("\n")
        .map((id) => this.#find(id)),
    }));

  listDrafts = () => this.#answer("listDrafts", () => [...this.drafts.values()]);
  keepDraft = (draft: Draft) =>
    this.#answer("keepDraft", () => void this.drafts.set(draft.key, structuredClone(draft)));
  discardDraft = (key: string) => this.#answer("discardDraft", () => void this.drafts.delete(key));
  /** Builds nothing: the report is its request. */
  buildReport = (request: ReportRequest) =>
    this.#answer("buildReport", () => new TextEncoder().encode(JSON.stringify(request)));
  figureSvg = ({ width, height }: FigureRequest) =>
    this.#answer(
      "figureSvg",
      () => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`,
    );

  jobProgress = () => this.#answer("jobProgress", (): JobProgress | null => null);
  cancelJob = (_job: string) => this.#answer("cancelJob", () => {});

  async #answer<Value>(method: keyof HostApi, value: () => Value): Promise<Value> {
    this.calls.push(method);
    await Promise.resolve();
    const { refusing } = this;
    if (refusing?.method === method) {
      this.refusing = null;
      throw refusing.error;
    }
    return value();
  }

  #find(id: string): SavedExperiment {
    const found = this.saved.get(id);
    if (found) return found;
    throw new HostError({ code: "not_found", where: id, message: "there is no such experiment" });
  }

  #move(ids: readonly string[], from: Map<string, SavedExperiment>, to: Map<string, SavedExperiment>): void {
    for (const id of ids) {
      const found = from.get(id);
      if (found) to.set(id, found);
      from.delete(id);
    }
  }
}

function summaryOf(
  id: string,
  { name, tags, spec, result, verdict, severity }: ExperimentToSave,
): ExperimentSummary {
  const now = new Date().toISOString();
  const { digest } = JSON.parse(result) as { digest: string };
  const [first] = spec.network.layers;
  return {
    id,
    name,
    tags,
    created: now,
    modified: now,
    digest,
    verdict,
    severity,
    scheme: first?.weights.scheme ?? "",
    activation: first && "name" in first.activation ? first.activation.name : "formula",
    depth: spec.network.layers.length,
    width: first?.units ?? null,
    data: spec.data.source,
  };
}
