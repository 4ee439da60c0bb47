// Trainings as a saved experiment: the first variant's network, measured untrained, with the trainings beside it.
import type { HostApi } from "../../../app/contract/hostApi";
import { verdictOf } from "../../../core-as/diagnosis/verdict";
import { resultText } from "../../../core-as/spec/resultText";
import { trainingText } from "../../../core-as/spec/trainingText";
import type { Compute } from "../compute/compute";
import { savedOrNull } from "./savedOrNull";
import { filesOf } from "./specFiles";
import { namedResults, type TrainPicture } from "./trainPicture";

/** The fraction is the measurement's, null while the save is written; `trial`: the remedy that is being tried. */
export interface TrainSaving {
  readonly fraction: number | null;
  readonly trial: string | null;
}

export interface TrainSavePorts {
  readonly host: HostApi;
  readonly compute: Pick<Compute, "remedied">;
}

/**
 * `id`: the saved experiment that it takes the place of, null for a new one. Resolves with the saved one's id. Rejects
 * with the signal's reason until it is being written; what is being written is written.
 */
export async function saveTraining(
  {
    picture,
    name,
    id,
  }: { readonly picture: TrainPicture; readonly name: string; readonly id: string | null },
  { host, compute }: TrainSavePorts,
  signal: AbortSignal,
  tell: (saving: TrainSaving) => void,
): Promise<string> {
  const [first] = picture.variants as readonly [TrainPicture["variants"][number]];
  const spec = { ...first.spec, name };
  tell({ fraction: 0, trial: null });
  const measured = await compute.remedied(spec, first.files, signal, {
    onProgress: ({ fraction }) => tell({ fraction, trial: null }),
    onTrial: (trial) => tell({ fraction: 1, trial }),
  });
  const before = id === null ? null : await savedOrNull(host, id);
  signal.throwIfAborted();
  tell({ fraction: null, trial: null });
  const { severity, text: verdict } = verdictOf(measured);
  const saved = await host.saveExperiment({
    id: before?.id ?? null,
    ...(before ? { replaces: before.digest } : {}),
    name,
    notes: before?.notes ?? "",
    tags: before?.tags ?? [],
    spec,
    result: resultText(measured),
    training: trainingText(namedResults(picture)),
    verdict,
    severity,
    files: filesOf(spec, first.files),
  });
  return saved.id;
}
