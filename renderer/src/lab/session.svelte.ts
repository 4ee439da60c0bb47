// What the Lab has in hand: the experiment, its history, and what was measured of it so far. The last picture stays
// until the next is ready. Asks compute and nobody else; knows nothing of files on a disk.
import type { Progress } from "../../../core-as/runtime/progress";
import { SpecError, type SpecProblem } from "../../../core-as/spec/errors";
import type { Experiment } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import { patched } from "../../../core-as/spec/patch";
import type { LayerResult, PatchOperation, RunResult } from "../../../core-as/spec/result";
import { type Compute, ComputeError } from "../compute/compute";
import type { ComputeFailure, Curve, LivePart, SpecFiles } from "../compute/messages";
import { History } from "./history";

export type RunStatus =
  /** Nothing to show is older than the spec. */
  | { readonly status: "done" }
  | {
      readonly status: "running";
      /** performance.now() at its start. */
      readonly since: number;
      readonly progress: Progress | null;
      /** The first seed is on the screen; draws for the band follow, then remedies. */
      readonly phase: "first" | "seeds" | "remedies";
      /** The remedy that is being tried. */
      readonly trial: string | null;
    }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly failure: ComputeFailure };

/** What is drawn. Of a long run's first layers: those, and forward figures alone. */
export interface Picture {
  /** The spec that was run; may be older than the one in hand. */
  readonly spec: Experiment;
  readonly layers: readonly LayerResult[];
  /** Null while only the first layers are known. */
  readonly result: RunResult | null;
  readonly stage: LivePart["stage"];
  /** By activation, as `curveKey` writes it. */
  readonly curves: ReadonlyMap<string, Curve>;
}

export interface Change {
  /** What is changed, in a word or two: names the step for undo. */
  readonly label: string;
  /** Changes of the same gesture are one step until `endGesture`. */
  readonly gesture?: string;
}

export class LabSession {
  spec: Experiment = $state.raw(null as unknown as Experiment);
  files: SpecFiles = $state.raw(new Map());
  picture: Picture | null = $state.raw(null);
  run: RunStatus = $state.raw({ status: "done" });
  /** Why the last change was refused; the spec in hand stayed as it was. */
  problem: SpecProblem | null = $state.raw(null);
  /** The layer pointed at, from 1; marked everywhere. */
  pointed: number | null = $state(null);
  undoLabel: string | null = $state(null);
  redoLabel: string | null = $state(null);

  readonly #compute: Compute;
  readonly #history = new History();
  #cancel: (() => void) | null = null;
  #runId = 0;

  constructor(compute: Compute, spec: Experiment, files: SpecFiles = new Map()) {
    this.#compute = compute;
    this.open(spec, files);
  }

  /** Another experiment: what was done to the one before cannot be undone here. `picture`: what was measured of it. */
  open(spec: Experiment, files: SpecFiles, result: RunResult | null = null): void {
    this.#history.clear();
    this.problem = null;
    this.spec = spec;
    this.files = files;
    this.#tellHistory();
    if (result) this.picture = pictureOf(spec, result);
    this.#start();
  }

  /**
   * A change of the spec, which is parsed before it counts; false where it is refused, with the reason in `problem`.
   * `files` are those that the changed spec names besides the ones in hand.
   */
  edit(changed: unknown, change: Change, files: SpecFiles = new Map()): boolean {
    let spec: Experiment;
    try {
      spec = parseExperiment(changed);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.problem = error.errors[0] ?? { path: "spec", message: error.message };
      return false;
    }
    this.problem = null;
    if (JSON.stringify(spec) === JSON.stringify(this.spec)) return true;
    this.#history.note(this.spec, change.label, change.gesture ?? null);
    this.spec = spec;
    if (files.size > 0) this.files = new Map([...this.files, ...files]);
    this.#tellHistory();
    this.#start();
    return true;
  }

  endGesture(): void {
    this.#history.endGesture();
  }

  apply(patch: readonly PatchOperation[], label: string): boolean {
    try {
      return this.edit(patched(this.spec, patch), { label });
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.problem = error.errors[0] ?? { path: "spec", message: error.message };
      return false;
    }
  }

  undo(): void {
    this.#goTo(this.#history.undo(this.spec));
  }

  redo(): void {
    this.#goTo(this.#history.redo(this.spec));
  }

  /** The same draws again. */
  reset(): void {
    this.#start();
  }

  /** New draws: the next seeds that none of the present ones is among. */
  reseed(): void {
    this.edit({ ...this.spec, seed: this.spec.seed + this.spec.replicates }, { label: "Seed" });
  }

  cancel(): void {
    this.#cancel?.();
  }

  /** True while what is drawn is not yet what the spec in hand says. */
  get isStale(): boolean {
    return this.picture === null || this.picture.spec !== this.spec;
  }

  #goTo(spec: Experiment | null): void {
    if (!spec) return;
    this.problem = null;
    this.spec = spec;
    this.#tellHistory();
    this.#start();
  }

  #tellHistory(): void {
    this.undoLabel = this.#history.undoLabel;
    this.redoLabel = this.#history.redoLabel;
  }

  #start(): void {
    mark("lab:input");
    const { spec, files } = this;
    const id = ++this.#runId;
    const isCurrent = () => this.#runId === id;
    this.run = { status: "running", since: performance.now(), progress: null, phase: "first", trial: null };
    const { done, cancel } = this.#compute.live(spec, files, {
      // An older run that is let finish while something is dragged still moves the picture.
      onPart: (part) => this.#show(spec, part, isCurrent()),
      onProgress: (progress) => isCurrent() && this.#tell({ progress }),
      onTrial: (trial) => isCurrent() && this.#tell({ trial, phase: "remedies", progress: null }),
    });
    this.#cancel = cancel;
    done.then(
      () => isCurrent() && this.#end({ status: "done" }),
      (error: unknown) => {
        if (!isCurrent()) return;
        if (!(error instanceof ComputeError)) throw error;
        this.#end(error.isCancelled ? { status: "cancelled" } : { status: "failed", failure: error.failure });
      },
    );
  }

  #tell(change: Partial<Extract<RunStatus, { status: "running" }>>): void {
    if (this.run.status === "running") this.run = { ...this.run, ...change };
  }

  #end(status: RunStatus): void {
    this.#cancel = null;
    this.run = status;
  }

  #show(spec: Experiment, part: LivePart, isCurrent: boolean): void {
    mark("lab:picture");
    const { stage, curves } = part;
    if (stage === "layers") {
      if (isCurrent) this.picture = { spec, layers: part.layers, result: null, stage, curves };
      return;
    }
    this.picture = { spec, layers: part.result.layers, result: part.result, stage, curves };
    if (isCurrent && stage === "first")
      this.#tell({ phase: part.isWhole ? "remedies" : "seeds", progress: null });
    if (isCurrent && stage === "seeds") this.#tell({ phase: "remedies", progress: null });
  }
}

function pictureOf(spec: Experiment, result: RunResult): Picture {
  return { spec, layers: result.layers, result, stage: "remedied", curves: new Map() };
}

/** For whoever measures; one of each is kept. */
function mark(name: string): void {
  performance.clearMarks(name);
  performance.mark(name);
}
