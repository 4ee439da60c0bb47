// Findings as text: the verdict, then each with its evidence, its source, and the remedy that was tried.
import { EVIDENCE, evidenceText, evidenceTitle } from "../../core-as/diagnosis/evidence";
import { isAlarm } from "../../core-as/diagnosis/finding";
import { verdictOf } from "../../core-as/diagnosis/verdict";
import { layersText } from "../../core-as/spec/number";
import type { Evidence, Finding, Remedy, RunResult, Severity } from "../../core-as/spec/result";
import { LINE_WIDTH, widthOf } from "./columns";

const WORDS: Readonly<Record<Severity, string>> = {
  healthy: "Healthy",
  information: "Information",
  warning: "Warning",
  broken: "Broken",
};

/** Lines ended by "\n". */
export function findingsText(result: Pick<RunResult, "diagnosis" | "layers">): string {
  const lines = [`${verdictOf(result).text}.`];
  const said = new Set<string>();
  for (const found of result.diagnosis) lines.push("", ...findingLines(found, said));
  if (result.diagnosis.some(({ remedy }) => remedy)) lines.push("", "--json has the patch of every remedy.");
  return lines.map((line) => `${line}\n`).join("");
}

/** `said`: titles of remedies that stand above, each of which is spelled out once. */
function findingLines(found: Finding, said: Set<string>): string[] {
  const { severity, code, layers, evidence, threshold, source, message, remedy } = found;
  const head = severity === code ? WORDS[severity] : `${WORDS[severity]}, ${layersText(layers)}: ${code}`;
  const figures = Object.entries(evidence).map(([key, value]) => {
    const limit = threshold[key];
    const beside = limit === undefined ? "" : ` (threshold ${evidenceText(key, limit)})`;
    return `${evidenceTitle(key)} ${evidenceText(key, value)}${beside}`;
  });
  return [
    head,
    ...wrapped(message, "  "),
    ...wrapped(`${figures.join("; ")}.`, "    "),
    ...(severity === "healthy" ? [] : wrapped(`Source: ${source}.`, "    ")),
    ...(remedy ? remedyLines(remedy, said) : []),
    ...(remedy === null && isAlarm({ severity })
      ? ["  No remedy: none was tried, or none of those tried removes it."]
      : []),
  ];
}

function remedyLines(
  { title, reason, before, after, complete, remains, patch }: Remedy,
  said: Set<string>,
): string[] {
  if (said.has(title)) return [`  Remedy: ${title}, as above.`];
  said.add(title);
  const partly = complete ? "" : ` It goes, but the network keeps: ${remains.join(", ")}.`;
  return [
    ...wrapped(
      `Remedy, tried on the same draws: ${title} (${changesText(patch)}). ${capital(reason)}.${partly}`,
      "  ",
    ),
    ...wrapped(`${changedFigures(before, after).join("; ")}.`, "    "),
  ];
}

/** "5 changes of the spec" */
export function changesText(patch: Remedy["patch"]): string {
  return `${patch.length} change${patch.length === 1 ? "" : "s"} of the spec`;
}

/** Figures of both networks that differ as they are written, in the order of the table. */
function changedFigures(before: Evidence, after: Evidence): string[] {
  return Object.keys(EVIDENCE).flatMap((key) => {
    const [a, b] = [before[key], after[key]];
    if (a === undefined || b === undefined) return [];
    const [from, to] = [evidenceText(key, a), evidenceText(key, b)];
    return from === to ? [] : [`${evidenceTitle(key)} ${from} → ${to}`];
  });
}

const capital = (text: string): string => (text === "" ? "" : text[0]!.toUpperCase() + text.slice(1));

/** Words in lines of at most LINE_WIDTH characters, each begun with `indent`. */
export function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.length > indent.length && widthOf(line) + 1 + widthOf(word) > LINE_WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  lines.push(line);
  return lines;
}
