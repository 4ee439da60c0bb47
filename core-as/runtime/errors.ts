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
