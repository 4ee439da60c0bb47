// What may end a trial without harm: the changed network has no such run. Cancelling is not among it.
import { RunError } from "./errors";
import { TooLargeError } from "./estimate";
import { TaskError, WorkerDied } from "./port";

/** Of what `execute` rejects with: true where another proposal may still do. */
export function cannotBeRun(error: unknown): boolean {
  return (
    error instanceof TaskError ||
    error instanceof TooLargeError ||
    error instanceof RunError ||
    error instanceof WorkerDied
  );
}
