// Keys, the palette's fits, and what is said of errors.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../app/contract/commands";
import { HostError } from "../../../app/contract/hostError";
import { duration, timeLeft, wholePercent } from "../../../core-as/spec/number";
import { SpecError } from "../../../core-as/spec/errors";
import { arePressed, keysText, type Pressed } from "../../src/controls/keys";
import { ComputeError } from "../../src/compute/compute";
import { commandOf } from "../../src/keyboard";
import { saidOf } from "../../src/lab/said";
import { fit, fitting } from "../../src/panels/frame/fuzzy";

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe("keys", () => {
  it("are written as the system writes them", () => {
    expect(keysText("CmdOrCtrl+Shift+Z", false)).toBe("Ctrl Shift Z");
    expect(keysText("CmdOrCtrl+Shift+Z", true)).toBe("⇧⌘Z");
    expect(keysText("CmdOrCtrl+Enter", false)).toBe("Ctrl ↵");
    expect(keysText("F1", true)).toBe("F1");
  });

  it("are held against the right modifier", () => {
    expect(arePressed("CmdOrCtrl+S", press("s", { ctrlKey: true }), false)).toBe(true);
    expect(arePressed("CmdOrCtrl+S", press("s", { metaKey: true }), false)).toBe(false);
    expect(arePressed("CmdOrCtrl+S", press("s", { metaKey: true }), true)).toBe(true);
    expect(arePressed("CmdOrCtrl+S", press("S", { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(arePressed("CmdOrCtrl+S", press("s"), false)).toBe(false);
    expect(arePressed("F1", press("F1"), false)).toBe(true);
  });

  it("hold on another alphabet and with signs that Shift changes", () => {
    expect(arePressed("CmdOrCtrl+Z", press("я", { code: "KeyZ", ctrlKey: true }), false)).toBe(true);
    expect(arePressed("CmdOrCtrl+1", press("&", { code: "Digit1", ctrlKey: true }), false)).toBe(true);
    // A Dvorak layout: the letter that is written counts.
    expect(arePressed("CmdOrCtrl+S", press("s", { code: "Semicolon", ctrlKey: true }), false)).toBe(true);
  });

  it("are each of one command alone", () => {
    const keys = COMMANDS.flatMap((command) => ("keys" in command ? [command.keys] : []));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("leave undo to a field that is typed into, and a paste to the browser", () => {
    const undo = press("z", { ctrlKey: true });
    expect(commandOf(undo, false)).toBe("edit.undo");
    expect(commandOf(undo, true)).toBeNull();
    expect(commandOf(press("s", { ctrlKey: true }), true)).toBe("file.save");
    expect(commandOf(press("v", { ctrlKey: true, shiftKey: true }), false)).toBeNull();
    expect(commandOf(press("s"), false)).toBeNull();
  });
});

describe("the palette", () => {
  const names = ["He normal", "He uniform", "Xavier normal", "New experiment", "Théorie"];
  const best = (typed: string) => fitting(typed, names, (name) => name).map(({ item }) => item);

  it("finds by parts, by first letters, without accents and in any case", () => {
    expect(best("he n")[0]).toBe("He normal");
    expect(best("xn")).toEqual(["Xavier normal"]);
    expect(best("NEW")).toEqual(["New experiment"]);
    expect(best("theorie")).toEqual(["Théorie"]);
    expect(best("zzz")).toEqual([]);
    expect(best("")).toEqual(names);
  });

  it("every name fits itself best, and strewn letters do not fit", () => {
    for (const name of names) expect(best(name)[0]).toBe(name);
    fc.assert(
      fc.property(fc.string(), fc.string(), (typed, name) => {
        const score = fit(typed, name);
        return score >= 0 && Number.isFinite(score);
      }),
    );
  });
});

describe("what is said of an error", () => {
  it("names the place and keeps faults apart", () => {
    expect(saidOf(new SpecError([{ path: "seed", message: "must be whole" }]))).toEqual({
      message: "seed: must be whole",
    });
    expect(saidOf(new HostError({ code: "disk_full", message: "The disk is full" }))).toEqual({
      message: "The disk is full",
    });
    expect(saidOf(new ComputeError({ code: "cancelled", message: "" }))).toBeNull();
    expect(saidOf(new DOMException("", "AbortError"))).toBeNull();
    const fault = saidOf(new TypeError("x is not a function"));
    expect(fault?.message).toBe("A fault of the app: x is not a function");
    expect(fault?.details).toContain("TypeError");
    expect(saidOf("thrown text")?.message).toBe("A fault of the app: thrown text");
    expect(saidOf(undefined)).not.toBeNull();
  });
});

describe("times", () => {
  it("have three digits and a unit", () => {
    expect(duration(412)).toBe("412\u00a0ms");
    expect(duration(999.7)).toBe("1.00\u00a0s");
    expect(duration(1310)).toBe("1.31\u00a0s");
    expect(duration(125_000)).toBe("2\u00a0min 5\u00a0s");
    expect(duration(11_400_000)).toBe("3\u00a0h 10\u00a0min");
    expect(duration(NaN)).toBe("–");
    expect(timeLeft(200)).toBe("1\u00a0s");
    expect(timeLeft(4100)).toBe("5\u00a0s");
    expect(wholePercent(0.456)).toBe("46\u202f%");
  });
});
