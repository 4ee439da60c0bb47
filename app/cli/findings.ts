// Findings as text: the verdict, then each with its evidence, its source, and the remedy that was tried.
import { EVIDENCE, evidenceText, evidenceTitle } from "../../core-as/diagnosis/evidence";
import { isAlarm } from "../../core-as/diagnosis/finding";
import { verdictOf } from "../../core-as/diagnosis/verdict";
import { layersText } from "../../core-as/spec/number";
import type { Evidence, Finding, Remedy, RunResult, Severity } from "../../core-as/spec/result";

const WIDTH = 100;

const WORDS: Readonly<Record<Severity, string>> = {
  healthy: "Healthy",
  information: "Information",
  warning: "Warning",
  broken: "Broken",
};

/** Lines ended by "\n". */
export function findingsText(result: Pick<RunResult, "diagnosis" | "layers">): string {
  const lines = [`${verdictOf(result).text}.`];
  for (const found of result.diagnosis) lines.push("", ...findingLines(found));
  return lines.map((line) => `${line}\n`).join("");
}

function findingLines({
  severity,
  code,
  layers,
  evidence,
  threshold,
  source,
  message,
  remedy,
}: Finding): string[] {
  const about = severity === "healthy" ? "" : `, ${layersText(layers)}`;
  const lines = [`${WORDS[severity]} (${code})${about}`, ...wrapped(message, "  ")];
  for (const [key, value] of Object.entries(evidence)) {
    const limit = threshold[key];
    const beside = limit === undefined ? "" : `   threshold ${evidenceText(key, limit)}`;
    lines.push(`    ${evidenceTitle(key)}: ${evidenceText(key, value)}${beside}`);
  }
  if (severity !== "healthy") lines.push(...wrapped(`Source: ${source}`, "    "));
  if (remedy) lines.push(...remedyLines(remedy));
  else if (isAlarm({ severity })) lines.push("  Remedy: none of those that were tried removes it.");
  return lines;
}

function remedyLines({ title, reason, before, after, complete, remains, patch }: Remedy): string[] {
  const partly = complete ? "" : ` It goes, but the network keeps: ${remains.join(", ")}.`;
  return [
    ...wrapped(`Remedy, tried on the same draws: ${title}. ${capital(reason)}.${partly}`, "  "),
    ...changedFigures(before, after).map((line) => `    ${line}`),
    `    ${patch.length} change${patch.length === 1 ? "" : "s"} of the spec; --json has the patch`,
  ];
}

/** Figures of both networks that differ as they are written, in the order of the table. */
function changedFigures(before: Evidence, after: Evidence): string[] {
  return Object.keys(EVIDENCE).flatMap((key) => {
    const [a, b] = [before[key], after[key]];
    if (a === undefined || b === undefined) return [];
    const [from, to] = [evidenceText(key, a), evidenceText(key, b)];
    return from === to ? [] : [`${evidenceTitle(key)}: ${from} → ${to}`];
  });
}

const capital = (text: string): string => (text === "" ? "" : text[0]!.toUpperCase() + text.slice(1));

/** Words in lines of at most WIDTH characters, each begun with `indent`. */
export function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.length > indent.length && [...line].length + 1 + [...word].length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  lines.push(line);
  return lines;
}
