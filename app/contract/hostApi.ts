// What the renderer may ask of the host: one interface, three transports (direct, Electron's IPC, loopback HTTP).
// Every value is plain data that survives a structured clone; every number in it is bounded by `methods.ts`.
import type { Experiment } from "../../core-as/spec/experiment";
import type { Severity } from "../../core-as/spec/result";
import type { JobProgress } from "./jobs";
import type { FigureRequest, ReportRequest } from "./report";

/** A method rejects with a HostError and with nothing else. */
export interface HostApi {
  about(): Promise<About>;

  settings(): Promise<Settings>;
  /** Fields that are left out stay as they are. */
  changeSettings(change: Partial<Settings>): Promise<Settings>;

  /** Newest first. */
  listExperiments(): Promise<ExperimentList>;
  /** Ids of the experiments whose name, notes, tags or spec fields have every word of the text; best first. */
  searchExperiments(text: string): Promise<readonly string[]>;
  openExperiment(id: string): Promise<SavedExperiment>;
  /** Written whole or not at all; acknowledged once it is on the disk. */
  saveExperiment(given: ExperimentToSave): Promise<ExperimentSummary>;
  /** Changes what a person wrote about it, and no measurement. */
  describeExperiment(id: string, change: Description): Promise<ExperimentSummary>;
  duplicateExperiment(id: string): Promise<ExperimentSummary>;

  listTrash(): Promise<ExperimentList>;
  trashExperiments(ids: readonly string[]): Promise<void>;
  restoreExperiments(ids: readonly string[]): Promise<void>;
  /** Removes for good what is in the trash; these, or all. */
  emptyTrash(ids?: readonly string[]): Promise<void>;

  /** The bytes of one `.initlab` file. */
  exportExperiments(ids: readonly string[]): Promise<Uint8Array>;
  /** Of an `.initlab` file. Nothing is written where anything in it is wrong. */
  importExperiments(bytes: Uint8Array): Promise<ImportReport>;

  /** Work that was not saved when its window ended; oldest first. */
  listDrafts(): Promise<readonly Draft[]>;
  /** Replaces the draft of the same key. */
  keepDraft(draft: Draft): Promise<void>;
  discardDraft(key: string): Promise<void>;

  /** The bytes of the report's file. The same request gives the same bytes. `job`: an id to watch it by. */
  buildReport(request: ReportRequest, job?: string): Promise<Uint8Array>;
  /** The text of an SVG file. */
  figureSvg(request: FigureRequest): Promise<string>;

  /** How far the work of this id is; null where none is under way. */
  jobProgress(job: string): Promise<JobProgress | null>;
  /**
   * Ends the work of this id at once: what asked for it rejects as "cancelled". Resolves when nothing of it runs any
   * more. Work that arrives later under this id is not begun.
   */
  cancelJob(job: string): Promise<void>;
}

export interface About {
  /** Of the app. */
  readonly version: string;
  /** `Electron 45.4.1`, `Node 20.20.2`: what runs the host, with what it is made of. */
  readonly runtime: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly host: "direct" | "electron" | "http";
  /** The folder of everything that is kept. */
  readonly dataFolder: string;
}

export interface Settings {
  readonly theme: "system" | "light" | "dark";
  /** Worker threads of a run; null: as many as the machine has. */
  readonly workers: number | null;
  /** Draws that an experiment opens with in the Lab. */
  readonly draws: number;
}

export interface Description {
  readonly name?: string;
  /** Markdown. */
  readonly notes?: string;
  readonly tags?: readonly string[];
}

/** Bytes of the files that a spec names, by the path as the spec has it. */
export type NamedFiles = readonly { readonly path: string; readonly bytes: Uint8Array }[];

export interface ExperimentToSave extends Required<Description> {
  /** Null: a new one. Else the one that is replaced. */
  readonly id: string | null;
  /** Digest of what is replaced, as it was last seen: refused ("conflict") where it is another by now. */
  readonly replaces?: string;
  readonly spec: Experiment;
  /** The text of result.json. */
  readonly result: string;
  /** The text of training.json: what trainings of this spec came to. Absent: it was not trained. */
  readonly training?: string;
  /** The reading of that result in one sentence, and how grave it is: the host reads no diagnosis. */
  readonly verdict: string;
  readonly severity: Severity;
  readonly files: NamedFiles;
}

export interface SavedExperiment extends ExperimentSummary {
  readonly notes: string;
  /** As it was saved; null where `readOnly` says why it cannot be understood. */
  readonly spec: Experiment | null;
  readonly result: string;
  /** As it was saved; absent where it was not trained. */
  readonly training?: string;
  readonly files: NamedFiles;
}

/** One row of the library. */
export interface ExperimentSummary {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly modified: string;
  readonly digest: string;
  readonly verdict: string;
  readonly severity: Severity;
  /** Of the hidden layers; "mixed" where they differ. */
  readonly scheme: string;
  readonly activation: string;
  readonly depth: number;
  /** Null where the layers differ. */
  readonly width: number | null;
  readonly data: string;
  /** Trainings saved with it; absent where there are none. */
  readonly trainings?: number;
  /** Why it can only be looked at: written by a newer version. */
  readonly readOnly?: string;
}

export interface ExperimentList {
  readonly experiments: readonly ExperimentSummary[];
  /**
   * What cannot be read, by its folder from the data folder, with the reason. Of the shelf: what was set aside since
   * the last start. Of the trash: what lies there; it goes when the trash is emptied.
   */
  readonly quarantined: readonly { readonly folder: string; readonly reason: string }[];
}

export interface ImportReport {
  readonly imported: readonly ExperimentSummary[];
  /** Already there, bit for bit. */
  readonly unchanged: readonly ExperimentSummary[];
}

export interface Draft {
  /** Of the window that wrote it. */
  readonly key: string;
  /** The experiment it changes; null for a new one. */
  readonly experimentId: string | null;
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly spec: Experiment;
  readonly files: NamedFiles;
  /** ISO 8601, UTC. */
  readonly written: string;
}
