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
  "too_large",
  "out_of_memory",
  "lsuv",
  "no_gain",
]);

export interface Ending {
  readonly exitCode: number;
  readonly line: string;
}

export function endingOf(thrown: unknown, where: string): Ending {
  if (!(thrown instanceof Error)) return { exitCode: 1, line: line(where, String(thrown)) };
  if (thrown.name === "AbortError")
    return { exitCode: CANCELLED, line: line(where, "cancelled; nothing was written") };
  if (thrown instanceof CliError)
    return { exitCode: thrown.exitCode, line: line(thrown.where, thrown.message) };
  const { code, where: at, path } = thrown as { code?: unknown; where?: unknown; path?: unknown };
  const given = GIVEN.has(thrown.name) || (typeof code === "string" && GIVEN.has(code));
  const place = [at, path].find((value) => typeof value === "string" && value !== "");
  return {
    exitCode: given ? 2 : 1,
    line: line(
      typeof place === "string" ? (given && where !== "run" ? `${where}: ${place}` : place) : where,
      thrown.message,
    ),
  };
}

function line(where: string, message: string): string {
  return `initlab: ${where}: ${message.replaceAll(/\s*\n\s*/g, " ")}`;
}
