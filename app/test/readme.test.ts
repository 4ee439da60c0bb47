// The README is true: its sample is what the command prints, and every command in it works.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lab, ROOT } from "./lab";

const README = readFileSync(join(ROOT, "README.md"), "utf8");
const COMMANDS = [...README.matchAll(/npm run lab -- ([^\n`]+)/g)].map((match) => match[1]!.trim());
const SCRIPTS = [...README.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1]!);

describe("the README", () => {
  it("shows what the command prints", async () => {
    const sample = /\$ npm run lab -- (run preset:[a-z0-9-]+)\n([^`]+)```/.exec(README)!;
    const { stdout } = await lab(sample[1]!.split(" "));
    expect(stdout).toBe(sample[2]);
  });

  // Claims and trainings among them take seconds each, and more on a busy machine.
  it("names only commands that work", { timeout: 900_000 }, async () => {
    expect(COMMANDS.length).toBeGreaterThan(3);
    for (const command of COMMANDS.filter((text) => !text.includes("SPEC"))) {
      const { code, stderr } = await lab(command.split(" "));
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
    }
  });

  it("shows an experiment that runs", async () => {
    const spec = /```json\n([^`]+)```/.exec(README)![1]!;
    expect((await lab(["run", "-"], { stdin: spec })).code).toBe(0);
  });

  it("names only scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const script of SCRIPTS) expect(scripts).toHaveProperty([script]);
  });
});
