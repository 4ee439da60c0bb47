// The first page: notes, the verdict of each run, and the few figures by which runs are held side by side.
import { evidenceText, evidenceShort } from "../../../core-as/diagnosis/evidence";
import { headlineOf } from "../../../core-as/diagnosis/headline";
import { TRAIN_FINDING_TITLES } from "../../../core-as/diagnosis/titles";
import { verdictOf } from "../../../core-as/diagnosis/verdict";
import { percent, stepsText, whole } from "../../../core-as/spec/number";
import type { RunResult, Severity } from "../../../core-as/spec/result";
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
  const starts = startsOf(run);
  const blocks: Block[] = [];
  if (hasTitle) blocks.push({ kind: "heading", id: `run-${number}`, text: runTitle(run) });
  if (result) {
    const { severity, text } = verdictOf(result);
    // The severity's own word stands before it.
    const said = text.replace(/^Healthy: /, "");
    // Of several starts the first alone is measured untrained.
    const [first, second] = starts;
    const whose = first && second && first.name !== "" ? `${first.name}, before training. ` : "";
    blocks.push({ kind: "verdict", severity, text: `${whose}${said[0]!.toUpperCase()}${said.slice(1)}.` });
  }
  blocks.push(...trainedBlocks(starts));
  if (notes.trim() !== "") blocks.push({ kind: "markdown", markdown: notes });
  const dates = [
    ...(created === null ? [] : [{ term: "Created", text: created }]),
    ...(modified === null || modified === created ? [] : [{ term: "Changed", text: modified }]),
  ];
  if (dates.length > 0) blocks.push({ kind: "terms", terms: dates });
  return result || trainings.length > 0 ? blocks : [];
}

const MOST_STARTS = 8;
const WORST: readonly Severity[] = ["broken", "warning", "information", "healthy"];

/** A verdict for each start: what was found in its trainings, the worst of it alone, and how much is right at the end. */
function trainedBlocks(starts: readonly Start[]): Block[] {
  const shown = starts.slice(0, MOST_STARTS).map((start): Block => {
    const { name, trainings } = start;
    const trained = trainings.length === 1 ? "Trained" : `Trained with ${whole(trainings.length)} seeds`;
    const seeds = `${trained}${stoppedText(start)}`;
    const what = starts.length > 1 && name !== "" ? `${name}. ${seeds}` : seeds;
    const severity = WORST.find((one) =>
      trainings.some(({ findings }) => findings.some((f) => f.severity === one)),
    );
    const right = rightText(start);
    if (!severity) return { kind: "paragraph", text: `${what}. ${right}`.trim() };
    return { kind: "verdict", severity, text: `${what}: ${foundText(start, severity)}. ${right}`.trim() };
  });
  const left = starts.length - shown.length;
  if (left > 0) shown.push({ kind: "paragraph", text: `And ${whole(left)} more starts: see Training.` });
  return shown;
}

/** Runs that a person stopped stand at steps of their own: their figures are no race. */
function stoppedText({ trainings }: Start): string {
  const stopped = trainings.filter(({ outcome }) => outcome === "stopped").map(({ steps }) => steps);
  if (stopped.length === 0) return "";
  const { train } = trainings[0].spec;
  return `, stopped at ${stepsText(stopped)}${train ? ` of ${whole(train.steps)}` : ""}`;
}

function foundText({ trainings }: Start, severity: Severity): string {
  const found = trainings.map(({ findings }) =>
    findings.filter((one) => one.severity === severity).map(({ code }) => code),
  );
  return [...new Set(found.flat())]
    .map((code) => {
      const count = found.filter((codes) => codes.includes(code)).length;
      const title = (TRAIN_FINDING_TITLES[code] ?? code).toLowerCase();
      return count === trainings.length ? title : `${title} in ${whole(count)} of them`;
    })
    .join("; ");
}

/** Over the seeds, least to most. One that diverged ends nowhere. Empty where there is no share to be right of. */
function rightText({ trainings }: Start): string {
  const lasts = trainings
    .filter(({ outcome }) => outcome !== "diverged")
    .flatMap(({ records }) => records.slice(-1));
  const validated = lasts.flatMap((last) => last.validationAccuracy ?? []);
  const right = validated.length > 0 ? validated : lasts.flatMap((last) => last.accuracy ?? []);
  if (right.length === 0) return "";
  const [low, high] = [percent(Math.min(...right)), percent(Math.max(...right))];
  const share = validated.length > 0 ? "the validation share" : "the training share";
  const isStopped = trainings.some(({ outcome }) => outcome === "stopped");
  return `${isStopped ? "There" : "At the end"} ${low === high ? low : `${low} to ${high}`} of ${share} is right.`;
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
