// Errors of what was given to a run, found only when data and network meet.

export class RunError extends Error {
  override readonly name = "RunError";
  readonly code = "input";
  readonly where: string;
  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

/** What ended one of several experiments: `cause` is the error. */
export class ExperimentError extends Error {
  override readonly name = "ExperimentError";
  /** Which of them, from 0. */
  readonly index: number;
  constructor(index: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.index = index;
  }
}
