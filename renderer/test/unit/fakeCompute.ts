// A Compute whose runs end when the test says so.
import type { RunResult } from "../../../core-as/spec/result";
import type { Experiment } from "../../../core-as/spec/experiment";
import {
  type Compute,
  ComputeError,
  type Listener,
  type TrainingToRun,
  type TrainingUnderWay,
  type TrainListener,
} from "../../src/compute/compute";
import type { LivePart } from "../../src/compute/messages";

export interface LiveRun {
  readonly spec: Experiment;
  /** One more stage. */
  tell(part: Partial<LivePart> & Pick<LivePart, "stage">): void;
  progress(fraction: number): void;
  end(): void;
  fail(code: string, message: string): void;
}

export interface FakeTraining {
  readonly asked: TrainingToRun;
  readonly tell: TrainListener;
  /** What the training was told: "pause", "resume", "stop", "cancel". */
  readonly told: string[];
  end(): void;
  fail(code: string, message: string): void;
}

export class FakeCompute {
  readonly runs: LiveRun[] = [];
  readonly trainings: FakeTraining[] = [];
  /** Specs that were measured apart from the Lab's run. */
  readonly measured: Experiment[] = [];
  /** The same with their remedies. */
  readonly remediedSpecs: Experiment[] = [];
  /** While set, these wait for it. */
  gate: Promise<void> | null = null;

  live(spec: Experiment, _files: unknown, listener: Listener): { done: Promise<void>; cancel: () => void } {
    let run: LiveRun;
    const done = new Promise<void>((resolve, reject) => {
      const fail = (code: string, message: string) => reject(new ComputeError({ code, message }));
      run = {
        spec,
        tell: (part) =>
          listener.onPart?.({
            result: resultOf(spec),
            curves: new Map(),
            isWhole: false,
            ...part,
          } as LivePart),
        progress: (fraction) =>
          listener.onProgress?.({ fraction } as Parameters<NonNullable<Listener["onProgress"]>>[0]),
        end: resolve,
        fail,
      };
      this.runs.push(run);
    });
    return { done, cancel: () => run.fail("cancelled", "The run was cancelled") };
  }

  train(asked: TrainingToRun, tell: TrainListener): TrainingUnderWay {
    const told: string[] = [];
    const act = (what: string) => () => void told.push(what);
    const done = new Promise<void>((resolve, reject) => {
      const fail = (code: string, message: string) => reject(new ComputeError({ code, message }));
      this.trainings.push({ asked, tell, told, end: resolve, fail });
    });
    return { done, pause: act("pause"), resume: act("resume"), stop: act("stop"), cancel: act("cancel") };
  }

  measure(spec: Experiment, _files: unknown, signal: AbortSignal): Promise<RunResult> {
    this.measured.push(spec);
    return signal.aborted
      ? Promise.reject(new ComputeError({ code: "cancelled", message: "The run was cancelled" }))
      : Promise.resolve(resultOf(spec));
  }

  async remedied(spec: Experiment, _files: unknown, signal: AbortSignal): Promise<RunResult> {
    this.remediedSpecs.push(spec);
    await this.gate;
    if (signal.aborted) throw new ComputeError({ code: "cancelled", message: "The run was cancelled" });
    return resultOf(spec);
  }

  get last(): LiveRun {
    return this.runs.at(-1)!;
  }

  get asCompute(): Compute {
    return this as unknown as Compute;
  }
}

/** As little of a result as is read. */
export function resultOf(spec: Experiment): RunResult {
  return {
    format: "initlab.result/1",
    spec,
    digest: "0".repeat(64),
    layers: [{ index: 1, gradients: null }],
    network: {},
    diagnosis: [],
    nearestDefaults: [],
    timing: { totalMillis: NaN },
    environment: {},
  } as unknown as RunResult;
}
