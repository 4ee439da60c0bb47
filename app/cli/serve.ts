// initlab serve: the lab in a browser, on this machine alone, until Ctrl-C.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { About } from "../contract/hostApi";
import { ReportThread } from "../host/reportThread";
import { type LabServer, serveLab } from "../http/server";
import { openInBrowser } from "./browser";
import { printPdf } from "../pdf/printPdf";
import { builtPages, builtReports } from "./built";
import { CliError } from "./failure";
import { openData } from "./store";

export interface ServeArguments {
  readonly port?: number;
  readonly open?: boolean;
  readonly data?: string;
}

/** Returns when `signal` has asked for the end and everything that was under way is done. */
export async function serveCommand(options: ServeArguments, signal: AbortSignal): Promise<void> {
  const reports = new ReportThread(builtReports());
  const host = await openData(options.data, await aboutHere(), {
    reports,
    // A page that is being printed does not hold up the end.
    print: (html, { signal: own = signal } = {}) =>
      printPdf(html, { signal: AbortSignal.any([own, signal]) }),
  });
  try {
    const start = (port: number) => serveLab({ host, pages: fileURLToPath(builtPages()), port });
    const server = await (options.port === undefined ? servingAsBefore(start) : serving(options.port, start));
    try {
      // The address alone on its line, for scripts.
      process.stdout.write(`${server.address}\n`);
      process.stderr.write("initlab: the lab is at this address, for this machine alone; Ctrl-C ends it\n");
      if (options.open === true && !(await openInBrowser(server.ticket())))
        process.stderr.write("initlab: no browser could be opened; open the address above\n");
      await ended(signal);
    } finally {
      // Calls under way are waited for, and a report can be long.
      await reports.close();
      await server.close();
    }
  } finally {
    await host.close();
  }
}

/** What a browser keeps for a page, answers and settings among it, belongs to its port: the same one every time. */
const USUAL_PORT = 27_474;

async function servingAsBefore(start: (port: number) => Promise<LabServer>): Promise<LabServer> {
  try {
    return await start(USUAL_PORT);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    return start(0);
  }
}

async function serving(port: number, start: (port: number) => Promise<LabServer>): Promise<LabServer> {
  try {
    return await start(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new CliError(
        2,
        "--port",
        `${port} is in use; another one, or 0 for any that is free, would be right`,
      );
    if (code === "EACCES")
      throw new CliError(2, "--port", `${port} is not ours to take; one from 1024 up, or 0, would be right`);
    throw error;
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function aboutHere(): Promise<Omit<About, "dataFolder">> {
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return {
    version: (JSON.parse(manifest) as { version: string }).version,
    runtime: { Node: process.versions.node, V8: process.versions.v8 },
    platform: `${process.platform} ${process.arch}`,
    host: "http",
  };
}
