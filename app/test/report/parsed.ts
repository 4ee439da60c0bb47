// What readers of a report parse it with, typed as far as tests look: HTML by linkedom, CSV by papaparse.
import { parseHTML } from "linkedom";
// Its published types are not installed; what is used of it is typed below.
// @ts-expect-error -- no types
import Papa from "papaparse";

export interface PageElement {
  readonly tagName: string;
  readonly textContent: string;
  readonly id: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly children: Iterable<PageElement>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement> & { readonly length: number };
}

export const parsedHtml = (html: string): PageElement =>
  (parseHTML(html) as unknown as { readonly document: PageElement }).document;

/** Rows of cells, the head among them. Throws where a row is not well formed. */
export function parsedCsv(text: string): readonly (readonly string[])[] {
  const read = Papa as unknown as {
    parse(text: string): {
      readonly data: string[][];
      readonly errors: readonly { readonly message: string }[];
    };
  };
  const { data, errors } = read.parse(text.trimEnd());
  if (errors[0]) throw new Error(errors[0].message);
  return data;
}

export interface ReportLine {
  readonly run: string;
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly low: string;
  readonly high: string;
  readonly value: string;
  readonly text: string;
}

/** By the names of the head. */
export function parsedLines(text: string): readonly ReportLine[] {
  const [head, ...rows] = parsedCsv(text);
  return rows.map(
    (row) => Object.fromEntries(head!.map((name, i) => [name, row[i]!])) as unknown as ReportLine,
  );
}
