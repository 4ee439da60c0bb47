// --report: the suffix says the form, wrong ones and places that cannot be written are said before anything runs, and
// there is no half file.
import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { reportTarget, writeReport } from "../../cli/report";
import { emptyFolder, lab, ROOT, smallSpec } from "../lab";

/** The thread of reports, as it was built. */
const REPORTS = pathToFileURL(join(ROOT, "dist/cli/report.mjs"));

const spec = JSON.stringify(smallSpec());

async function refused(args: readonly string[], code: number): Promise<string> {
  const ended = await lab(args, { stdin: spec });
  expect(ended.stdout).toBe("");
  expect(ended.stderr).toMatch(/^initlab: [^\n]+\n$/);
  expect(ended.code, ended.stderr).toBe(code);
  return ended.stderr;
}

describe("--report", () => {
  it("writes every form, and prints as it does without", async () => {
    const cwd = emptyFolder();
    const plain = await lab(["run", "-"], { stdin: spec });
    for (const suffix of ["html", "md", "csv", "json", "HTML"]) {
      const ended = await lab(["run", "-", "--report", `report.${suffix}`], { stdin: spec, cwd });
      expect(ended).toMatchObject({ code: 0, stderr: "", stdout: plain.stdout });
    }
    const read = (suffix: string) => readFileSync(join(cwd, `report.${suffix}`), "utf8");
    expect(read("html")).toMatch(/^<!DOCTYPE html>/);
    expect(read("HTML")).toBe(read("html"));
    expect(read("md")).toMatch(/^# small\n/);
    expect(read("csv")).toMatch(/^run,table,row,column,low,high,value,text\n/);
    expect(JSON.parse(read("json"))).toMatchObject({ format: "initlab.report/1", title: "small" });
    expect(readdirSync(cwd).sort()).toHaveLength(5);
  });

  it("of compare and train", async () => {
    const cwd = emptyFolder();
    const compared = ["compare", "preset:he-normal-relu", "preset:xavier-normal-relu", "--report", "c.md"];
    expect(await lab(compared, { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(cwd, "c.md"), "utf8")).toMatch(/^## Comparison$/m);
    const trained = ["train", "preset:train-book-he", "--steps", "4", "--seeds", "2", "--report", "t.html"];
    expect(await lab(trained, { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(cwd, "t.html"), "utf8")).toMatch(/<h2 id="training-heading">/);
  });

  it("a path in an argument is not in the report", async () => {
    const folder = emptyFolder();
    const files = ["a.json", "b.json"].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, JSON.stringify(smallSpec({ name: "" })));
    for (const suffix of ["html", "json"]) {
      const report = join(folder, `r.${suffix}`);
      expect(await lab(["compare", ...files, "--report", report])).toMatchObject({ code: 0, stderr: "" });
      expect(readFileSync(report, "utf8")).not.toContain(folder);
    }
  });

  it("replaces what was there", async () => {
    const file = join(emptyFolder(), "r.md");
    writeFileSync(file, "before");
    expect((await lab(["run", "-", "--report", file], { stdin: spec })).code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/^# small/);
  });

  it.each(["report.doc", "report", "html", "r.html.gz"])("%s has no known suffix", async (file) => {
    expect(await refused(["run", "-", "--report", file], 2)).toMatch(
      /^initlab: --report: .* has no known suffix; \.html, \.pdf, \.md, \.csv, \.json would be right/,
    );
  });

  it("a folder that is not there, a file in the way, a folder in the file's place", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "taken.html"));
    expect(await refused(["run", "-", "--report", join(folder, "gone/r.html")], 1)).toMatch(
      /no such file or folder/,
    );
    expect(await refused(["run", "-", "--report", join(folder, "file/r.html")], 1)).toMatch(
      /not a folder|no such/,
    );
    expect(await refused(["run", "-", "--report", join(folder, "taken.html")], 1)).toMatch(/it is a folder/);
    for (const command of [
      ["compare", "preset:he-normal-relu", "-"],
      ["train", "preset:train-book-he"],
      ["claims"],
    ])
      expect(await refused([...command, "--report", join(folder, "gone/r.md")], 1)).toMatch(
        /cannot be written/,
      );
    expect(readdirSync(folder).sort()).toEqual(["file", "taken.html"]);
  });

  it("a folder that may not be written to", async () => {
    const folder = emptyFolder();
    chmodSync(folder, 0o555);
    if (process.getuid?.() === 0) {
      // Root may write everywhere; the system's own folder of processes refuses it too.
      if (!existsSync("/proc/self")) return console.log("skipped: root, and no /proc to be refused by");
      return void expect(await refused(["run", "-", "--report", "/proc/self/r.html"], 1)).toMatch(
        /cannot be written/,
      );
    }
    expect(await refused(["run", "-", "--report", join(folder, "r.html")], 1)).toMatch(/permission denied/);
  });

  it("a file that grows beyond what may be written, as on a full disk", async () => {
    if (process.platform === "win32") return console.log("skipped: no ulimit on Windows");
    const folder = emptyFolder();
    const bin = join(ROOT, "app/cli/bin.mjs");
    const script = `ulimit -f 8; exec "${process.execPath}" "${bin}" run preset:constant-tanh --report r.html`;
    const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = execFile("sh", ["-c", script], { cwd: folder }, (_error, _stdout, stderr) =>
        resolve({ code: child.exitCode, stderr }),
      );
    });
    expect(stderr).toMatch(/^initlab: r\.html: cannot be written \([^)]+\); [^\n]+\n$/);
    expect(code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("no browser for a PDF, before anything runs: it could not be written", async () => {
    const before = process.env["CHROME_PATH"];
    process.env["CHROME_PATH"] = join(emptyFolder(), "gone");
    try {
      await expect(reportTarget({ report: join(emptyFolder(), "r.pdf") })).rejects.toMatchObject({
        name: "CliError",
        exitCode: 1,
        where: "pdf",
        message: expect.stringMatching(/^CHROME_PATH: .* cannot be started/) as string,
      });
    } finally {
      if (before === undefined) delete process.env["CHROME_PATH"];
      else process.env["CHROME_PATH"] = before;
    }
  });

  it.skipIf(process.platform === "win32").each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s in the midst of a printing leaves no file, no profile and no browser",
    async (signal) => {
      const [folder, temporary] = [emptyFolder(), emptyFolder()];
      const browser = join(emptyFolder(), "browser");
      const pid = join(folder, "pid");
      writeFileSync(
        browser,
        `#!/bin/sh\necho $$ > "${pid}.new"; mv "${pid}.new" "${pid}"\nexec sleep 600\n`,
        {
          mode: 0o755,
        },
      );
      const child = spawn(
        process.execPath,
        [join(ROOT, "app/cli/bin.mjs"), "run", "-", "--report", join(folder, "r.pdf")],
        { env: { ...process.env, CHROME_PATH: browser, TMPDIR: temporary } },
      );
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.stdin.end(spec);
      const ended = new Promise((resolve) => child.once("close", resolve));
      await vi.waitFor(() => expect(existsSync(pid)).toBe(true), { timeout: 60_000 });
      expect(readdirSync(temporary)).toHaveLength(1);
      child.kill(signal);
      expect(await ended).toBe(130);
      expect(stderr).toBe("initlab: run: cancelled; nothing was written\n");
      expect(readdirSync(temporary)).toEqual([]);
      expect(readdirSync(folder)).toEqual(["pid"]);
      const browserPid = Number(readFileSync(pid, "utf8"));
      await vi.waitFor(() => expect(() => process.kill(browserPid, 0)).toThrow(), { timeout: 10_000 });
    },
  );

  it("a page that is cancelled while it is built", async () => {
    const folder = emptyFolder();
    const script = join(emptyFolder(), "endless.mjs");
    const begun = join(folder, "begun");
    writeFileSync(
      script,
      `import { parentPort } from "node:worker_threads";
       import { writeFileSync } from "node:fs";
       parentPort.on("message", () => { writeFileSync(${JSON.stringify(begun)}, ""); for (;;); });`,
    );
    const cancel = new AbortController();
    const target = await reportTarget({ report: join(folder, "r.html") });
    const work = { runs: [{ name: "", notes: "", result: "" }] };
    const outcome = expect(
      writeReport(target, work, cancel.signal, pathToFileURL(script)),
    ).rejects.toMatchObject({ name: "AbortError" });
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), { timeout: 20_000 });
    cancel.abort(new DOMException("cancelled", "AbortError"));
    await outcome;
    expect(readdirSync(folder)).toEqual(["begun"]);
  });

  it("a folder that vanished while it ran", async () => {
    const folder = join(emptyFolder(), "gone");
    mkdirSync(folder);
    const target = await reportTarget({ report: join(folder, "r.md") });
    const { stdout } = await lab(["run", "-", "--json"], { stdin: spec });
    rmdirSync(folder);
    const writing = writeReport(
      target,
      { runs: [{ name: "", notes: "", result: stdout }] },
      new AbortController().signal,
      REPORTS,
    );
    await expect(writing).rejects.toMatchObject({
      name: "CliError",
      exitCode: 1,
      where: join(folder, "r.md"),
    });
    expect(existsSync(folder)).toBe(false);
  });
});
