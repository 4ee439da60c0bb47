// `initlab serve` and `npm start` as processes: the address they print, what answers there, and how they end.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { httpHost } from "../../../renderer/src/host/httpHost";
import { reportRequest } from "../host/reports";
import { sampleToSave } from "../host/samples";
import { emptyFolder, lab, ROOT } from "../lab";

interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly address: URL;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** A browser is not opened by a test, and the desktop app not started. */
const ENV = { ...process.env, DISPLAY: "", WAYLAND_DISPLAY: "", CI: "1" };

/** Resolves when the first line, the address, is there. */
function started(file: string, ...args: string[]): Promise<Running> {
  return startedWith({}, file, ...args);
}

function startedWith(env: NodeJS.ProcessEnv, file: string, ...args: string[]): Promise<Running> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, file), ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...ENV, ...env },
    });
    let [stdout, stderr] = ["", ""];
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<Awaited<Running["ended"]>>((end) =>
      child.on("close", (code) => {
        end({ code, stdout, stderr });
        reject(new Error(`it ended with ${code}: ${stderr}`));
      }),
    );
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.includes("\n")) resolve({ child, address: new URL(stdout.split("\n")[0]!), ended });
    });
  });
}

const serve = (...args: string[]) => started("app/cli/bin.mjs", "serve", "--data", emptyFolder(), ...args);

const hostAt = ({ origin, searchParams }: URL) =>
  httpHost({ base: origin, token: searchParams.get("token")! });

describe("initlab serve", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "serves the lab until %s, and ends with 0",
    async (signal) => {
      const { child, address, ended } = await serve();
      expect(address.hostname).toBe("127.0.0.1");
      const page = await fetch(address);
      expect([page.status, page.url, page.redirected]).toEqual([200, `${address.origin}/`, true]);
      expect(await page.text()).toContain("<script");
      expect(await hostAt(address).about()).toMatchObject({
        host: "http",
        runtime: { Node: process.versions.node },
      });
      child.kill(signal);
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(0);
      expect(stdout).toBe(`${address.href}\n`);
      expect(stderr).toMatch(/^initlab: .*Ctrl-C ends it\n$/);
      await expect(hostAt(address).about()).rejects.toMatchObject({ code: "unreachable" });
    },
  );

  it("builds reports without keeping anyone waiting", async () => {
    const { child, address, ended } = await serve();
    const host = hostAt(address);
    const [run] = (await reportRequest()).runs;
    const request = await reportRequest({ runs: Array.from({ length: 8 }, () => run!) });
    const order: string[] = [];
    const building = host.buildReport(request).then((bytes) => {
      order.push("report");
      return bytes;
    });
    for (let i = 0; i < 3; i++) await host.about().then(() => order.push("about"));
    expect(Buffer.from(await building).toString()).toMatch(/^<!doctype html>/i);
    expect(order).toEqual(["about", "about", "about", "report"]);
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
  });

  it("says what to do where no browser can print, and goes on", async () => {
    const env = { CHROME_PATH: join(emptyFolder(), "gone") };
    const { child, address, ended } = await startedWith(
      env,
      "app/cli/bin.mjs",
      "serve",
      "--data",
      emptyFolder(),
    );
    const host = hostAt(address);
    await expect(host.buildReport(await reportRequest({ format: "pdf" }))).rejects.toMatchObject({
      code: "not_found",
      where: "pdf",
      message: `CHROME_PATH: ${env.CHROME_PATH} cannot be started; a browser's executable would be right`,
    });
    expect((await host.buildReport(await reportRequest({ format: "md" }))).length).toBeGreaterThan(100);
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
  });

  it.skipIf(process.platform === "win32")("ends in the midst of a printing, and leaves nothing", async () => {
    // A browser that never answers.
    const browser = join(emptyFolder(), "browser");
    writeFileSync(browser, "#!/bin/sh\nexec sleep 600\n", { mode: 0o755 });
    const folder = emptyFolder();
    const env = { CHROME_PATH: browser, TMPDIR: folder };
    const { child, address, ended } = await startedWith(
      env,
      "app/cli/bin.mjs",
      "serve",
      "--data",
      emptyFolder(),
    );
    const printing = hostAt(address).buildReport(await reportRequest({ format: "pdf" }));
    const outcome = expect(printing).rejects.toThrow();
    await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(1), { timeout: 60_000 });
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
    await outcome;
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform === "win32")(
    "ends a printing that is called back, or whose tab is closed, and prints the next",
    async () => {
      const browser = join(emptyFolder(), "browser");
      writeFileSync(browser, "#!/bin/sh\nexec sleep 600\n", { mode: 0o755 });
      const folder = emptyFolder();
      const { child, address, ended } = await startedWith(
        { CHROME_PATH: browser, TMPDIR: folder },
        "app/cli/bin.mjs",
        "serve",
        "--data",
        emptyFolder(),
      );
      const host = hostAt(address);
      const request = await reportRequest({ format: "pdf" });
      const printing = () =>
        vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(1), { timeout: 20_000 });
      const outcome = expect(host.buildReport(request, "first")).rejects.toMatchObject({ code: "cancelled" });
      await printing();
      await host.cancelJob("first");
      await outcome;
      expect(readdirSync(folder)).toEqual([]);

      const tab = new AbortController();
      const closed = fetch(`${address.origin}/api/buildReport`, {
        method: "POST",
        signal: tab.signal,
        headers: {
          authorization: `Bearer ${address.searchParams.get("token")!}`,
          "content-type": "application/json",
        },
        body: JSON.stringify([request, "second"]),
      }).catch(() => null);
      await printing();
      tab.abort();
      await closed;
      await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), { timeout: 20_000 });
      expect((await host.buildReport({ ...request, format: "html" }, "third")).length).toBeGreaterThan(100);
      child.kill("SIGINT");
      expect((await ended).code).toBe(0);
    },
  );

  it("takes a Ctrl-C that npm passes on for one and the same", async () => {
    const { child, ended } = await serve();
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
  });

  it("takes the port that it is given, and says when that is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await lab(["serve", "--port", String(port), "--data", emptyFolder()]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      `initlab: --port: ${port} is in use; another one, or 0 for any that is free, would be right\n`,
    );
    await new Promise((resolve) => other.close(resolve));
    const { child, address, ended } = await serve("--port", String(port));
    expect(address.port).toBe(String(port));
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
  });

  it("refuses a data folder that is a file", async () => {
    const file = join(emptyFolder(), "file");
    writeFileSync(file, "");
    const { code, stdout, stderr } = await lab(["serve", "--data", file]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^initlab: data folder .*file: .+\n$/);
  });

  it("serves what was saved before", async () => {
    const folder = emptyFolder();
    const first = await started("app/cli/bin.mjs", "serve", "--data", folder);
    await hostAt(first.address).changeSettings({ theme: "dark" });
    const saved = await hostAt(first.address).saveExperiment(sampleToSave());
    first.child.kill("SIGINT");
    await first.ended;
    const second = await started("app/cli/bin.mjs", "serve", "--data", folder);
    const host = hostAt(second.address);
    expect(await host.settings()).toMatchObject({ theme: "dark" });
    expect((await host.listExperiments()).experiments.map(({ id }) => id)).toEqual([saved.id]);
    second.child.kill("SIGINT");
    expect((await second.ended).code).toBe(0);
  });

  it.each(["-1", "65536", "http", "80.5", ""])("refuses the port %j", async (port) => {
    const { code, stderr } = await lab(["serve", `--port=${port}`]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^initlab: .*--port.*65535.*\n$/);
  });
});

describe("npm start", () => {
  it.each([
    ["--data DIR", (folder: string) => ["--data", folder]],
    ["--data=DIR", (folder: string) => [`--data=${folder}`]],
  ])("says in one line why there is no window, and starts the browser host with %s", async (_how, data) => {
    const folder = emptyFolder();
    const { child, address, ended } = await started("app/cli/start.mjs", ...data(folder));
    expect((await fetch(address)).status).toBe(200);
    expect(existsSync(join(folder, "experiments"))).toBe(true);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stdout).toBe(`${address.href}\n`);
    const said = stderr.split("\n").filter((line) => line.includes("no desktop window"));
    expect(said).toHaveLength(1);
    if (process.platform === "linux") expect(said[0]).toContain("there is no display");
  });

  const why = process.platform !== "linux" ? "not on Linux" : process.getuid?.() === 0 ? "as root" : null;
  if (why !== null) console.log(`skipped ${why}: npm start with a stand-in for Electron`);
  describe.skipIf(why !== null)("with a stand-in for Electron", () => {
    const electron = (text: string): NodeJS.ProcessEnv => {
      const folder = emptyFolder();
      writeFileSync(join(folder, "electron"), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      return { DISPLAY: ":0", ELECTRON_OVERRIDE_DIST_PATH: folder };
    };

    it("opens the app with its arguments, and ends as it does", async () => {
      const child = spawn(process.execPath, [join(ROOT, "app/cli/start.mjs"), "a file.json"], {
        env: { ...ENV, ...electron('echo "$1|$2"') },
      });
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
      expect(stdout).toBe(`${ROOT}|a file.json\n`);
    });

    it("falls back where Electron ends at once", async () => {
      const { child, ended } = await startedWith(
        electron("exit 5"),
        "app/cli/start.mjs",
        "--data",
        emptyFolder(),
      );
      child.kill("SIGINT");
      const { code, stderr } = await ended;
      expect(code).toBe(0);
      expect(stderr).toContain("no desktop window, because Electron ended at once (code 5)");
    });
  });
});
