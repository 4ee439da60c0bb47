// Runs the command line as a process, as a person or a script does.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");
const BIN = join(ROOT, "app/cli/bin.mjs");

/** No test touches what the person has saved. */
const DATA = join(mkdtempSync(join(tmpdir(), "initlab-test-")), "data");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  /** Asks for progress, and interrupts the process, as Ctrl-C does, when it first tells some: it is then at work. */
  readonly isInterrupted?: boolean;
}

export function lab(args: readonly string[], options: LabOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { isInterrupted = false } = options;
    const child = spawn(process.execPath, [BIN, ...args, ...(isInterrupted ? ["--progress"] : [])], {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, INITLAB_DATA: DATA },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    if (isInterrupted) child.stderr.once("data", () => child.kill("SIGINT"));
    child.on("error", reject);
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** What it says when it was interrupted, after the progress that it told. */
export const cancelledBy = (command: string): RegExp =>
  new RegExp(`^(?:\\d[^\\n]*\\n)+initlab: ${command}: cancelled; nothing was written\\n$`);

/** An empty folder of its own. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "initlab-test-"));
}

/** A small experiment, with parts of it changed. */
export function smallSpec(change: object = {}): object {
  return {
    format: "initlab.experiment/1",
    name: "small",
    seed: 3,
    data: { source: "gaussian", samples: 150, features: 7 },
    network: {
      hidden: { layers: 2, units: 9, activation: "tanh", weights: { scheme: "xavier_normal" } },
      output: { units: 3, activation: "identity", weights: { scheme: "he_normal" } },
    },
    backward: { kind: "probe" },
    ...change,
  };
}
