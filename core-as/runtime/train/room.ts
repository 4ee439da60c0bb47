// The runs that are open in one worker, each a Trainer with a core of its own. A run that is not known here (the worker
// is a new one) is answered "lost": the host opens it again from its last checkpoint.
import type { TrainRecord } from "../../spec/training";
import { Trainer, type TrainerInput, type TrainStanding } from "./trainer";

export interface OpenRequest extends TrainerInput {
  readonly id: number;
}

export interface AdvanceRequest {
  readonly id: number;
  readonly millis: number;
  readonly checkpoint: boolean;
}

export type AdvanceAnswer = TrainStanding | { readonly state: "lost" };

export class TrainingRoom {
  readonly #module: WebAssembly.Module;
  readonly #open = new Map<number, Trainer>();

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  open({ id, ...input }: OpenRequest): void {
    this.#open.delete(id);
    this.#open.set(id, new Trainer(this.#module, input));
  }

  advance({ id, millis, checkpoint }: AdvanceRequest, tell: (record: TrainRecord) => void): AdvanceAnswer {
    const trainer = this.#open.get(id);
    return trainer ? trainer.advance(millis, checkpoint, tell) : { state: "lost" };
  }

  close(id: number): void {
    this.#open.delete(id);
  }
}
