// Measures what a chapter of Learn needs, with the real core, as the page does.
import { activationFunctions } from "../../../core-as/runtime/functions";
import { execute, type ExecuteHost } from "../../../core-as/runtime/execute";
import { MeasuringCore } from "../../../core-as/runtime/tally";
import { trainAll } from "../../../core-as/runtime/train/train";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { RunResult } from "../../../core-as/spec/result";
import type { TrainResult } from "../../../core-as/spec/training";
import type { WrittenExperiment } from "../../../core-as/spec/written";
import { type Theory, theoryOf } from "../../../core-as/theory/theory";
import { builtCore } from "../../../core-as/test/runtime/host";
import type { Evidence, Needs, TheoryQuery } from "../../src/lab/learn/chapter";

/** Kept over chapters and questions: what several need is run once. */
export class Measuring {
  readonly #host: ExecuteHost;
  readonly #core = new MeasuringCore(builtCore("fast").module);
  readonly #runs = new Map<string, RunResult>();
  readonly #trainings = new Map<string, TrainResult>();

  constructor(host: ExecuteHost) {
    this.#host = host;
  }

  /** `shift` is added to the seed of every experiment. */
  async evidence(needs: Needs, shift = 0): Promise<Evidence> {
    const runs = new Map<string, RunResult>();
    for (const [name, spec] of Object.entries(needs.runs ?? {})) runs.set(name, await this.run(spec, shift));
    const trainings = new Map<string, TrainResult>();
    for (const [name, written] of Object.entries(needs.trainings ?? {})) {
      trainings.set(name, await this.train(written, shift));
    }
    const theories = new Map<string, Theory>(
      Object.entries(needs.theories ?? {}).map(([name, query]) => [name, this.theory(query)]),
    );
    return {
      run: (name) => known(runs, name),
      training: (name) => known(trainings, name),
      theory: (name) => known(theories, name),
    };
  }

  async run(written: WrittenExperiment, shift = 0): Promise<RunResult> {
    const spec = parseExperiment({ ...written, seed: (written.seed ?? 0) + shift });
    const key = JSON.stringify(spec);
    const result = this.#runs.get(key) ?? (await execute(spec, this.#host)).result;
    this.#runs.set(key, result);
    return result;
  }

  async train(written: WrittenExperiment, shift = 0): Promise<TrainResult> {
    const spec = parseExperiment({ ...written, seed: (written.seed ?? 0) + shift });
    const key = JSON.stringify(spec);
    const result = this.#trainings.get(key) ?? (await trainAll([spec], [spec.seed], this.#host))[0]!;
    this.#trainings.set(key, result);
    return result;
  }

  theory({ activation, ...options }: TheoryQuery): Theory {
    const name = "name" in activation ? activation.name : activation.formula;
    return theoryOf(activationFunctions(this.#core, activation), { activation: name, ...options });
  }
}

function known<T>(results: ReadonlyMap<string, T>, name: string): T {
  const result = results.get(name);
  if (result === undefined) throw new Error(`"${name}" is not among the needs`);
  return result;
}
