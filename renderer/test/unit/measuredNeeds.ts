// What a chapter needs, measured in this thread with the real core; each experiment once, whoever asks for it.
import { builtCore, openHost } from "../../../core-as/test/runtime/host";
import { execute, type ExecuteHost } from "../../../core-as/runtime/execute";
import { activationFunctions } from "../../../core-as/runtime/functions";
import { MeasuringCore } from "../../../core-as/runtime/tally";
import { trainAll } from "../../../core-as/runtime/train/train";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { ActivationSpec } from "../../../core-as/spec/experiment";
import type { RunResult } from "../../../core-as/spec/result";
import type { TrainResult } from "../../../core-as/spec/training";
import type { WrittenExperiment } from "../../../core-as/spec/written";
import { type Theory, theoryOf } from "../../../core-as/theory/theory";
import type { Evidence, Needs, TheoryQuery } from "../../src/lab/learn/chapter";

/** Closed when no longer needed: its pool holds memory. */
export class Laboratory {
  readonly #host: ExecuteHost = openHost("fast");
  readonly #core = new MeasuringCore(builtCore("fast").module);
  readonly #runs = new Map<string, RunResult>();
  readonly #trainings = new Map<string, TrainResult>();
  readonly #theories = new Map<string, Theory>();

  close(): void {
    this.#host.pool.close();
  }

  async run(spec: WrittenExperiment, seed: number): Promise<RunResult> {
    const key = JSON.stringify({ ...spec, seed });
    const known = this.#runs.get(key);
    if (known) return known;
    const { result } = await execute(parseExperiment({ ...spec, seed }), this.#host, {});
    this.#runs.set(key, result);
    return result;
  }

  async train(spec: WrittenExperiment, seed: number): Promise<TrainResult> {
    const key = JSON.stringify({ ...spec, seed });
    const known = this.#trainings.get(key);
    if (known) return known;
    const [result] = await trainAll([parseExperiment({ ...spec, seed })], [seed], this.#host, {});
    this.#trainings.set(key, result!);
    return result!;
  }

  theory({ activation, ...options }: TheoryQuery): Theory {
    const key = JSON.stringify({ activation, ...options });
    const known = this.#theories.get(key);
    if (known) return known;
    const theory = theoryOf(activationFunctions(this.#core, activation), {
      activation: nameOf(activation),
      ...options,
    });
    this.#theories.set(key, theory);
    return theory;
  }

  /** All that is needed, of this seed; asking for what is not among it throws. */
  async evidence({ runs = {}, trainings = {}, theories = {} }: Needs, seed: number): Promise<Evidence> {
    const measuredRuns = new Map<string, RunResult>();
    for (const [name, spec] of Object.entries(runs)) measuredRuns.set(name, await this.run(spec, seed));
    const measuredTrainings = new Map<string, TrainResult>();
    for (const [name, spec] of Object.entries(trainings))
      measuredTrainings.set(name, await this.train(spec, seed));
    return {
      run: (name) => named(measuredRuns, name),
      training: (name) => named(measuredTrainings, name),
      theory: (name) => {
        const query = Object.hasOwn(theories, name) ? theories[name] : undefined;
        if (query === undefined) throw new Error(`"${name}" is not among the needs`);
        return this.theory(query);
      },
    };
  }
}

function named<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (found === undefined) throw new Error(`"${name}" is not among the needs`);
  return found;
}

const nameOf = (activation: ActivationSpec): string =>
  "name" in activation ? activation.name : activation.formula;
