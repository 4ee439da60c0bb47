// A report as data: the document's words, tables and figures, and beside them the results themselves, without when and
// where they were measured. Numbers that are not finite are words, as in a result.
import { textOfNumbers } from "../../core-as/spec/resultText";
import type { ReportDocument } from "./document";
import type { Reported } from "./reported";

const REPORT_FORMAT = "initlab.report/1";

export function jsonOf(document: ReportDocument, { runs, comparison, claims }: Reported): string {
  const report = {
    format: REPORT_FORMAT,
    title: document.title,
    author: document.author,
    sections: document.sections.map((section) => ({
      ...section,
      // What these say is in the results below, whole.
      blocks: section.blocks.filter(({ kind }) => kind !== "histogram" && kind !== "series").map(plain),
    })),
    runs: runs.map(({ number: _number, ...run }) => {
      const { timing: _timing, environment: _environment, ...result } = run.result ?? EMPTY;
      return {
        ...run,
        result: run.result ? result : null,
        trainings: run.trainings.map(({ timing: _t, environment: _e, ...training }) => training),
      };
    }),
    comparison,
    claims,
  };
  return `${textOfNumbers(report, 1)}\n`;
}

const EMPTY = { timing: {}, environment: {} };

/** Columns of figures as lists. */
function plain(value: unknown): unknown {
  if (value instanceof Float64Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item as unknown)]));
}
