// The first page: notes, the verdict of each run, and the few figures by which runs are held side by side.
import { evidenceText, evidenceShort } from "../../../core-as/diagnosis/evidence";
import { headlineOf } from "../../../core-as/diagnosis/headline";
import { verdictOf } from "../../../core-as/diagnosis/verdict";
import { percent, whole } from "../../../core-as/spec/number";
import type { RunResult } from "../../../core-as/spec/result";
import { NONE, numberColumn, table, textCell, textColumn } from "../cell";
import type { Block, Cell } from "../document";
import type { Reported, ReportedOne } from "../reported";
import { CLAIM_VERDICTS } from "../reportedClaims";
import { runTitle } from "../words";
import { type Start, startsOf } from "./starts";

export function summary(reported: Reported): readonly Block[] {
  const { notes, runs, claims } = reported;
  const blocks: Block[] = [];
  if (notes.trim() !== "") blocks.push({ kind: "markdown", markdown: notes });
  for (const run of runs) blocks.push(...runBlocks(run, runs.length > 1));
  blocks.push(...headline(runs));
  if (claims)
    blocks.push({
      kind: "paragraph",
      text: `${whole(claims.claims.length)} claims of the founding notes were measured with seed ${claims.seed}: ${CLAIM_VERDICTS.map(
        (verdict) =>
          `${whole(claims.claims.filter((claim) => claim.verdict === verdict).length)} ${PLURAL[verdict]}`,
      ).join(", ")}.`,
    });
  return blocks;
}

const PLURAL = { holds: "hold", "holds only if": "hold only if …", "does not hold": "do not hold" } as const;

function runBlocks(run: ReportedOne, hasTitle: boolean): Block[] {
  const { number, result, trainings, notes, created, modified } = run;
  const blocks: Block[] = [];
  if (hasTitle) blocks.push({ kind: "heading", id: `run-${number}`, text: runTitle(run) });
  if (result) {
    const { severity, text } = verdictOf(result);
    // The severity's own word stands before it.
    const said = text.replace(/^Healthy: /, "");
    blocks.push({ kind: "verdict", severity, text: `${said[0]!.toUpperCase()}${said.slice(1)}.` });
  }
  const trained = trainedText(run);
  if (trained !== "") blocks.push({ kind: "paragraph", text: trained });
  if (notes.trim() !== "") blocks.push({ kind: "markdown", markdown: notes });
  const dates = [
    ...(created === null ? [] : [{ term: "Created", text: created }]),
    ...(modified === null || modified === created ? [] : [{ term: "Changed", text: modified }]),
  ];
  if (dates.length > 0) blocks.push({ kind: "terms", terms: dates });
  return result || trainings.length > 0 ? blocks : [];
}

function trainedText(run: ReportedOne): string {
  const starts = startsOf(run);
  const [first] = starts;
  if (!first) return "";
  const share = run.trainings.some(({ validationSamples }) => validationSamples > 0)
    ? "the validation share"
    : "the training share";
  if (starts.length > 1)
    return `Trained from ${whole(starts.length)} starts. Right at the end, of ${share}: ${starts
      .map((start) => `${start.name || "untitled"}${seedsText(start)} ${rightText(start)}`)
      .join("; ")}.`;
  const seeds = first.trainings.length;
  return `Trained ${seeds === 1 ? "once" : `with ${whole(seeds)} seeds`}; right at the end, of ${share}: ${rightText(first)}.`;
}

const seedsText = ({ trainings }: Start): string =>
  trainings.length === 1 ? "" : ` (${whole(trainings.length)} seeds)`;

/** Over the seeds, least to most. One that diverged ends nowhere. */
function rightText({ trainings }: Start): string {
  const ended = trainings.filter(({ outcome }) => outcome !== "diverged");
  const diverged = trainings.length - ended.length;
  const rights = ended.flatMap(({ records }) => {
    const last = records.at(-1);
    return last?.validationAccuracy ?? last?.accuracy ?? [];
  });
  const [least, most] = [percent(Math.min(...rights)), percent(Math.max(...rights))];
  const range = rights.length === 0 ? [] : [least === most ? least : `${least} to ${most}`];
  const lost = diverged === 0 ? [] : [trainings.length === 1 ? "diverged" : `${whole(diverged)} diverged`];
  return [...range, ...lost].join(", ") || "–";
}

/** Figures down, runs across. */
function headline(runs: readonly ReportedOne[]): Block[] {
  const measured = runs.filter((run): run is ReportedOne & { result: RunResult } => run.result !== null);
  if (measured.length === 0) return [];
  const found = measured.map(({ result }) => headlineOf(result));
  const keys = [...new Set(found.flatMap((one) => Object.keys(one)))];
  const columns = measured.map(({ number }) =>
    numberColumn(measured.length === 1 ? "Measured" : `Run ${number}`, `run${number}`),
  );
  const rows = keys.map((key): Cell[] => [
    textCell(evidenceShort(key)),
    ...found.map((one): Cell => {
      const value = one[key];
      return value === undefined ? NONE : { text: evidenceText(key, value), value };
    }),
  ]);
  return [
    {
      kind: "table",
      table: table(
        "headline",
        null,
        "Headline figures of the hidden layers",
        [textColumn("Figure", "figure"), ...columns],
        rows,
      ),
    },
  ];
}
