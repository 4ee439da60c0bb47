// Where the build put what the command line starts: beside the bundle that runs.
import type { BuiltFiles } from "../compute/threads";

export function builtFiles(): BuiltFiles {
  return {
    worker: new URL("./worker.mjs", import.meta.url),
    core: new URL("./core.wasm", import.meta.url),
    digits: new URL("./digits.csv.gz", import.meta.url),
  };
}

/** The thread that builds reports. */
export function builtReports(): URL {
  return new URL("./report.mjs", import.meta.url);
}

/** Folder of the page and of what it loads. */
export function builtPages(): URL {
  return new URL("../renderer/", import.meta.url);
}
