// Measures what chapters need, each experiment once a window: what two of them share, or one asks for again, is there
// already. One after the other, in the order of the names; whoever leaves cancels.
import { activationLabel } from "../../../../core-as/spec/activations";
import type { Experiment } from "../../../../core-as/spec/experiment";
import { parseExperiment } from "../../../../core-as/spec/parse";
import type { RunResult } from "../../../../core-as/spec/result";
import type { TrainResult } from "../../../../core-as/spec/training";
import type { WrittenExperiment } from "../../../../core-as/spec/written";
import type { Theory } from "../../../../core-as/theory/theory";
import type { Compute } from "../../compute/compute";
import type { Evidence, Needs, TheoryQuery } from "./chapter";

export type Measuring = Pick<Compute, "measure" | "trainings" | "theory">;

export class EvidenceRoom {
  readonly #compute: Measuring;
  readonly #runs = new Map<string, RunResult>();
  readonly #trainings = new Map<string, TrainResult>();
  readonly #theories = new Map<string, Theory>();

  constructor(compute: Measuring) {
    this.#compute = compute;
  }

  /**
   * `seedShift` is added to the seed of every spec: other draws of the same. `onProgress`: 0 to 1. Rejects with a
   * SpecError, or as the orders do.
   */
  async measure(
    { runs = {}, trainings = {}, theories = {} }: Needs,
    signal: AbortSignal,
    {
      seedShift = 0,
      onProgress = () => {},
    }: { seedShift?: number; onProgress?: (share: number) => void } = {},
  ): Promise<Evidence> {
    const wanted = [...Object.keys(runs), ...Object.keys(trainings)].length;
    let done = 0;
    const tell = (share: number) => onProgress(wanted === 0 ? 1 : (done + share) / wanted);
    const found = {
      theories: new Map<string, Theory>(),
      runs: new Map<string, RunResult>(),
      trainings: new Map<string, TrainResult>(),
    };
    for (const [name, query] of Object.entries(theories)) found.theories.set(name, await this.theory(query));
    for (const [name, written] of Object.entries(runs)) {
      found.runs.set(name, await this.#run(shifted(written, seedShift), signal, tell));
      done++;
    }
    for (const [name, written] of Object.entries(trainings)) {
      found.trainings.set(name, await this.#training(shifted(written, seedShift), signal, tell));
      done++;
    }
    tell(0);
    return {
      run: (name) => named("run", name, found.runs),
      training: (name) => named("training", name, found.trainings),
      theory: (name) => named("theory", name, found.theories),
    };
  }

  async theory(query: TheoryQuery): Promise<Theory> {
    const key = JSON.stringify(query);
    const known = this.#theories.get(key);
    if (known) return known;
    const { activation, ...options } = query;
    const theory = await this.#compute.theory(activation, {
      ...options,
      activation: activationLabel(activation),
    });
    this.#theories.set(key, theory);
    return theory;
  }

  async #run(spec: Experiment, signal: AbortSignal, tell: (share: number) => void): Promise<RunResult> {
    const key = JSON.stringify(spec);
    const known = this.#runs.get(key);
    if (known) return known;
    const onProgress = ({ fraction }: { readonly fraction: number }) => tell(fraction);
    const result = await this.#compute.measure(spec, new Map(), signal, onProgress);
    this.#runs.set(key, result);
    return result;
  }

  async #training(
    spec: Experiment,
    signal: AbortSignal,
    tell: (share: number) => void,
  ): Promise<TrainResult> {
    const key = JSON.stringify(spec);
    const known = this.#trainings.get(key);
    if (known) return known;
    const [result] = await this.#compute.trainings([spec], signal, {
      onTrainProgress: ({ stepsDone, steps }) => tell(stepsDone / Math.max(1, steps)),
    });
    this.#trainings.set(key, result!);
    return result!;
  }
}

function shifted(written: WrittenExperiment, seedShift: number): Experiment {
  const spec = parseExperiment(written);
  return { ...spec, seed: spec.seed + seedShift };
}

function named<T>(kind: string, name: string, found: ReadonlyMap<string, T>): T {
  const one = found.get(name);
  if (one === undefined) throw new Error(`"${name}" is no ${kind} that is needed here; name it under needs`);
  return one;
}
