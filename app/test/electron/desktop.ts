// The desktop app without Electron: the built main process in a Node of its own, where `electron` is the double; the
// built preload in a real browser's page, whose ipcRenderer leads to the double's ipcMain.
import { build } from "esbuild";
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "@playwright/test";
import { emptyFolder, ROOT } from "../lab";
import type { Asks } from "./double";
import { PRELOAD_DOUBLE, packed, unpacked } from "./preloadDouble";

export interface Told {
  readonly event: "message" | "load" | "closed" | "dialog" | "exit" | "print" | "loadOwn" | "closedOwn";
  readonly [field: string]: unknown;
}

export interface DesktopOptions {
  /** Null: as it is without --data. */
  readonly data: string | null;
  readonly args?: readonly string[];
  readonly isPackaged?: boolean;
  readonly displays?: readonly object[];
  /** Of the built app; the one in dist by default. */
  readonly main?: string;
}

let built: Promise<string> | null = null;
/** The double as one file, once a test process. */
function doubleFile(): Promise<string> {
  built ??= (async () => {
    const outfile = join(emptyFolder(), "electron-double.mjs");
    const entryPoints = [join(import.meta.dirname, "double.ts")];
    await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", target: "node20" });
    return outfile;
  })();
  return built;
}

export class Desktop {
  readonly told: Told[] = [];
  readonly ended: Promise<number | null>;
  output = "";
  #next = 0;
  readonly #open = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >();
  readonly #listeners = new Set<(told: Told) => void>();

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.ended = new Promise((resolve) =>
      child.on("close", (code) => {
        for (const { reject } of this.#open.values())
          reject(new Error(`the main process ended with ${code}:\n${this.output}`));
        resolve(code);
      }),
    );
    child.on("message", (message: Told & { id?: number; value?: unknown; error?: string }) => {
      if (message.id === undefined) {
        this.told.push(message);
        for (const listener of this.#listeners) listener(message);
        return;
      }
      const waiting = this.#open.get(message.id);
      this.#open.delete(message.id);
      if (message.error === undefined) waiting?.resolve(message.value);
      else waiting?.reject(new Error(message.error));
    });
  }

  static async start({ data, args = [], isPackaged, displays, main }: DesktopOptions): Promise<Desktop> {
    const double = JSON.stringify(pathToFileURL(await doubleFile()).href);
    const hook = `export const resolve = (name, context, next) =>
      name === "electron" ? { url: ${double}, shortCircuit: true } : next(name, context);`;
    const register = `import { register } from "node:module";
      register("data:text/javascript,${encodeURIComponent(hook)}");`;
    const child = fork(
      main ?? join(ROOT, "dist/app/main.js"),
      [...(data === null ? [] : ["--data", data]), ...args],
      {
        execArgv: ["--no-warnings", "--import", `data:text/javascript,${encodeURIComponent(register)}`],
        env: { ...process.env, INITLAB_DOUBLE: JSON.stringify({ isPackaged, displays, version: "9.8.7" }) },
        serialization: "advanced",
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      },
    );
    return new Desktop(child);
  }

  ask<Name extends keyof Asks>(
    name: Name,
    ...args: Parameters<Asks[Name]>
  ): Promise<Awaited<ReturnType<Asks[Name]>>> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#open.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ id, ask: name, args }, (error) => error && reject(error));
    });
  }

  /** The first that fits, past or to come. */
  when(fits: (told: Told) => boolean): Promise<Told> {
    const past = this.told.find(fits);
    if (past) return Promise.resolve(past);
    return new Promise((resolve) => {
      const listener = (told: Told) => {
        if (!fits(told)) return;
        this.#listeners.delete(listener);
        resolve(told);
      };
      this.#listeners.add(listener);
    });
  }

  /** When the window has loaded its page. */
  async opened(): Promise<this> {
    await Promise.race([this.when(({ event }) => event === "load"), this.#orEnd()]);
    return this;
  }

  async #orEnd(): Promise<never> {
    const code = await this.ended;
    throw new Error(`the main process ended with ${code}:\n${this.output}`);
  }

  /** Shows the window's page in a browser's, with the built preload, and follows its loads and its end. */
  async show(page: Page): Promise<void> {
    await this.opened();
    const address = await this.ask("address");
    await page.exposeFunction(
      "electronDouble",
      async (kind: "invoke" | "send", channel: string, text: string) => {
        const args = unpacked(text) as unknown[];
        if (kind === "send") return void (await this.ask("send", channel, args));
        return packed(await this.ask("invoke", channel, args));
      },
    );
    const preload = readFileSync(join(ROOT, "dist/app/preload.js"), "utf8").replace(
      /\n\/\/# sourceMapping.*/,
      "",
    );
    await page.addInitScript(
      `(${PRELOAD_DOUBLE})((require) => { const module = { exports: {} }; ${preload}\n})`,
    );
    // What the session would abort never leaves.
    await page.route(
      (url) => url.origin !== new URL(address).origin,
      async (route) => {
        const decision = (await this.ask("request", { url: route.request().url() })) as { cancel: boolean };
        await (decision.cancel ? route.abort("blockedbyclient") : route.continue());
      },
    );
    this.#listeners.add(({ event, channel, args }) => {
      if (event === "message")
        void page
          .evaluate(([name, text]) => (globalThis as unknown as DoubledPage).electronHears(name, text), [
            channel as string,
            packed(args),
          ] as const)
          .catch(() => {});
      if (event === "load") void page.goto(address).catch(() => {});
      if (event === "closed") void page.close().catch(() => {});
    });
    await page.goto(address);
  }

  /** Ends it, however it is. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

interface DoubledPage {
  electronHears(channel: string, text: string): void;
}
