// Undo and redo of whole specs. Steps of one gesture (a slider that is dragged) are one.
import type { Experiment } from "../../../core-as/spec/experiment";

/** More than anyone goes back; specs are small and share what did not change. */
const MAX_STEPS = 500;

export interface Step {
  readonly spec: Experiment;
  /** What was changed, for the tooltip: "Standard deviation". */
  readonly label: string;
}

export class History {
  #past: Step[] = [];
  #future: Step[] = [];
  #gesture: string | null = null;

  /** `before` is what stood before the change called `label`. */
  note(before: Experiment, label: string, gesture: string | null): void {
    if (gesture === null || gesture !== this.#gesture) {
      this.#past.push({ spec: before, label });
      if (this.#past.length > MAX_STEPS) this.#past.shift();
    }
    this.#gesture = gesture;
    this.#future = [];
  }

  /** The next change begins a step of its own. */
  endGesture(): void {
    this.#gesture = null;
  }

  undo(now: Experiment): Experiment | null {
    return this.#move(this.#past, this.#future, now);
  }

  redo(now: Experiment): Experiment | null {
    return this.#move(this.#future, this.#past, now);
  }

  /** What undo and redo would take back or do again; null where there is nothing. */
  get undoLabel(): string | null {
    return this.#past.at(-1)?.label ?? null;
  }

  get redoLabel(): string | null {
    return this.#future.at(-1)?.label ?? null;
  }

  clear(): void {
    this.#past = [];
    this.#future = [];
    this.#gesture = null;
  }

  #move(from: Step[], to: Step[], now: Experiment): Experiment | null {
    this.#gesture = null;
    const step = from.pop();
    if (!step) return null;
    to.push({ spec: now, label: step.label });
    return step.spec;
  }
}
