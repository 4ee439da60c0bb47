// Whether the desktop app can run here, against stand-ins for Electron's package whose installers behave and misbehave.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { electronBinary, runDesktop, whyNoWindow } from "../../cli/desktop.mjs";
import { emptyFolder } from "../lab";

const signal = new AbortController().signal;
const log = () => {};
const env = process.env;

/** A folder as node_modules/electron, whose install.js is this. */
function electronPackage(installer?: string): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, "package.json"), '{ "name": "electron", "version": "1.2.3" }');
  if (installer !== undefined) writeFileSync(join(folder, "install.js"), installer);
  return folder;
}

function putBinary(folder: string, version: string): void {
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist/version"), version);
  writeFileSync(join(folder, "dist/electron"), "");
  writeFileSync(join(folder, "path.txt"), "electron");
}

const INSTALLS = `
const fs = require("node:fs");
fs.mkdirSync("dist", { recursive: true });
fs.writeFileSync("dist/version", "v1.2.3\\n");
fs.writeFileSync("dist/electron", "");
fs.writeFileSync("path.txt", "electron");
`;

describe("a window", () => {
  it.each([
    ["linux", {}, false, /no display/],
    ["linux", { DISPLAY: "" }, false, /no display/],
    ["linux", { DISPLAY: ":0" }, true, /root/],
    ["linux", { DISPLAY: ":0" }, false, null],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, false, null],
    ["darwin", {}, false, null],
    ["win32", {}, false, null],
  ])("on %s with %j, root: %j", (platform, around, isRoot, reason) => {
    const why = whyNoWindow({ platform, env: around, isRoot });
    if (reason === null) expect(why).toBeNull();
    else expect(why).toMatch(reason);
  });
});

describe("Electron's binary", () => {
  it("is taken where it is there, and nothing is fetched", async () => {
    const folder = electronPackage('require("node:fs").writeFileSync("ran", "")');
    putBinary(folder, "1.2.3");
    expect(await electronBinary(folder, { env, signal, log })).toBe(join(folder, "dist/electron"));
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it("is fetched where it is missing or another version's, with a word about it", async () => {
    const said: string[] = [];
    const say = (what: string) => void said.push(what);
    const missing = electronPackage(INSTALLS);
    expect(await electronBinary(missing, { env, signal, log: say })).toBe(join(missing, "dist/electron"));
    const old = electronPackage(INSTALLS);
    putBinary(old, "1.2.2");
    expect(await electronBinary(old, { env, signal, log: say })).toBe(join(old, "dist/electron"));
    expect(said).toEqual(["fetching Electron, once", "fetching Electron, once"]);
  });

  it("is taken from where it is named", async () => {
    const named = emptyFolder();
    writeFileSync(join(named, "electron"), "");
    const around = { ...env, ELECTRON_OVERRIDE_DIST_PATH: named };
    expect(await electronBinary(electronPackage(), { env: around, signal, log })).toBe(
      join(named, "electron"),
    );
  });

  it.each([
    ["the package is not there", undefined],
    ["the installer fails", "process.exit(1)"],
    ["the installer says it is done and is not", ""],
    ["the installer is broken", "{"],
  ])("is none where %s", async (_what, installer) => {
    expect(await electronBinary(electronPackage(installer), { env, signal, log })).toBeNull();
  });

  it("is none where it must not be fetched", async () => {
    const around = { ...env, ELECTRON_SKIP_BINARY_DOWNLOAD: "1" };
    expect(await electronBinary(electronPackage(INSTALLS), { env: around, signal, log })).toBeNull();
  });

  it("is not waited for when no bytes arrive", async () => {
    const folder = electronPackage("setInterval(() => {}, 1000)");
    expect(await electronBinary(folder, { env, signal, log, patienceMillis: 300 })).toBeNull();
  });

  it("is waited for as long as bytes arrive", async () => {
    const folder = electronPackage(`
      const fs = require("node:fs");
      const file = require("node:path").join(require("node:os").tmpdir(), "electron.zip");
      let left = 12;
      const more = setInterval(() => {
        fs.appendFileSync(file, "bytes");
        if (--left > 0) return;
        clearInterval(more);
        {${INSTALLS}}
      }, 200);`);
    const binary = await electronBinary(folder, { env, signal, log, patienceMillis: 1500 });
    expect(binary).toBe(join(folder, "dist/electron"));
  });

  it("is not waited for after Ctrl-C", async () => {
    const cancel = new AbortController();
    const folder = electronPackage("setInterval(() => {}, 1000)");
    const found = electronBinary(folder, { env, signal: cancel.signal, log });
    cancel.abort();
    expect(await found).toBeNull();
  });
});

describe.skipIf(process.platform === "win32")("the app", () => {
  const script = (text: string) => {
    const file = join(emptyFolder(), "electron");
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it("gets its arguments, and its end is told", async () => {
    const binary = script('[ "$1" = "a b" ] && [ -z "$ELECTRON_RUN_AS_NODE" ] && exit 7');
    const around = { ...env, ELECTRON_RUN_AS_NODE: "1" };
    expect(await runDesktop(binary, ["a b"], { env: around, signal })).toMatchObject({
      code: 7,
      signal: null,
    });
    expect(await runDesktop(script("kill -9 $$"), [], { env, signal })).toMatchObject({ signal: "SIGKILL" });
    expect(await runDesktop("/nowhere/electron", [], { env, signal })).toMatchObject({ code: 127 });
  });

  it("ends with Ctrl-C", async () => {
    const cancel = new AbortController();
    const run = runDesktop(script("exec sleep 60"), [], { env, signal: cancel.signal });
    cancel.abort();
    expect(await run).toMatchObject({ signal: "SIGTERM" });
  });
});
