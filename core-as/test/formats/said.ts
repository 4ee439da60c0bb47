import { FormatError } from "../../formats/error";

/** `WHERE: message` of the FormatError that `run` throws, on one line; any other error passes through. */
export function said(run: () => unknown, mayPass = false): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const line = `${error.where}: ${error.message}`;
    if (/[\r\n]/.test(error.message)) throw new Error(`more than one line: ${line}`, { cause: error });
    return line;
  }
  if (!mayPass) throw new Error("no error was thrown");
  return "";
}
