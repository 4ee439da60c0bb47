// Reports on paper, as a browser of this machine breaks them into pages: what belongs together is on one page. Skipped
// where there is no browser, or nothing that reads a PDF's words.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Table } from "../../report/document";
import { browsersHere } from "../../pdf/browserPlaces.mjs";
import { printPdf } from "../../pdf/printPdf";
import { buildReport, reportDocument } from "../../report/report";
import { emptyFolder } from "../lab";
import { type Asked, asked, runOf, trained } from "./samples";

const canRead = spawnSync("pdftotext", ["-v"]).error === undefined;
const canPrint = Boolean(process.env["CHROME_PATH"]) || browsersHere().length > 0;
if (!canRead || !canPrint) console.log("skipped: the pages of reports, without a browser or pdftotext");

interface Paper {
  /** The lines of each page, without the line at its foot. */
  readonly pages: readonly (readonly string[])[];
  readonly tables: readonly Table[];
  /** Of sections, and what stands above their figures. */
  readonly heads: ReadonlySet<string>;
}

async function paperOf(request: Asked): Promise<Paper> {
  const file = join(emptyFolder(), "report.pdf");
  writeFileSync(file, await printPdf(buildReport({ ...request, format: "html" })));
  const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8", stdio: "pipe" });
  const pages = text.split("\f").map((page) =>
    page
      .split("\n")
      .map((line) => line.trim().replaceAll(/\s+/g, " "))
      .filter((line) => line !== ""),
  );
  const tables = reportDocument(request).sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) =>
      block.kind === "table" ? [block.table] : block.kind === "finding" ? [block.evidence] : [],
    ),
  );
  const heads = new Set(
    reportDocument(request).sections.flatMap(({ heading, blocks }) => [
      heading,
      ...blocks.flatMap((block) => (block.kind === "figures" ? [block.caption] : [])),
    ]),
  );
  return {
    heads,
    pages: pages.filter((lines) => lines.length > 0).map((lines) => lines.slice(0, -1)),
    tables,
  };
}

describe.skipIf(!canRead || !canPrint)("pages", () => {
  let papers: readonly Paper[];
  beforeAll(async () => {
    const presets = ["deep-relu-xavier", "tanh-critical", "zeros-relu-digits", "xavier-normal-sigmoid"];
    const runs = await Promise.all(presets.map(runOf));
    const training = await trained("train-book-std", ["--steps", "4", "--seeds", "2"]);
    papers = await Promise.all([
      paperOf(asked(runs)),
      paperOf(asked([...runs, ...runs.slice(0, 2)], { sections: ["summary", "comparison"] })),
      paperOf(asked([{ name: "t", notes: "", result: null, training }])),
    ]);
  });

  it("begin with no source of a table on the page before", () => {
    const firsts = papers.flatMap(({ pages }) => pages.map(([first]) => first!));
    expect(firsts.length).toBeGreaterThan(12);
    expect(firsts.filter((line) => /^(Source:|No remedy:)/.test(line))).toEqual([]);
  });

  it("end with no heading and no head of a table whose rows are on the next", () => {
    for (const { pages, tables } of papers) {
      const captions = new Set(tables.map(({ caption }) => caption));
      const heads = new Set(
        tables.map(({ columns }) =>
          columns
            .map(({ title }) => title)
            .join(" ")
            .replaceAll(/\s+/g, " "),
        ),
      );
      const lasts = pages.map((lines) => lines.at(-1)!);
      expect(lasts.filter((line) => captions.has(line) || heads.has(line) || /^Run \d: /.test(line))).toEqual(
        [],
      );
    }
  });

  it("end with no heading of a section, and with nothing that stands above figures", () => {
    for (const { pages, heads } of papers)
      expect(pages.map((lines) => lines.at(-1)!).filter((line) => heads.has(line))).toEqual([]);
  });

  it("keep a table's name with three of its rows", () => {
    const found = papers.flatMap(({ pages }) =>
      pages.flatMap((lines) =>
        lines.flatMap((line, i) => {
          if (!/^(Signal|Units|Gradient) by layer/.test(line)) return [];
          return [lines.slice(i + 1).filter((one) => /^\d+ /.test(one)).length];
        }),
      ),
    );
    expect(found.length).toBeGreaterThan(8);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(3);
  });
});
