// initlab experiments ...: the saved experiments on the command line, and run --save.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunResult } from "../../../core-as/spec/result";
import { emptyFolder, lab, smallSpec } from "../lab";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly digest: string;
}

const spec = JSON.stringify(smallSpec());

/** Runs `initlab experiments ARGS --data folder`. */
async function experiments(folder: string, args: readonly string[], stdin = "") {
  return lab(["experiments", ...args, "--data", folder], { stdin });
}

async function json<T>(folder: string, args: readonly string[], stdin = ""): Promise<T> {
  const { code, stdout, stderr } = await experiments(folder, [...args, "--json"], stdin);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as T;
}

describe("initlab experiments", () => {
  const folder = emptyFolder();
  let added: Row;

  beforeAll(async () => {
    added = await json<Row>(folder, ["add", "-", "--tag", "thesis", "deep", "--notes", "see page 3"], spec);
  });

  it("add runs, saves, and prints id, name and digest", async () => {
    const run = JSON.parse((await lab(["run", "-", "--json"], { stdin: spec })).stdout) as RunResult;
    expect(added).toEqual({ id: added.id, name: "small", digest: run.digest });
    const at = join(folder, "experiments", added.id);
    expect(readdirSync(at).toSorted()).toEqual(["experiment.json", "result.json"]);
    const saved = JSON.parse(readFileSync(join(at, "experiment.json"), "utf8")) as Record<string, unknown>;
    expect(saved).toMatchObject({
      name: "small",
      notes: "see page 3",
      tags: ["thesis", "deep"],
      spec: run.spec,
    });
    const { timing: _t, environment: _e, ...measured } = run;
    expect(JSON.parse(readFileSync(join(at, "result.json"), "utf8"))).toMatchObject(measured);
  });

  it("list and search print rows as the contract has them", async () => {
    const [row] = await json<Row[]>(folder, ["list"]);
    expect(Object.keys(row!)).toEqual(["id", "name", "tags", "created", "modified", "digest", "verdict"]);
    expect(row).toMatchObject({ ...added, tags: ["thesis", "deep"] });
    expect(await json<Row[]>(folder, ["search", "tanh", "layers:2"])).toEqual([row]);
    expect(await json<Row[]>(folder, ["search", "tanh layers:3"])).toEqual([]);
    const { stdout } = await experiments(folder, ["list"]);
    expect(stdout).toMatch(/^id +modified +name +weights +activation +size +tags +verdict\n/);
    expect(stdout).toContain(`${added.id}  `);
    expect((await experiments(folder, ["search", "nothing-like-it"])).stdout).toBe("no experiments\n");
  });

  it("show prints what was saved", async () => {
    const shown = await json<Row & { result: RunResult; notes: string }>(folder, ["show", added.id]);
    expect(shown).toMatchObject({ ...added, notes: "see page 3" });
    expect(shown.result.digest).toBe(added.digest);
    const { stdout } = await experiments(folder, ["show", added.id]);
    const run = await lab(["run", "-"], { stdin: spec });
    const measured = (text: string) => text.slice(text.indexOf("layer  units"));
    expect(measured(stdout)).toBe(measured(run.stdout));
    expect(stdout).toContain("see page 3");
  });

  it("verify runs again and compares; another digest is exit code 1", async () => {
    const [same] = await json<object[]>(folder, ["verify", added.id]);
    expect(same).toMatchObject({ id: added.id, digest: added.digest, again: added.digest, same: true });
    const other = emptyFolder();
    await json(other, ["add", "-"], spec);
    const { id } = (await json<Row[]>(other, ["list"]))[0]!;
    for (const name of ["experiment.json", "result.json"]) {
      const file = join(other, "experiments", id, name);
      writeFileSync(file, readFileSync(file, "utf8").replace(added.digest, "0".repeat(64)));
    }
    const { code, stdout, stderr } = await experiments(other, ["verify", "--all", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ digest: "0".repeat(64), again: added.digest, same: false }]);
    expect(stderr).toMatch(/^initlab: experiments: 1 of 1 experiment gave another digest/);
  });

  it("export and import carry them to another folder", async () => {
    const other = emptyFolder();
    const file = join(other, "all.initlab");
    await experiments(folder, ["export", "--all", "--out", file]);
    expect(readdirSync(other)).toEqual(["all.initlab"]);
    const first = await json<{ imported: Row[]; unchanged: Row[] }>(join(other, "data"), ["import", file]);
    expect(first.imported).toMatchObject([added]);
    const again = await json<{ imported: Row[]; unchanged: Row[] }>(join(other, "data"), ["import", file]);
    expect(again).toEqual({ imported: [], unchanged: first.imported });
    expect(await json<object[]>(join(other, "data"), ["verify", added.id])).toMatchObject([{ same: true }]);
  });

  it("keeps the bytes of a file with the experiment", async () => {
    const data = emptyFolder();
    const given = emptyFolder();
    writeFileSync(join(given, "t.csv"), "1,2\n3,5\n8,1\n4,4\n");
    const table = smallSpec({ data: { source: "file", path: "t.csv" }, backward: { kind: "none" } });
    writeFileSync(join(given, "spec.json"), JSON.stringify({ ...table, name: "" }));
    const row = await json<Row>(data, ["add", join(given, "spec.json")]);
    expect(row.name).toBe("spec");
    writeFileSync(join(given, "t.csv"), "another\n");
    expect(await json<object[]>(data, ["verify", row.id])).toMatchObject([{ same: true }]);
  });

  it("trash and restore", async () => {
    const other = emptyFolder();
    const { id } = await json<Row>(other, ["add", "-"], spec);
    await experiments(other, ["trash", id]);
    expect(await json<Row[]>(other, ["list"])).toEqual([]);
    expect(await json<Row[]>(other, ["list", "--trash"])).toMatchObject([{ id }]);
    await experiments(other, ["restore", id]);
    expect(await json<Row[]>(other, ["list"])).toMatchObject([{ id }]);
  });

  it("show says what a result lacks that is none", async () => {
    const target = emptyFolder();
    const { id } = await json<Row>(target, ["add", "-"], spec);
    const file = join(target, "experiments", id, "result.json");
    const { format, digest } = JSON.parse(readFileSync(file, "utf8")) as RunResult;
    writeFileSync(file, JSON.stringify({ format, digest }));
    const { code, stderr } = await experiments(target, ["show", id]);
    expect(stderr).toMatch(/^initlab: .*result: has no layers\n$/);
    expect(code).toBe(2);
  });

  it("says on stderr what was damaged, and lists the others", async () => {
    const other = emptyFolder();
    const { id } = await json<Row>(other, ["add", "-"], spec);
    const second = await json<Row>(other, ["add", "-"], spec);
    writeFileSync(join(other, "experiments", id, "experiment.json"), "{");
    const { code, stdout, stderr } = await experiments(other, ["list", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ id: second.id }]);
    expect(stderr).toMatch(
      new RegExp(`^initlab: quarantine/${id}: was damaged and set aside: .*not JSON.*\\n$`),
    );
  });

  it("run --save saves what it prints", async () => {
    const other = emptyFolder();
    const { stdout } = await lab(["run", "-", "--save", "--data", other], { stdin: spec });
    const id = /\nSaved as ([\w-]+)\.\n$/.exec(stdout)?.[1];
    expect(await json<Row[]>(other, ["list"])).toMatchObject([{ id, digest: added.digest }]);
  });

  it.each([
    [
      ["show", "2026-01-01-nowhere2"],
      2,
      /^initlab: experiments: 2026-01-01-nowhere2: there is no such experiment/,
    ],
    [["show", "../x"], 2, /^initlab: experiments: id: /],
    [["trash", "2026-01-01-nowhere2"], 2, /no such experiment/],
    [["export", "--out", "x.initlab"], 2, /write their ids, or --all/],
    [["export", "a", "--all", "--out", "x.initlab"], 2, /--all/],
    [["export", "--all"], 2, /--out/],
    [["export", "--all", "--out", "/no/such/folder/x.initlab"], 1, /cannot be written/],
    [["import", "absent.initlab"], 2, /absent\.initlab: cannot be read/],
    [["import", "package.json"], 2, /package\.json.*not a zip file/],
    [["add", "preset:no-such"], 2, /no-such/],
    [["add", "preset:he-normal-relu", "--tag", "x".repeat(60)], 2, /tags\[0\]/],
    [["lst"], 2, /unknown command 'lst'/],
    [["list", "--data"], 2, /--data/],
  ])("%j is refused", async (args, code, message) => {
    const target = emptyFolder();
    const ended = await lab(["experiments", ...args, ...(args.includes("--data") ? [] : ["--data", target])]);
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(ended.code).toBe(code);
    expect(existsSync("x.initlab")).toBe(false);
  });

  it("refuses a data folder that is a file, and --data without --save", async () => {
    const file = join(emptyFolder(), "file");
    writeFileSync(file, "");
    for (const args of [
      ["experiments", "list"],
      ["experiments", "add", "preset:he-normal-relu"],
      ["run", "preset:he-normal-relu", "--save"],
      ["train", "preset:train-book-he", "--save"],
    ]) {
      const { code, stdout, stderr } = await lab([...args, "--data", file]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^initlab: data folder .*file: .*folder.*\n$/);
    }
    const { code, stderr } = await lab(["run", "preset:he-normal-relu", "--data", file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^initlab: --data: .*--save/);
  });
});
