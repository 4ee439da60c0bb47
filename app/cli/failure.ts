// The command line's one error voice: `initlab: WHERE: what is wrong, and what would be right`, and the exit
// code that goes with it. 2: something given is wrong; 1: the run, or the writing of its output, failed.

/** Ends a command with one line on stderr. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly where: string;
  readonly exitCode: 1 | 2;
  constructor(exitCode: 1 | 2, where: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.where = where;
    this.exitCode = exitCode;
  }
}

/** Exit code of a cancelled command, as shells expect after Ctrl-C. */
export const CANCELLED = 130;

/** Names and codes of errors whose cause was given from outside. */
const GIVEN = new Set([
  "SpecError",
  "FormatError",
  "DataError",
  "RunError",
  "input",
  "invalid",
  "not_found",
  "damaged",
  "newer_format",
  "too_large",
  "out_of_memory",
  "lsuv",
  "no_gain",
]);

export interface Ending {
  readonly exitCode: number;
  readonly line: string;
}

export function endingOf(thrown: unknown, command: string): Ending {
  const { exitCode, where, message } = failureAt(thrown, command);
  return { exitCode, line: line(where, message) };
}

/** What and where; `where` is said before the place that the error knows, but for the command `run`. */
function failureAt(thrown: unknown, where: string): { exitCode: number; where: string; message: string } {
  if (!(thrown instanceof Error)) return { exitCode: 1, where, message: String(thrown) };
  if (thrown.name === "AbortError")
    return { exitCode: CANCELLED, where, message: "cancelled; nothing was written" };
  const { message } = thrown;
  if (thrown instanceof CliError) return { exitCode: thrown.exitCode, where: thrown.where, message };
  const { code, where: at, path } = thrown as { code?: unknown; where?: unknown; path?: unknown };
  const given = GIVEN.has(thrown.name) || (typeof code === "string" && GIVEN.has(code));
  const place = [at, path].find((value) => typeof value === "string" && value !== "");
  return {
    exitCode: given ? 2 : 1,
    where: typeof place !== "string" ? where : given && where !== "run" ? `${where}: ${place}` : place,
    message,
  };
}

/** The failure as that of one of several arguments, which it names. A cancelled command stays so. */
export function failureIn(argument: string, thrown: unknown): unknown {
  const { exitCode, where, message } = failureAt(thrown, argument);
  if (exitCode !== 1 && exitCode !== 2) return thrown;
  const named = where.startsWith(argument) ? where : `${argument}: ${where}`;
  return new CliError(exitCode, named, message, { cause: thrown });
}

function line(where: string, message: string): string {
  return `initlab: ${where}: ${message.replaceAll(/\s*\n\s*/g, " ")}`;
}
