// A browser without a window, in a profile of its own that goes with it. It reaches no network, opens no port, and is
// killed with all of its processes: nothing of it is left, not even where this process ends first.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Devtools, DevtoolsError } from "./devtools";

const SWITCHES = [
  "--headless",
  "--remote-debugging-pipe",
  "--disable-gpu",
  // /dev/shm is small in a container.
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-extensions",
  "--disable-default-apps",
  "--disable-sync",
  "--disable-component-update",
  "--disable-background-networking",
  "--disable-breakpad",
  "--disable-crash-reporter",
  "--no-pings",
  "--metrics-recording-only",
  "--mute-audio",
  "--password-store=basic",
  "--use-mock-keychain",
  // No name resolves, and what needs none meets a proxy that is not there.
  "--host-resolver-rules=MAP * ~NOTFOUND",
  "--proxy-server=http://127.0.0.1:9",
  "--proxy-bypass-list=<-loopback>",
  // Letters as wide on every machine as their font says.
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
  "--lang=en-US",
];

/** So long what a browser says of its end may come after it. */
const LAST_WORDS_MILLIS = 500;
/** So long a browser has to clear up after itself. */
const LEAVING_MILLIS = 2000;
/** Of what a browser says of itself, enough for its last line. */
const KEPT_CHARACTERS = 4000;

export class BrowserProcess {
  readonly devtools: Devtools;
  readonly #ended: Promise<void>;
  readonly #atExit = () => {
    this.#kill();
    // What was just killed may still be writing into it.
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  #said = "";
  #stopped: Promise<void> | null = null;

  /** Rejects with Node's own error where no folder can be made for it. */
  static async start(executable: string): Promise<BrowserProcess> {
    // With nothing in between, so that it is never there without the one who removes it.
    const profile = mkdtempSync(join(tmpdir(), "initlab-pdf-"));
    try {
      return new BrowserProcess(executable, profile);
    } catch (error) {
      // The system has no more processes or pipes to give.
      await rm(profile, { recursive: true, force: true });
      throw error;
    }
  }

  private readonly child: ChildProcess;

  private constructor(
    executable: string,
    private readonly profile: string,
  ) {
    const isRoot = process.platform === "linux" && process.getuid?.() === 0;
    // Chromium refuses to be sandboxed as root.
    const switches = [
      ...SWITCHES,
      ...(isRoot ? ["--no-sandbox"] : []),
      `--user-data-dir=${profile}`,
      "about:blank",
    ];
    this.child = spawn(executable, switches, {
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      // A group of its own, to be ended as one.
      detached: process.platform !== "win32",
      windowsHide: true,
      env: { ...process.env, TMPDIR: profile, TEMP: profile, TMP: profile },
    });
    const [, , errors, commands, answers] = this.child.stdio;
    (errors as Readable).setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-KEPT_CHARACTERS);
    });
    this.devtools = new Devtools(commands as Writable, answers as Readable, () => {
      setTimeout(() => this.#end("it has closed its pipe"), LAST_WORDS_MILLIS).unref();
    });
    this.#ended = new Promise((resolve) => {
      this.child.once("error", (error) => {
        this.#end(`it cannot be started: ${error.message}`);
        resolve();
      });
      this.child.once("exit", () => {
        setTimeout(() => this.#end("it has ended"), LAST_WORDS_MILLIS).unref();
        resolve();
      });
    });
    // All that it had to say has arrived.
    this.child.once("close", () => this.#end("it has ended"));
    process.once("exit", this.#atExit);
  }

  /** In order, where it still can. */
  async close(): Promise<void> {
    if (this.#stopped === null) {
      const closing = this.devtools.send("Browser.close").then(() => this.#ended);
      const late = delay(LEAVING_MILLIS, null, { ref: false });
      await Promise.race([closing.catch(() => {}), late]);
    }
    await this.stop();
  }

  /** At once. Rejects everything that was asked of it with the reason. Resolves when nothing of it is left. */
  stop(reason: Error = new DevtoolsError("the browser was ended")): Promise<void> {
    this.devtools.end(reason);
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#kill();
    await this.#ended;
    for (const stream of this.child.stdio) stream?.destroy();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    process.off("exit", this.#atExit);
  }

  #end(why: string): void {
    this.devtools.end(new DevtoolsError(`${why}${lastLine(this.#said)}`));
  }

  #kill(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    if (process.platform === "win32")
      spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
    try {
      if (process.platform !== "win32") process.kill(-pid, "SIGKILL");
    } catch {
      // Every process of the group has ended by itself.
    }
  }
}

/** ": …", or nothing where it said nothing. */
function lastLine(said: string): string {
  const line = said.trim().split("\n").at(-1)?.trim();
  return line ? `: ${line.slice(0, 300)}` : "";
}
