// What a report says once and not a hundred times, and what its first page says: verdicts, layers that are alike, layers
// that one run alone has.
import { expect, it } from "vitest";
import type { ReportDocument, Table } from "../../report/document";
import { reportDocument } from "../../report/report";
import type { ReportSection } from "../../contract/report";
import { asked, measuredSpec, runOf, trained } from "./samples";

const blocksOf = (document: ReportDocument, section: ReportSection) =>
  document.sections.find(({ name }) => name === section)!.blocks;

const tablesOf = (document: ReportDocument, section: ReportSection): readonly Table[] =>
  blocksOf(document, section).flatMap((block) => (block.kind === "table" ? [block.table] : []));

const heads = ({ rows }: Table): string[] => rows.map(([head]) => head!.text);

const deep = (layers: number, scheme: string, more: object = {}) => ({
  format: "initlab.experiment/1",
  seed: 3,
  data: { source: "gaussian", samples: 20, features: 6 },
  network: {
    layers: Array.from({ length: layers }, () => ({ units: 6, activation: "tanh", weights: { scheme } })),
    ...more,
  },
});

async function runOfSpec(spec: object) {
  return { name: "", notes: "", result: await measuredSpec(spec) };
}

it("of runs of different depth compares the layers that several have, and says which it leaves out", async () => {
  const mixed = deep(9, "xavier_normal");
  mixed.network.layers[0]!.weights.scheme = "he_normal";
  const runs = await Promise.all([mixed, deep(3, "xavier_normal"), deep(5, "zeros")].map(runOfSpec));
  const document = reportDocument(asked(runs));
  const tables = tablesOf(document, "comparison");
  const compared = tables.filter(({ name }) => name.startsWith("compared-"));
  expect(compared.length).toBeGreaterThan(3);
  for (const table of compared) expect(heads(table)).toEqual(["1", "2", "3", "4", "5"]);
  expect(blocksOf(document, "comparison").at(-1)).toEqual({
    kind: "paragraph",
    text: "Nothing stands beside layers 6 to 9: one run alone has them.",
  });
  // Left out here, and not of the report.
  const own = tablesOf(document, "layers").find(({ id }) => id === "layers-forward-1")!;
  expect(heads(own)).toHaveLength(9);
  const differences = tables.find(({ name }) => name === "spec-differences")!;
  expect(heads(differences).filter((path) => path.endsWith("weights"))).toEqual([
    "network.layers[0].weights",
    "network.layers[1..2].weights",
    "network.layers[3..4].weights",
    "network.layers[5..8].weights",
  ]);
  const last = differences.rows.find(([path]) => path!.text === "network.layers[5..8].weights")!;
  expect(last.slice(1).map(({ text }) => text)).toEqual(["xavier_normal (gain 1)", "–", "–"]);
});

it("of more runs than stand in one table leaves out what is beside nothing", async () => {
  const depths = [2, 3, 3, 4, 4];
  const runs = await Promise.all(depths.map((depth) => runOfSpec(deep(depth, "xavier_normal"))));
  const tables = tablesOf(reportDocument(asked(runs)), "comparison");
  const named = (name: string) => tables.find((table) => table.name === name)!;
  expect(heads(named("compared-activations-std"))).toEqual(["1", "2", "3", "4"]);
  expect(heads(named("compared-activations-std-beside"))).toEqual(["1", "2"]);
});

it("does not call a figure 0 in every layer for those that are compared alone", async () => {
  const still = deep(1, "zeros");
  const moving = deep(3, "zeros");
  moving.network.layers[2] = { units: 6, activation: "tanh", weights: { scheme: "xavier_normal" } };
  (moving.network.layers[2] as { bias?: object }).bias = { scheme: "uniform", low: -1, high: 1 };
  const document = reportDocument(asked(await Promise.all([still, moving].map(runOfSpec))));
  const texts = blocksOf(document, "comparison").flatMap((block) =>
    block.kind === "paragraph" && block.text.startsWith("0 in every layer") ? [block.text] : [],
  );
  expect(texts.join(" ")).not.toContain("activation std");
  const table = tablesOf(document, "comparison").find(({ name }) => name === "compared-activations-std")!;
  expect(heads(table)).toEqual(["1"]);
});

it("has one row for layers that are alike, shortcuts or not", async () => {
  const run = await runOfSpec(deep(6, "xavier_normal", { residual: { every: 2, scale: 0.5 } }));
  const [table] = tablesOf(reportDocument(asked([run])), "network");
  expect(heads(table!)).toEqual(["1 to 6"]);
});

it("says first how a training ended: its worst finding and what is right, over its seeds", async () => {
  const starts = [
    await trained("train-book-std", ["--steps", "40", "--seeds", "2"]),
    await trained("train-book-he", ["--steps", "40"]),
  ];
  const trainings = starts.flatMap((text) => JSON.parse(text) as unknown[]);
  const run = { name: "Both", notes: "", result: null, training: JSON.stringify(trainings) };
  const said = blocksOf(reportDocument(asked([run])), "summary").filter(({ kind }) => kind === "verdict");
  expect(said).toMatchObject([
    {
      severity: "broken",
      text: expect.stringMatching(
        /^The book's comparison: std 0\.01\. Trained with 2 seeds: learned nothing\. At the end [\d.]+ % to [\d.]+ % of the validation share is right\.$/,
      ) as string,
    },
    {
      severity: "healthy",
      text: expect.stringMatching(
        /^The book's comparison: He\. Trained: learned\. At the end [\d.]+ % of the validation share is right\.$/,
      ) as string,
    },
  ]);
});

it("lists every claim with its verdict before the first", () => {
  const claims = [
    {
      id: "a-b",
      quote: "as it was written",
      claim: "One is so.",
      measured: { it: 1 },
      verdict: "holds",
      because: "x",
    },
    {
      id: "c-d",
      quote: "and this",
      claim: "Two is so.",
      measured: {},
      verdict: "does not hold",
      because: "y",
    },
  ];
  const document = reportDocument(asked([], { claims: { text: JSON.stringify(claims), seed: 1 } }));
  const [overview] = tablesOf(document, "claims");
  expect(overview!.rows.map((row) => row.map(({ text }) => text))).toEqual([
    ["1. One is so", "Holds"],
    ["2. Two is so", "Does not hold"],
  ]);
  const titles = blocksOf(document, "claims").flatMap((block) =>
    block.kind === "heading" ? [block.text] : [],
  );
  expect(titles).toEqual(["1. One is so", "2. Two is so"]);
});

it("cites results by how their digests begin", async () => {
  const runs = await Promise.all(["zeros-relu", "zeros-tanh"].map(runOf));
  const digests = runs.map(({ result }) => (JSON.parse(result!) as { digest: string }).digest.slice(0, 16));
  const cited = (of: typeof runs) =>
    blocksOf(reportDocument(asked(of, { sections: ["appendix"] })), "appendix").flatMap((block) =>
      block.kind === "paragraph" && block.text.startsWith("Init Lab") ? [block.text] : [],
    );
  expect(cited(runs)[0]).toMatch(
    new RegExp(` The results whose digests begin with ${digests.join(" and ")}\\.$`),
  );
  expect(cited(runs.slice(0, 1))[0]).toMatch(
    new RegExp(` The result whose digest begins with ${digests[0]}\\.$`),
  );
});
