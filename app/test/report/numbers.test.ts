// Every number in a report is the result's: tables are read back from the HTML, the Markdown and the CSV, and held
// against result.json by a way of their own.
import { beforeAll, describe, expect, it } from "vitest";
import { readResultText } from "../../../core-as/spec/resultText";
import type { LayerResult, RunResult, Statistics } from "../../../core-as/spec/result";
import type { Comparison } from "../../../core-as/spec/comparison";
import { parsedHtml, parsedLines, type ReportLine } from "./parsed";
import { type Asked, asked, measured, measuredSpec, reportText, runOf } from "./samples";
import { emptyFolder, lab, smallSpec } from "../lab";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const linesOf = (request: Asked): readonly ReportLine[] => parsedLines(reportText(request, "csv"));

/** What each column of a layer's tables is, written down once more. */
const FIGURES: Readonly<
  Record<string, (layer: LayerResult, last: LayerResult) => number | null | undefined>
> = {
  "weights.std": (l) => l.weights.std,
  "weights.std.predicted": (l) => l.theory?.weightStd,
  "preactivations.rms": (l) => l.preactivations.rms,
  "preactivations.rms.predicted": (l) => (l.theory?.q == null ? null : Math.sqrt(l.theory.q)),
  "activations.std": (l) => l.activations.std,
  "activations.std.predicted": (l) => l.theory?.activationStd,
  acrossSampleStd: (l) => l.activations.acrossSampleStd,
  "acrossSampleStd.predicted": (l) => l.theory?.acrossSampleStd,
  saturatedFraction: (l) => l.activations.saturatedFraction,
  "saturatedFraction.predicted": (l) => l.theory?.saturatedFraction,
  deadUnits: (l) => l.activations.deadUnits,
  effectiveRank: (l) => l.activations.effectiveRank,
  // All zeros: no angle, and no accident either.
  meanCosine: ({ activations: { meanCosine, nonFinite } }) =>
    Number.isNaN(meanCosine) && nonFinite === 0 ? null : meanCosine,
  "meanCosine.predicted": (l) => l.theory?.meanCosine,
  "gradients.preactivations.rms": (l) => l.gradients?.preactivations.rms,
  "gradients.preactivations.rms.predicted": (l, last) =>
    l.theory?.gradientScale == null || !last.gradients
      ? null
      : l.theory.gradientScale * last.gradients.preactivations.rms,
  "gradients.weights.rms": (l) => l.gradients?.weights.rms,
  "gradients.bias.rms": (l) => l.gradients?.bias.rms,
  "gradients.input.rms": (l) => l.gradients?.input.rms,
  "gradients.weights.zeroFraction": (l) => l.gradients?.weights.zeroFraction,
  "gradients.bias.zeroFraction": (l) => l.gradients?.bias.zeroFraction,
  "gradients.preactivations.zeroFraction": (l) => l.gradients?.preactivations.zeroFraction,
  "gradients.input.zeroFraction": (l) => l.gradients?.input.zeroFraction,
};

const labelOf = ({ name, index }: LayerResult): string => (name === "output" ? "output" : String(index));

/** "1.31×10⁻⁴", "66.3 %", "1 000", "−0.5" as numbers; null for "–". */
function printed(text: string): number | null {
  if (text === "–") return null;
  const raised = text.replaceAll(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/g, (digit) =>
    digit === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)),
  );
  const plain = raised
    .replace("×10", "e")
    .replace("−", "-")
    .replace("∞", "Infinity")
    .replaceAll(/[\s\u202F\u00A0%]/g, "");
  const value = Number(plain);
  return text.includes("%") ? value / 100 : value;
}

/** Three significant digits. */
function expectPrinted(text: string, value: number | null | undefined, where: string): void {
  const read = printed(text);
  if (value === null || value === undefined) expect(read, where).toBeNull();
  else if (!Number.isFinite(value)) expect(read, where).toBe(value);
  else
    expect(Math.abs(read! - value), `${where}: ${text} for ${value}`).toBeLessThanOrEqual(
      0.00501 * Math.abs(value),
    );
}

const LAYER_TABLES = ["layers-forward", "layers-units", "layers-backward", "gradients"];

describe.each([
  "large-normal-sigmoid",
  "he-normal-relu-digits",
  "zeros-tanh",
  "tanh-critical",
  "layer-norm-tanh",
])("numbers of %s", (preset) => {
  let result: RunResult;
  let request: Asked;
  beforeAll(async () => {
    result = readResultText(await measured(preset));
    request = asked([await runOf(preset)]);
  });

  it("in the CSV are the result's to the last digit", () => {
    const lines = linesOf(request).filter(({ table }) => LAYER_TABLES.includes(table));
    const seen = new Set<string>();
    for (const { run, row, column, value } of lines) {
      const layer = result.layers.find((one) => labelOf(one) === row)!;
      const is = FIGURES[column]!(layer, result.layers.at(-1)!);
      expect(run).toBe("1");
      expect(Number(value), `${row} ${column}`).toBe(is);
      seen.add(`${row} ${column}`);
    }
    const expected = result.layers.flatMap((layer) =>
      Object.entries(FIGURES).flatMap(([column, of]) =>
        of(layer, result.layers.at(-1)!) == null ? [] : [`${labelOf(layer)} ${column}`],
      ),
    );
    expect([...seen].sort()).toEqual(expected.sort());
  });

  it("in the HTML and the Markdown are the result's to three digits", () => {
    const document = parsedHtml(reportText(request, "html"));
    const lines = linesOf(request);
    let count = 0;
    for (const name of LAYER_TABLES) {
      const table = document.querySelector(`#t-${name}-1`);
      if (!table) continue;
      const columns = [...new Set(lines.filter((line) => line.table === name).map(({ column }) => column))];
      const rows = [...table.querySelectorAll("tbody tr")];
      expect(rows).toHaveLength(result.layers.length);
      for (const [i, row] of rows.entries()) {
        const layer = result.layers[i]!;
        const [head, ...cells] = [...row.children].map(({ textContent }) => textContent);
        expect(head).toBe(labelOf(layer));
        expect(cells).toHaveLength(columns.length);
        for (const [c, text] of cells.entries()) {
          expectPrinted(
            text,
            FIGURES[columns[c]!]!(layer, result.layers.at(-1)!),
            `${name} ${head} ${columns[c]}`,
          );
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(15 * result.layers.length);
    // The same cells, in the same order.
    const markdown = reportText(request, "md");
    for (const table of document.querySelectorAll("table"))
      for (const row of table.querySelectorAll("tbody tr")) {
        const cells = [...row.children].slice(1).map(({ textContent }) => textContent);
        expect(markdown).toContain(
          cells.map((cell) => cell.replaceAll(/[\\`*_[\]<>|~$]/g, "\\$&")).join(" | "),
        );
      }
  });

  it("of findings are the diagnosis' own", () => {
    const lines = linesOf(request);
    for (const [i, { evidence, threshold }] of result.diagnosis.entries()) {
      const found = lines.filter(({ table }) => table === `finding-${i + 1}`);
      const of = (column: string) =>
        found.filter((line) => line.column === column).map(({ value }) => Number(value));
      expect(of("measured")).toEqual(Object.values(evidence));
      expect(of("threshold")).toEqual(Object.keys(evidence).flatMap((key) => threshold[key] ?? []));
    }
  });

  it("of histograms add up to every value of the tensor", () => {
    const lines = linesOf(request).filter(({ table }) => table === "histogram");
    for (const layer of result.layers) {
      const tensors: [string, Statistics][] = [
        ["weights", layer.weights],
        ["bias", layer.bias],
        ["preactivations", layer.preactivations],
        ["activations", layer.activations],
        ...Object.entries(layer.gradients ?? {}).map(([key, of]): [string, Statistics] => [
          `gradients.${key}`,
          of,
        ]),
      ];
      for (const [tensor, { count, nonFinite, histogram }] of tensors) {
        const own = lines.filter(({ row, column }) => row === labelOf(layer) && column === tensor);
        const bins = own.filter(({ low, high }) => low !== high);
        expect(bins.map(({ value }) => Number(value))).toEqual(histogram.counts);
        expect(bins.map(({ low }) => Number(low))).toEqual(histogram.edges.slice(0, bins.length));
        expect(own.reduce((sum, { value }) => sum + Number(value), 0)).toBe(count - nonFinite);
      }
    }
  });
});

describe("numbers of several seeds and of a comparison", () => {
  it("bands are the result's", async () => {
    const text = await measuredSpec(smallSpec({ replicates: 3 }));
    const { replicates, layers } = readResultText(text);
    const lines = linesOf(asked([{ name: "", notes: "", result: text }]));
    let count = 0;
    for (const { row, column, value } of lines.filter(({ table }) => table.startsWith("bands-"))) {
      const [, name, end] = /^(.*)\.(median|low|high)$/.exec(column)!;
      const i = layers.findIndex((layer) => labelOf(layer) === row);
      expect(Number(value)).toBe(replicates!.bands[i]![name!]![end as "low"]);
      count++;
    }
    expect(count).toBeGreaterThan(3 * 6 * layers.length);
  });

  it("from results alone: each run's, and its ratio or difference to the first", async () => {
    const names = ["he-normal-relu", "xavier-normal-relu", "small-normal-tanh"];
    const runs = await Promise.all(names.map(runOf));
    const results = runs.map(({ result }) => readResultText(result!));
    const lines = linesOf(asked(runs)).filter(({ table }) => table === "compared-activations-std");
    expect(lines).toHaveLength(5 * 5);
    for (const { row, column, value } of lines) {
      const of = (run: number) => results[run]!.layers[Number(row) - 1]!.activations.std;
      const [, run, ratio] = /^run(\d)(\.ratio)?$/.exec(column)!;
      expect(Number(value)).toBe(ratio ? of(Number(run) - 1) / of(0) : of(Number(run) - 1));
    }
  });

  it("of `compare`: its medians and paired differences, and the same in its report", async () => {
    const file = join(emptyFolder(), "report.csv");
    const specs = ["preset:he-normal-relu", "preset:xavier-normal-relu"];
    const ended = await lab(["compare", ...specs, "--seeds", "3", "--json", "--report", file]);
    expect(ended.stderr).toBe("");
    const comparison = JSON.parse(ended.stdout) as Comparison;
    const lines = parsedLines(readFileSync(file, "utf8")).filter(
      ({ table }) => table === "compared-preactivations-rms",
    );
    expect(lines).toHaveLength(15);
    for (const { row, column, value } of lines) {
      const [, run, ratio] = /^run(\d)(\.ratio)?$/.exec(column)!;
      const compared = comparison.differences["preactivations.rms"]![Number(row) - 1]![Number(run) - 1]!;
      expect(Number(value)).toBe(ratio ? compared.ratio : compared.value);
    }
  });
});
