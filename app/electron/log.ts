// The shell's log: DATA/logs/main.log, one megabyte and the one before. Holds faults and what the app was doing;
// never a spec, a name or a note.
import { join } from "node:path";
import log from "electron-log/node";

export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string, thrown?: unknown): void;
}

export function openLog(dataFolder: string): Log {
  log.transports.file.resolvePathFn = () => join(dataFolder, "logs", "main.log");
  log.transports.file.level = "info";
  // The main process carries the window: it waits for no disk.
  log.transports.file.sync = false;
  log.transports.console.level = "warn";
  return {
    info: (text) => log.info(text),
    warn: (text) => log.warn(text),
    error: (text, thrown) =>
      log.error(text, thrown instanceof Error ? (thrown.stack ?? thrown.message) : (thrown ?? "")),
  };
}
