import { DataError } from "../../data/error";

/** `WHERE: message` of the DataError that `run` throws, on one line; any other error passes through. */
export function said(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const line = `${error.where}: ${error.message}`;
    if (/[\r\n]/.test(line)) throw new Error(`more than one line: ${line}`, { cause: error });
    return line;
  }
  throw new Error("no error was thrown");
}
