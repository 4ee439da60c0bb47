// What can be put into a report, and the screens that it comes from.
import type { HostApi, SavedExperiment } from "../../../app/contract/hostApi";
import type { Experiment } from "../../../core-as/spec/experiment";
import type { TrainResult } from "../../../core-as/spec/training";
import type { Compute } from "../compute/compute";
import type { SpecFiles } from "../compute/messages";
import type { CompareRuns } from "./compareRuns.svelte";
import type { LabDocument } from "./document.svelte";
import type { LabSession } from "./session.svelte";
import { namedResults } from "./trainPicture";
import type { TrainRuns } from "./trainRuns.svelte";

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

/** One of the library. */
export interface SavedEntry extends ReportEntry {
  readonly saved: SavedExperiment;
}

/** Of the runs that have ended. */
export function trainedResults({ picture }: TrainRuns): readonly TrainResult[] {
  return picture ? namedResults(picture) : [];
}
