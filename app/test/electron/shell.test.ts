// The built main process against the double of Electron: windows, files, menu, single instance, ends and crashes.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { COMMANDS } from "../../contract/commands";
import { sampleToSave } from "../host/samples";
import { emptyFolder, smallSpec } from "../lab";
import { Desktop, type DesktopOptions, type Told } from "./desktop";

const running: Desktop[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((desktop) => desktop.kill()));
});

async function open(options: Partial<DesktopOptions> = {}): Promise<Desktop> {
  const desktop = await Desktop.start({ data: emptyFolder(), ...options });
  running.push(desktop);
  return desktop.opened();
}

const hears = (channel: string) => (told: Told) => told.event === "message" && told["channel"] === channel;
const asks = (kind: string) => (told: Told) => told.event === "dialog" && told["kind"] === kind;
const exits = ({ event }: Told) => event === "exit";

const host = (desktop: Desktop, method: string, ...args: unknown[]) =>
  desktop.ask("invoke", "host", [{ method, args }]);

const draft = (key: string) => ({
  key,
  experimentId: null,
  name: "half done",
  notes: "",
  tags: [],
  spec: smallSpec(),
  files: [],
  written: "2026-01-31T12:00:00Z",
});

describe("the window", () => {
  it("is shown when it is drawn, in the page's colour, and named after the document", async () => {
    const desktop = await open();
    await expect.poll(() => desktop.ask("window")).toMatchObject({ isVisible: true, title: "Init Lab" });
    expect(await desktop.ask("window")).toMatchObject({ backgroundColor: "#FDFDFB" });
    await desktop.ask("send", "shell:document", ["Deep tanh", true]);
    expect((await desktop.ask("window"))?.["title"]).toBe(
      process.platform === "darwin" ? "Deep tanh – Init Lab" : "• Deep tanh – Init Lab",
    );
    expect(await desktop.ask("emit", "window", "page-title-updated", {}, ["Other"])).toBe(true);
  });

  it("opens where it was, with the theme it had, before the settings are read", async () => {
    const data = emptyFolder();
    const first = await open({ data });
    await host(first, "changeSettings", { theme: "dark" });
    await first.ask("setBounds", { x: 40, y: 50, width: 1200, height: 800 });
    await first.ask("quit");
    expect(await first.ended).toBe(0);
    const again = await open({ data });
    expect(await again.ask("window")).toMatchObject({
      theme: "dark",
      options: { x: 40, y: 50, width: 1200, height: 800, backgroundColor: "#181C22" },
    });
  });

  it("opens on a display that is there, whatever its file says", async () => {
    const data = emptyFolder();
    const place = { x: 5000, y: -3000, width: 1e9, height: 10 };
    writeFileSync(join(data, "window.json"), JSON.stringify({ place, isMaximized: "yes", theme: "puce" }));
    const desktop = await open({ data });
    const { options } = (await desktop.ask("window")) as { options: Record<string, number> };
    expect(options).toMatchObject({ minWidth: 1024, minHeight: 700 });
    expect(options["x"]! >= 0 && options["x"]! + options["width"]! <= 1920).toBe(true);
    expect(options["y"]! >= 0 && options["y"]! + options["height"]! <= 1040).toBe(true);
  });

  it("follows the theme of the settings: window, dialogs and menu", async () => {
    const desktop = await open();
    await host(desktop, "changeSettings", { theme: "dark" });
    expect(await desktop.ask("window")).toMatchObject({ theme: "dark", backgroundColor: "#181C22" });
    const checked = JSON.stringify(await desktop.ask("menu")).match(/"view\.theme\w+"[^}]*"checked":true/g);
    expect(checked?.map((text) => text.slice(1, 15))).toEqual(["view.themeDark"]);
  });
});

describe("closing over unsaved work", () => {
  async function unsaved(response: number): Promise<Desktop> {
    const desktop = await open();
    await desktop.ask("send", "shell:listens", ["command"]);
    await host(desktop, "keepDraft", draft("w1"));
    await desktop.ask("send", "shell:document", ["Work", true]);
    await desktop.ask("answer", "message", { response });
    await desktop.ask("closeWindow");
    await desktop.when(asks("message"));
    return desktop;
  }

  it("asks with three answers; Cancel stays", async () => {
    const desktop = await unsaved(2);
    const { options } = (await desktop.when(asks("message"))) as unknown as { options: object };
    expect(options).toMatchObject({ buttons: ["Save", "Don’t save", "Cancel"], cancelId: 2, defaultId: 0 });
    expect(await desktop.ask("window")).not.toBeNull();
    expect(await host(desktop, "listDrafts")).toMatchObject({ ok: true, value: [{ key: "w1" }] });
  });

  it("Save sends the command to the page, and closes once it is saved", async () => {
    const desktop = await unsaved(0);
    expect((await desktop.when(hears("shell:command")))["args"]).toEqual(["file.save"]);
    expect(await desktop.ask("window")).not.toBeNull();
    await desktop.ask("send", "shell:document", ["Work", false]);
    expect(await desktop.ended).toBe(0);
  });

  it("Save closes nothing once the person works on", async () => {
    const desktop = await unsaved(0);
    await desktop.when(hears("shell:command"));
    await desktop.ask("emit", "contents", "input-event", {}, [{ type: "mouseMove" }]);
    await desktop.ask("emit", "contents", "input-event", {}, [{ type: "rawKeyDown" }]);
    await desktop.ask("send", "shell:document", ["Work", false]);
    expect(await desktop.ask("window")).not.toBeNull();
  });

  it("Don’t save throws the draft away, and closes", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    await host(desktop, "keepDraft", draft("w1"));
    await desktop.ask("send", "shell:document", ["Work", true]);
    await desktop.ask("answer", "message", { response: 1 });
    await desktop.ask("quit");
    expect(await desktop.ended).toBe(0);
    const next = await open({ data });
    expect(await host(next, "listDrafts")).toEqual({ ok: true, value: [] });
  });

  it("Don’t save throws away what the page keeps while it goes, too", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    await host(desktop, "keepDraft", draft("w1"));
    await desktop.ask("send", "shell:document", ["Work", true]);
    await desktop.ask("lastWords", "host", [{ method: "keepDraft", args: [draft("w1")] }]);
    await desktop.ask("answer", "message", { response: 1 });
    await desktop.ask("quit");
    expect(await desktop.ended).toBe(0);
    expect(await host(await open({ data }), "listDrafts")).toEqual({ ok: true, value: [] });
  });

  it("a save leaves no draft behind, however soon the window closes", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    await host(desktop, "keepDraft", draft("w1"));
    await desktop.ask("send", "shell:document", ["Work", false]);
    await desktop.ask("closeWindow");
    expect(await desktop.ended).toBe(0);
    expect(await host(await open({ data }), "listDrafts")).toEqual({ ok: true, value: [] });
  });

  it("the draft of a page that crashed stays, whatever becomes of the next page", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    await host(desktop, "keepDraft", draft("crashed"));
    await desktop.ask("send", "shell:document", ["Work", true]);
    await desktop.ask("emit", "contents", "render-process-gone", {}, [{ reason: "crashed", exitCode: 5 }]);
    await expect.poll(() => desktop.told.filter(({ event }) => event === "load").length).toBe(2);
    await desktop.ask("send", "shell:document", ["Next", true]);
    await desktop.ask("answer", "message", { response: 1 });
    await desktop.ask("closeWindow");
    expect(await desktop.ended).toBe(0);
    expect(await host(await open({ data }), "listDrafts")).toMatchObject({ value: [{ key: "crashed" }] });
  });

  it("a saved document closes without a word", async () => {
    const desktop = await open();
    await desktop.ask("send", "shell:document", ["Work", false]);
    await desktop.ask("closeWindow");
    expect(await desktop.ended).toBe(0);
    expect(desktop.told.filter(({ event }) => event === "dialog")).toEqual([]);
  });

  it("a draft outlives the process that is killed", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    await host(desktop, "keepDraft", draft("w7"));
    await desktop.kill();
    const next = await open({ data });
    expect(await host(next, "listDrafts")).toMatchObject({
      ok: true,
      value: [{ key: "w7", name: "half done" }],
    });
  });
});

describe("a page that fails", () => {
  it("is loaded again when its process ends, and hears what was meant for it", async () => {
    const desktop = await open();
    await desktop.ask("send", "shell:listens", ["command"]);
    await desktop.ask("emit", "contents", "render-process-gone", {}, [{ reason: "crashed", exitCode: 5 }]);
    await expect.poll(() => desktop.told.filter(({ event }) => event === "load").length).toBe(2);
    await desktop.ask("click", "run.reset");
    expect(desktop.told.filter(hears("shell:command"))).toEqual([]);
    await desktop.ask("send", "shell:listens", ["command"]);
    expect((await desktop.when(hears("shell:command")))["args"]).toEqual(["run.reset"]);
  });

  it("is not loaded for ever: the third end within a minute asks", async () => {
    const desktop = await open();
    const gone = () =>
      desktop.ask("emit", "contents", "render-process-gone", {}, [{ reason: "oom", exitCode: 1 }]);
    await desktop.ask("answer", "message", { response: 1 });
    for (let i = 0; i < 3; i++) await gone();
    expect(await desktop.ended).toBe(0);
    expect(desktop.told.filter(asks("message"))).toHaveLength(1);
    expect(desktop.told.filter(({ event }) => event === "load")).toHaveLength(3);
  });

  it("that does not answer can be loaded again", async () => {
    const desktop = await open();
    await desktop.ask("answer", "message", { response: 1 });
    await desktop.ask("emit", "window", "unresponsive", {}, []);
    await expect.poll(() => desktop.told.filter(({ event }) => event === "load").length).toBe(2);
  });

  it("leaves what happened in the log", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    await desktop.ask("emit", "contents", "render-process-gone", {}, [{ reason: "crashed", exitCode: 5 }]);
    const file = join(data, "logs/main.log");
    await expect.poll(() => existsSync(file) && readFileSync(file, "utf8")).toContain("crashed, exit code 5");
  });
});

describe("files", () => {
  function specFile(name = "given.json"): string {
    const file = join(emptyFolder(), name);
    writeFileSync(file, JSON.stringify(smallSpec()));
    return file;
  }

  it("named on the command line reach the page once it listens", async () => {
    const file = specFile();
    const desktop = await open({ args: [file, "--some-switch", "notes.txt"] });
    await desktop.ask("send", "shell:listens", ["files"]);
    const { args } = (await desktop.when(hears("shell:files"))) as unknown as { args: [[{ name: string }]] };
    expect(args[0].map(({ name }) => name)).toEqual(["given.json"]);
  });

  it("that a second process was given are opened by the first", async () => {
    const data = emptyFolder();
    const first = await open({ data });
    await first.ask("send", "shell:listens", ["files"]);
    const second = await Desktop.start({ data, args: [specFile("second.initlab")] });
    expect(await second.ended).toBe(0);
    const { args } = (await first.when(hears("shell:files"))) as unknown as { args: [[{ name: string }]] };
    expect(args[0].map(({ name }) => name)).toEqual(["second.initlab"]);
    expect((await first.ask("calls")) as unknown[]).toContainEqual({ what: "window.focus", args: [] });
  });

  it("double-clicked on a Mac come as an event", async () => {
    const desktop = await open();
    await desktop.ask("send", "shell:listens", ["files"]);
    expect(await desktop.ask("emit", "app", "open-file", {}, [specFile("clicked.json")])).toBe(true);
    await desktop.when(hears("shell:files"));
  });

  it("that are gone say so, and leave the list of recent ones", async () => {
    const desktop = await open({ args: [join(emptyFolder(), "gone.json")] });
    const { options } = (await desktop.when(asks("message"))) as unknown as { options: object };
    expect(options).toMatchObject({ type: "error", message: "gone.json cannot be opened." });
    expect(JSON.stringify(await desktop.ask("menu"))).not.toContain("gone.json");
  });

  it("are picked and written by the main process, and are then recent", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    const file = specFile("picked & mixed.json");
    await desktop.ask("answer", "open", { canceled: false, filePaths: [file] });
    const picked = await desktop.ask("invoke", "shell:pickFiles", ["experiment"]);
    expect(picked).toEqual({
      ok: true,
      value: [{ name: "picked & mixed.json", bytes: new Uint8Array(readFileSync(file)) }],
    });
    const target = join(emptyFolder(), "out.initlab");
    await desktop.ask("answer", "save", { canceled: false, filePath: target });
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await desktop.ask("invoke", "shell:saveFile", ["../../a/b: c.initlab", bytes])).toEqual({
      ok: true,
      value: target,
    });
    expect([...readFileSync(target)]).toEqual([1, 2, 3]);
    const asked = (await desktop.when(asks("save")))["options"] as { defaultPath: string };
    expect(asked.defaultPath).toMatch(/[\\/]b- c\.initlab$/);
    const menu = JSON.stringify(await desktop.ask("menu"));
    expect(menu).toContain("picked && mixed.json");
    expect(menu).toContain("out.initlab");
    await desktop.ask("quit");
    await desktop.ended;
    const next = await open({ data });
    await expect.poll(async () => JSON.stringify(await next.ask("menu"))).toContain("out.initlab");
  });

  it("a cancelled dialog gives nothing; a fault is plain data with a code", async () => {
    const desktop = await open();
    expect(await desktop.ask("invoke", "shell:pickFiles", ["experiment"])).toEqual({ ok: true, value: [] });
    expect(await desktop.ask("invoke", "shell:saveFile", ["a.json", new Uint8Array(1)])).toEqual({
      ok: true,
      value: null,
    });
    for (const folder of [specFile(), join(emptyFolder(), "gone")]) {
      await desktop.ask("answer", "save", { canceled: false, filePath: join(folder, "a.json") });
      expect(await desktop.ask("invoke", "shell:saveFile", ["a.json", new Uint8Array(1)])).toMatchObject({
        ok: false,
        failure: { code: "not_writable" },
      });
    }
    for (const [channel, ...args] of [
      ["shell:pickFiles", "everything"],
      ["shell:pickFiles"],
      ["shell:saveFile", 5, new Uint8Array(1)],
      ["shell:saveFile", "a.json", "text"],
    ] as const)
      expect(await desktop.ask("invoke", channel, args)).toMatchObject({ failure: { code: "invalid" } });
  });
});

describe("the menu", () => {
  it("has every command with its keys, and sends it to the page", async () => {
    const desktop = await open();
    await desktop.ask("send", "shell:listens", ["command"]);
    const menu = JSON.stringify(await desktop.ask("menu"));
    for (const command of COMMANDS) {
      expect(menu, command.id).toContain(JSON.stringify(command.title));
      if ("keys" in command) expect(menu, command.id).toContain(`"accelerator":"${command.keys}"`);
      if (command.id !== "help.about") await desktop.ask("click", command.id);
    }
    const sent = desktop.told.filter(hears("shell:command")).map(({ args }) => (args as string[])[0]);
    expect(sent).toEqual(COMMANDS.map(({ id }) => id).filter((id) => id !== "help.about"));
    expect(menu).not.toContain("reload");
  });

  it("shows the versions", async () => {
    const desktop = await open();
    await desktop.ask("click", "help.about");
    if (process.platform === "darwin") return;
    const { options } = (await desktop.when(asks("message"))) as unknown as { options: object };
    expect(options).toMatchObject({ message: "Init Lab 9.8.7" });
    expect(JSON.stringify(options)).toContain(`Node ${process.versions.node}`);
  });
});

describe("the command line inside the app", () => {
  it("answers as initlab does, and opens no window", async () => {
    const desktop = await Desktop.start({ data: null, args: ["--cli", "presets", "--json"] });
    running.push(desktop);
    expect(await desktop.ended).toBe(0);
    expect(JSON.parse(desktop.output)).toContainEqual(
      expect.objectContaining({ name: "large-normal-sigmoid" }),
    );
    expect(desktop.told.filter(({ event }) => event === "load")).toEqual([]);
  });

  it("ends with the command's own code", async () => {
    const desktop = await Desktop.start({ data: null, args: ["--cli", "run", "gone.json"] });
    running.push(desktop);
    expect(await desktop.ended).toBe(2);
    expect(desktop.output).toMatch(/^initlab: gone\.json: /);
  });
});

describe("the end", () => {
  it("waits for what is being written", async () => {
    const data = emptyFolder();
    const desktop = await open({ data });
    const kept = host(desktop, "saveExperiment", sampleToSave({ name: "last" }));
    await desktop.ask("quit");
    await kept.catch(() => {});
    expect(await desktop.ended).toBe(0);
    expect(desktop.told.some(exits)).toBe(true);
    expect(await host(await open({ data }), "listExperiments")).toMatchObject({
      value: { experiments: [{ name: "last" }] },
    });
  });

  it("a data folder that cannot be made is said in a sentence", async () => {
    const file = join(emptyFolder(), "file");
    writeFileSync(file, "");
    const desktop = await Desktop.start({ data: join(file, "below") });
    running.push(desktop);
    expect(await desktop.ended).toBe(1);
    expect(desktop.told.find(asks("error"))?.["options"]).toMatchObject({ title: "Init Lab cannot start" });
  });
});
