// The shell's own rules, without a process: where a window may stand, what may be a file's name, which arguments are
// files, what stands in which menu.
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, isAbsolute, join, resolve } from "node:path";
import type { MenuItemConstructorOptions } from "electron";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../contract/commands";
import { fileName } from "../../electron/files";
import { KeptFile } from "../../electron/keptFile";
import { menuTemplate } from "../../electron/menu";
import { filesNamedIn, readFiles } from "../../electron/pickedFile";
import { parseRecent } from "../../electron/recent";
import { parseMemory, placeOn, type Rectangle, SMALLEST } from "../../electron/windowPlace";
import { refusal } from "../host/suite";
import { emptyFolder } from "../lab";

const area = fc.record({
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
  width: fc.integer({ min: 800, max: 6000 }),
  height: fc.integer({ min: 600, max: 4000 }),
});
const overlap = (from: number, length: number, at: number, size: number) =>
  Math.min(from + length, at + size) - Math.max(from, at);

describe("the window's place", () => {
  it("is on a display, with its title bar in reach, whatever was kept", () => {
    const kept = fc.option(
      fc.record({ x: fc.integer(), y: fc.integer(), width: fc.integer(), height: fc.integer() }),
    );
    fc.assert(
      fc.property(fc.array(area, { minLength: 1, maxLength: 3 }), kept, (areas, given) => {
        const place = placeOn(areas as [Rectangle, ...Rectangle[]], given);
        expect(place.width).toBeGreaterThanOrEqual(SMALLEST.width);
        expect(place.height).toBeGreaterThanOrEqual(SMALLEST.height);
        const isReached = areas.some(
          (each) =>
            overlap(place.x, place.width, each.x, each.width) >= 160 &&
            place.y >= each.y &&
            place.y <= each.y + each.height - 40,
        );
        expect(isReached).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("is the kept one where that fits", () => {
    const second = { x: 1920, y: 0, width: 2560, height: 1400 };
    const kept = { x: 2000, y: 100, width: 1300, height: 800 };
    expect(placeOn([{ x: 0, y: 0, width: 1920, height: 1040 }, second], kept)).toEqual(kept);
    expect(placeOn([{ x: 0, y: 0, width: 1920, height: 1040 }], kept)).toMatchObject({ x: 310, y: 120 });
    expect(placeOn([{ x: 0, y: 25, width: 1440, height: 800 }], null)).toEqual({
      x: 0,
      y: 25,
      width: 1440,
      height: 800,
    });
  });

  it.each([null, 5, "x", [], {}, { place: { x: "1" } }, { place: { x: 1, y: NaN, width: 1, height: 1 } }])(
    "is forgotten where its file says %j",
    (given) => expect(parseMemory(given)).toEqual({ place: null, isMaximized: false, theme: "system" }),
  );
});

describe("the name of a file to save", () => {
  it("has no folder and nothing that a system refuses, and keeps its suffix", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const name = fileName(`${text}.initlab`);
        expect(name).toBe(basename(name));
        expect(name).not.toMatch(/[\u0000-\u001f<>:"/\\|?*]/); // eslint-disable-line no-control-regex
        expect(name.length).toBeLessThanOrEqual(200);
        expect(name).toMatch(/[^.]+\.initlab$|^initlab$/);
      }),
    );
    expect(fileName("../../etc/passwd")).toBe("passwd");
    expect(fileName("C:\\Windows\\a.json")).toBe("a.json");
    expect(fileName("")).toBe("experiment");
  });
});

describe("files from outside", () => {
  it("are arguments that end in .json or .initlab, and no switches", () => {
    const args = ["--data", "x", "-a.json", "a.json", "b.INITLAB", "c.txt", "--flag=d.json"];
    expect(filesNamedIn(args, "/folder")).toEqual([
      resolve("/folder", "a.json"),
      resolve("/folder", "b.INITLAB"),
    ]);
    expect(filesNamedIn(Array<string>(500).fill("a.json"), "/")).toHaveLength(64);
  });

  it("are refused with a reason: folders, too many, gone", async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, "folder.json"));
    expect((await refusal(readFiles([join(folder, "folder.json")], "data"))).where).toBe("folder.json");
    expect((await refusal(readFiles([join(folder, "gone.json")], "data"))).code).toBe("not_found");
    expect((await refusal(readFiles(Array<string>(65).fill("a"), "data"))).code).toBe("too_large");
    if (process.platform !== "win32") {
      execFileSync("mkfifo", [join(folder, "pipe.json")]);
      expect((await refusal(readFiles([join(folder, "pipe.json")], "data"))).code).toBe("invalid");
    }
    writeFileSync(join(folder, "empty.csv"), "");
    expect(await readFiles([join(folder, "empty.csv")], "data")).toEqual([
      { name: "empty.csv", bytes: new Uint8Array() },
    ]);
  });

  it("are remembered once each, and only as whole paths", () => {
    const path = resolve("/a.json");
    expect(parseRecent([path, path, "relative.json", 5, null])).toEqual([path]);
    expect(parseRecent({ 0: path })).toEqual([]);
    expect(parseRecent(Array.from({ length: 50 }, (_, i) => resolve(`/${i}`)))).toHaveLength(10);
    expect(isAbsolute(path)).toBe(true);
  });
});

describe("a kept file", () => {
  it("holds the newest of many values at once, and survives damage", async () => {
    const file = join(emptyFolder(), "below", "kept.json");
    const faults: unknown[] = [];
    const kept = new KeptFile(
      file,
      (given) => (typeof given === "number" ? given : -1),
      (error) => faults.push(error),
    );
    expect(await kept.read()).toBe(-1);
    await Promise.all(Array.from({ length: 50 }, (_, i) => kept.write(i)));
    expect(await kept.read()).toBe(49);
    writeFileSync(file, "{");
    expect(await kept.read()).toBe(-1);
    writeFileSync(file, " ".repeat(70_000) + "7");
    expect(await kept.read()).toBe(-1);
    expect(faults).toEqual([]);
  });
});

describe("the menu", () => {
  const template = (platform: string) =>
    menuTemplate(
      { platform, theme: "light", recent: [resolve("/a & b.initlab")], isDevelopment: false },
      { command: () => {}, about: () => {}, openRecent: () => {}, clearRecent: () => {} },
    );
  const items = (menus: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    menus.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);

  it.each(["linux", "win32", "darwin"])("on %s has every command once, and no key twice", (platform) => {
    const all = items(template(platform));
    const ids = all.map(({ id }) => id).filter((id) => id !== undefined && id !== "file.recent");
    expect(ids.sort()).toEqual(COMMANDS.map(({ id }) => id).sort());
    const keys = all.map(({ accelerator }) => accelerator).filter((key) => key !== undefined);
    expect(new Set(keys).size).toBe(keys.length);
    expect(all.some(({ role }) => role === "toggleDevTools" || role === "reload")).toBe(false);
    expect(all.some(({ label }) => label === "a && b.initlab")).toBe(true);
  });

  it("on a Mac begins with the app's own", () => {
    const [first] = template("darwin");
    expect(first?.label).toBe("Init Lab");
    expect(items([first!]).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["help.about", "view.settings"]),
    );
  });
});
