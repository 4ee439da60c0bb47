// The worker's side: one core, one run at a time, tasks by name. A host's worker file is a few lines that
// make a ServicePort and call `serve`.
import { batchInput } from "./data";
import { combineLayer } from "./combine";
import { drawInto, drawWeights } from "./draw";
import { MeasuringCore as Core } from "./tally";
import { rescaleWeights } from "./lsuv";
import { measureCorrelation, measureJacobian } from "./measure";
import { Network } from "./network";
import { Pilot, talliedIn } from "./pilot";
import { failureOf } from "./pool";
import type { ServicePort, WorkerRequest } from "./port";
import { buffersOf } from "./port";
import type { Cotangent } from "./rows";
import { mergeSlabs } from "./range";
import { SlabPass } from "./slab";
import type { SlabInput, SlabResult } from "./slab";
import { predictRun } from "./theory";
import { TrainingRoom } from "./train/room";
import { cutShares } from "./train/share";
import type { ContextPart, LayerReferences, SlabStep, Tasks, TaskName } from "./tasks";

/** Least time between two words on how far a task has come. */
const PROGRESS_MILLIS = 40;

type Answer<N extends TaskName> = Tasks[N][1];

/** Answers the pool's requests with a core of this module, until the host ends the worker. */
export function serve(port: ServicePort, module: WebAssembly.Module): void {
  const service = new Service(port, module);
  port.onMessage((request) => service.receive(request));
}

interface Run {
  readonly net: Network;
  readonly pilotInput: Omit<SlabInput, "slab">;
  pilot: Pilot | null;
  readonly slabs: Map<number, SlabPass>;
  /** The arena's end once the run's own tensors are laid out. */
  base: number;
}

class Service {
  readonly #core: Core;
  readonly #port: ServicePort;
  readonly #training: TrainingRoom;
  #run: Run | null = null;
  #broken: Error | null = null;
  #lastProgress = 0;
  /** The task in hand: what a slab sends on its way belongs to the task that moves it, not to its first. */
  #task = 0;

  constructor(port: ServicePort, module: WebAssembly.Module) {
    this.#port = port;
    this.#core = new Core(module);
    this.#training = new TrainingRoom(module);
  }

  receive(request: WorkerRequest): void {
    if (request.type === "context") {
      this.#load(request.part as ContextPart, request.first);
      this.#port.post({ type: "loaded", id: request.id }, []);
      return;
    }
    const { id } = request;
    this.#task = id;
    try {
      const value = this.#answer(request.kind as TaskName, request.payload);
      this.#port.post({ type: "done", id, value }, buffersOf(value));
    } catch (thrown) {
      this.#port.post({ type: "failed", id, failure: failureOf(thrown) }, []);
    }
  }

  #load(part: ContextPart, first: boolean): void {
    try {
      if (first) {
        this.#run = null;
        this.#broken = null;
        this.#core.reset();
      }
      if (this.#broken) return;
      if (part.run) {
        const net = new Network(this.#core, part.run.plan);
        this.#run = {
          net,
          pilotInput: part.run.pilot,
          pilot: null,
          slabs: new Map(),
          base: this.#core.mark(),
        };
      }
      for (const { index, weights } of part.layers) this.#run!.net.load(index, weights);
    } catch (thrown) {
      // Told with the first task: a context has no answer of its own.
      this.#broken = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }

  #answer(kind: TaskName, payload: unknown): unknown {
    const core = this.#core;
    switch (kind) {
      case "data":
        return batchInput(core, payload as Tasks["data"][0]);
      case "draw":
        return core.scoped(() => {
          const { layer, seed } = payload as Tasks["draw"][0];
          const out = core.weights(layer.fanOut, layer.fanIn);
          drawWeights(core, layer, seed, out);
          return core.read(out);
        });
      case "tensors": {
        const { net } = this.#current();
        const { layer } = payload as Tasks["tensors"][0];
        return { weights: core.read(net.weightsOf(layer)), bias: core.read(net.biasOf(layer)) };
      }
      case "probe": {
        const { rows, cols, seed } = payload as Tasks["probe"][0];
        return core.scoped(() => {
          const out = core.weights(rows, cols);
          drawInto(core, { kind: "normal", mean: 0, std: 1 }, "probe/cotangent", seed, out);
          return core.read(out);
        });
      }
      case "lsuv":
        return rescaleWeights(this.#current().net, (payload as Tasks["lsuv"][0]).inputs);
      case "slab":
        return this.#slab(payload as Tasks["slab"][0]);
      case "combine":
        return combineLayer(this.#current().net, payload as Tasks["combine"][0]);
      case "shares":
        return cutShares(core, payload as Tasks["shares"][0]);
      case "trainOpen":
        this.#training.open(payload as Tasks["trainOpen"][0]);
        return null;
      case "trainAdvance":
        return this.#training.advance(payload as Tasks["trainAdvance"][0], (record) =>
          this.#port.post({ type: "part", id: this.#task, value: record }, []),
        );
      case "trainClose":
        this.#training.close((payload as Tasks["trainClose"][0]).id);
        return null;
      case "theory":
        return predictRun(core, payload as Tasks["theory"][0]);
      case "measure": {
        const { net } = this.#current();
        const asked = payload as Tasks["measure"][0];
        return {
          ...(asked.jacobian ? { jacobian: measureJacobian(net, asked.firstInput, asked.batchMoments) } : {}),
          ...(asked.correlation
            ? { correlation: measureCorrelation(net, asked.inputMeanSquare, asked.batchMoments) }
            : {}),
        } satisfies Answer<"measure">;
      }
    }
  }

  #slab(given: Tasks["slab"][0]): SlabStep {
    const run = this.#current();
    run.pilot ??= this.#pilot(run);
    if ("slabs" in given) {
      run.pilot.reach(1, null);
      return run.net.plan.barriers ? this.#begin(run, given.slabs[0]!) : this.#range(run, given.slabs);
    }
    const pass = run.slabs.get(given.slabIndex);
    if (!pass) throw new Error(`slab ${given.slabIndex} is not in this worker`);
    run.pilot.reach(given.barrier + 2, given.answer);
    return this.#step(run, given.slabIndex, pass.steps.next(given.answer));
  }

  /** Neighbouring slabs, one after the other in the same memory. */
  #range(run: Run, slabs: readonly SlabInput[]): SlabStep {
    const results = slabs.map((input, i) => {
      this.#core.release(run.base);
      const pass = this.#open(run, input, i, slabs.length);
      const step = pass.steps.next();
      if (!step.done) throw new Error("a slab waits where nothing makes it wait");
      return step.value;
    });
    return this.#done(run, slabs[0]!.slab.index, results);
  }

  /** A slab that may wait, kept until it is done. */
  #begin(run: Run, input: SlabInput): SlabStep {
    const pass = this.#open(run, input, 0, 1);
    run.slabs.set(input.slab.index, pass);
    return this.#step(run, input.slab.index, pass.steps.next());
  }

  #open(run: Run, input: SlabInput, place: number, of: number): SlabPass {
    return new SlabPass(run.net, run.pilot!, input, {
      part: (part) => this.#port.post({ type: "part", id: this.#task, value: part }, buffersOf(part)),
      passed: (share) => this.#progress((place + share) / of),
    });
  }

  #done(run: Run, first: number, results: readonly SlabResult[]): SlabStep {
    const result = mergeSlabs(run.net, results);
    return { state: "done", result, references: first === 0 ? this.#references(run) : null };
  }

  #step(run: Run, index: number, step: ReturnType<SlabPass["steps"]["next"]>): SlabStep {
    if (!step.done) return { state: "waiting", barrier: step.value };
    run.slabs.delete(index);
    return this.#done(run, index, [step.value]);
  }

  #pilot(run: Run): Pilot {
    const { core, plan } = run.net;
    const { inputs, labels, cotangent } = run.pilotInput;
    const rows = inputs.length / plan.features;
    let start: Cotangent | null = null;
    if (cotangent) {
      const values = core.matrix(rows, plan.layers.at(-1)!.fanOut);
      core.write(values, cotangent);
      start = { kind: "given", values };
    } else if (labels && plan.backward === "cross_entropy") {
      const words = core.words(rows);
      core.writeWords(words, labels);
      start = { kind: "cross_entropy", labels: words, gradScale: 1 / plan.samples, totals: core.doubles(2) };
    }
    const pilot = new Pilot(run.net, inputs, rows, start);
    // Slabs come and go above the pilot.
    run.base = core.mark();
    return pilot;
  }

  #references(run: Run): LayerReferences[] {
    const { core, plan } = run.net;
    return plan.layers.map((layer) =>
      Object.fromEntries(
        talliedIn(layer, plan.backward !== "none").map((tensor) => {
          const { calibration, first } = run.pilot!.reference(layer.index, tensor);
          return [tensor, { calibration: core.readBlock(calibration), first: core.read(first) }];
        }),
      ),
    );
  }

  /** What a context that could not be loaded said concerns the tasks of that context alone. */
  #current(): Run {
    if (this.#broken) throw this.#broken;
    if (!this.#run) throw new Error("a task came before its run");
    return this.#run;
  }

  #progress(value: number): void {
    const now = performance.now();
    if (now - this.#lastProgress < PROGRESS_MILLIS) return;
    this.#lastProgress = now;
    this.#port.post({ type: "progress", id: this.#task, value }, []);
  }
}
