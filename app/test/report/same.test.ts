// A report holds nothing of when and where: the same spec gives the same bytes. And what a long one may weigh.
import { beforeAll, describe, expect, it } from "vitest";
import { REPORT_SECTIONS } from "../../contract/report";
import { buildReport } from "../../report/report";
import { type Asked, asked, measured, measuredSpec, reportText, runOf, trained } from "./samples";
import { emptyFolder, lab, smallSpec } from "../lab";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FORMATS = ["html", "md", "csv", "json"] as const;

describe("the same bytes", () => {
  let request: Asked;
  beforeAll(async () => {
    const training = await trained("train-book-std", ["--steps", "6"]);
    request = asked([await runOf("large-normal-tanh"), { name: "t", notes: "", result: null, training }]);
  });

  it.each(FORMATS)("%s: twice, and whatever the clock and the machine were", (format) => {
    const text = reportText(request, format);
    expect(reportText(request, format)).toBe(text);
    const elsewhere = <T extends object>(result: T): T => ({
      ...result,
      timing: { millis: 123_456.789, startedAt: 1_700_000_000_000 },
      environment: { host: "elsewhere.example", workers: 99, node: "v0.0.0" },
    });
    const [run, training] = request.runs;
    const moved: Asked = {
      ...request,
      runs: [
        { ...run!, result: JSON.stringify(elsewhere(JSON.parse(run!.result!) as object)) },
        {
          ...training!,
          training: JSON.stringify((JSON.parse(training!.training!) as object[]).map(elsewhere)),
        },
      ],
    };
    expect(reportText(moved, format)).toBe(text);
    expect(text).not.toMatch(/elsewhere\.example|123456|1700000000000/);
  });

  it("of `run --report` in another folder, with another number of workers", async () => {
    const texts = await Promise.all(
      ["1", "3"].map(async (workers) => {
        const cwd = emptyFolder();
        const ended = await lab(["run", "preset:constant-tanh", "--workers", workers, "--report", "r.html"], {
          cwd,
        });
        expect(ended.stderr).toBe("");
        return readFileSync(join(cwd, "r.html"), "utf8");
      }),
    );
    expect(texts[0]).toBe(texts[1]);
  });

  it("names files by their last name and their sha256 alone", async () => {
    const folder = emptyFolder();
    const rows = Array.from({ length: 20 }, (_, i) => `${Math.sin(i)},${Math.cos(i)},${i % 2}`);
    writeFileSync(join(folder, "points.csv"), `x,y,label\n${rows.join("\n")}\n`);
    const result = await measuredSpec(
      smallSpec({ data: { source: "file", path: join(folder, "points.csv"), label: "label" } }),
    );
    for (const format of FORMATS) {
      const text = reportText(asked([{ name: "file", notes: "", result }]), format);
      expect(text).not.toContain(folder);
      expect(text).toContain("points.csv");
      expect(text).toMatch(/[0-9a-f]{64}/);
    }
  });
});

describe("sections", () => {
  it("come as they were asked for, in the report's order; what says nothing stays out", async () => {
    const runs = [await runOf("large-normal-tanh")];
    const heads = (sections: Asked["sections"]) =>
      [...reportText({ ...asked(runs), sections }, "md").matchAll(/^## (.*)$/gm)].map(([, head]) => head);
    expect(heads(["appendix", "summary"])).toEqual(["Summary", "Appendix: the same again"]);
    expect(heads(REPORT_SECTIONS)).toEqual([
      "Summary",
      "Findings",
      "Network and data",
      "Layer by layer",
      "Depth profiles",
      "Histograms",
      "Gradients",
      "Appendix: the same again",
    ]);
  });

  it("the appendix holds the spec that the result was measured with", async () => {
    const report = reportText(asked([await runOf("he-normal-relu-digits")]), "md");
    const [, spec] = /```json\n(.*?)\n```/s.exec(report)!;
    const again = await measuredSpec(JSON.parse(spec!) as object);
    expect((JSON.parse(again) as { digest: string }).digest).toBe(
      (JSON.parse(await measured("he-normal-relu-digits")) as { digest: string }).digest,
    );
    expect(report).toContain((JSON.parse(again) as { digest: string }).digest);
  });
});

it("eight runs of fifty layers weigh less than 5 MB", async () => {
  const [linear, tanh] = [await runOf("orthogonal-deep-linear"), await runOf("tanh-critical")];
  const runs = Array.from({ length: 8 }, (_, i) => ({ ...(i % 2 ? linear : tanh), name: `run ${i + 1}` }));
  const started = performance.now();
  const bytes = buildReport({ ...asked(runs), format: "html" });
  console.log(
    `eight runs of fifty layers: ${(bytes.length / 1e6).toFixed(2)} MB in ${(performance.now() - started).toFixed(0)} ms`,
  );
  expect(bytes.length).toBeLessThan(5e6);
  expect(bytes.length).toBeGreaterThan(1e6);
});
