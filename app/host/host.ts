// The host: the HostApi over a data folder. Knows no transport, and trusts its arguments: methods.ts parses them.
import type { About, HostApi } from "../contract/hostApi";
import type { Print, Reports } from "../report/reports";
import { type Disk, nodeDisk } from "./disk";
import { Drafts } from "./drafts";
import { ExperimentStore } from "./experimentStore";
import { hostError } from "./failure";
import { type Folders, foldersIn, makeFolders } from "./folders";
import { Jobs } from "./jobs";
import { Reporting } from "./reporting";
import { changeSettings, readSettings } from "./settings";

export interface OpenHost extends HostApi {
  /** Waits for what is under way. Nothing is lost without it but the index. */
  close(): Promise<void>;
}

export interface HostOptions {
  readonly disk?: Disk;
  readonly now?: () => Date;
  /** What builds reports; absent: this host builds none. Ends with whoever gave it, and not with the host. */
  readonly reports?: Reports;
  /** What prints them; absent: there are no PDFs. */
  readonly print?: Print;
}

/** Rejects with a HostError where the folder can neither be made nor read. Reading the shelf goes on behind. */
export async function openHost(
  dataFolder: string,
  about: Omit<About, "dataFolder">,
  { disk = nodeDisk, now = () => new Date(), reports, print }: HostOptions = {},
): Promise<OpenHost> {
  const folders: Folders = foldersIn(dataFolder);
  try {
    await makeFolders(disk, folders);
  } catch (error) {
    throw hostError(error, dataFolder);
  }
  const store = new ExperimentStore(disk, folders, now);
  const drafts = new Drafts(disk, folders, (key, reason) => store.setDraftAside(key, reason));
  const reporting = new Reporting(reports, print);
  const jobs = new Jobs();
  return {
    about: () => Promise.resolve({ ...about, dataFolder }),

    settings: () => inOwnWords(readSettings(disk, folders), dataFolder),
    changeSettings: (change) => store.change(() => changeSettings(disk, folders, change)),

    listExperiments: () => store.list(),
    searchExperiments: (text) => store.search(text),
    openExperiment: (id) => store.open(id),
    saveExperiment: (given) => store.save(given),
    describeExperiment: (id, change) => store.describe(id, change),
    duplicateExperiment: (id) => store.duplicate(id),

    listTrash: () => store.listTrash(),
    trashExperiments: (ids) => store.moveToTrash(ids),
    restoreExperiments: (ids) => store.restore(ids),
    emptyTrash: (ids) => store.emptyTrash(ids),

    exportExperiments: (ids) => store.export(ids),
    importExperiments: (bytes) => store.import(bytes),

    listDrafts: () => drafts.list(),
    keepDraft: (draft) => drafts.keep(draft),
    discardDraft: (key) => drafts.discard(key),

    buildReport: (request, job) => jobs.run(job, (own) => reporting.build(request, own)),
    figureSvg: (request) => jobs.run(undefined, () => reporting.figure(request)),

    jobProgress: (job) => Promise.resolve(jobs.progress(job)),
    cancelJob: (job) => jobs.cancel(job),

    close: async () => {
      await jobs.close();
      await drafts.idle();
      await store.close();
    },
  };
}

async function inOwnWords<T>(work: Promise<T>, where: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw hostError(error, where);
  }
}
