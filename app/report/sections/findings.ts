// What the diagnosis found: each with its evidence, the threshold it was held against, its source, and the remedy that
// was tried on the same draws.
import { EVIDENCE, evidenceShort, evidenceText } from "../../../core-as/diagnosis/evidence";
import { FINDING_TITLES } from "../../../core-as/diagnosis/titles";
import { layersText } from "../../../core-as/spec/number";
import type { Evidence, Finding, Remedy } from "../../../core-as/spec/result";
import { NONE, numberColumn, table, textCell, textColumn } from "../cell";
import type { Block, Cell, Table } from "../document";
import type { Reported } from "../reported";
import { perRun } from "./perRun";

export function findings(reported: Reported): readonly Block[] {
  return perRun("findings", reported, ({ number, result }) => {
    if (!result) return [];
    const said = new Map<string, number>();
    return result.diagnosis.map((found, i) => findingBlock(found, number, i + 1, said));
  });
}

/** `said`: remedies that stand above, by title, with the number of their finding. */
function findingBlock(found: Finding, run: number, i: number, said: Map<string, number>): Block {
  const { severity, code, layers, evidence, threshold, source, message, remedy } = found;
  const title = FINDING_TITLES[code] ?? code;
  const block: Block = {
    kind: "finding",
    severity,
    layers: severity === "healthy" ? "" : layersText(layers),
    title,
    message,
    evidence: evidenceTable(`finding-${i}`, run, `${title}: evidence`, evidence, threshold),
    source: severity === "healthy" ? "" : source,
    remedy: remedy && remedyOf(remedy, run, i, said),
  };
  if (remedy && !said.has(remedy.title)) said.set(remedy.title, i);
  return block;
}

export function evidenceTable(
  name: string,
  run: number | null,
  caption: string,
  evidence: Evidence,
  threshold: Evidence,
): Table {
  const cell = (key: string, value: number | undefined): Cell =>
    value === undefined ? NONE : { text: evidenceText(key, value), value };
  return table(
    name,
    run,
    caption,
    [
      textColumn("Figure", "figure"),
      numberColumn("Measured", "measured"),
      numberColumn("Threshold", "threshold"),
    ],
    Object.entries(evidence).map(([key, value]) => [
      textCell(evidenceShort(key)),
      cell(key, value),
      cell(key, threshold[key]),
    ]),
  );
}

function remedyOf(
  { title, reason, before, after, complete, remains, patch }: Remedy,
  run: number,
  i: number,
  said: ReadonlyMap<string, number>,
): NonNullable<Extract<Block, { kind: "finding" }>["remedy"]> {
  const above = said.get(title);
  // The order of the diagnosis' own table; what is not in it comes last.
  const keys = [...new Set([...Object.keys(EVIDENCE), ...Object.keys(before)])];
  const rows = keys.flatMap((key): Cell[][] => {
    const [now, then] = [before[key], after[key]];
    if (now === undefined || then === undefined) return [];
    const [from, to] = [evidenceText(key, now), evidenceText(key, then)];
    if (from === to) return [];
    return [[textCell(evidenceShort(key)), { text: from, value: now }, { text: to, value: then }]];
  });
  const changes = `${patch.length} change${patch.length === 1 ? "" : "s"} of the spec`;
  const partly = complete
    ? ""
    : ` It goes, but the network keeps: ${remains.map((code) => (FINDING_TITLES[code] ?? code).toLowerCase()).join(", ")}.`;
  return {
    title,
    text:
      above === undefined
        ? `Tried on the same draws, ${changes}. ${capital(reason)}.${partly}`
        : `As under finding ${above}.${partly}`,
    figures: table(
      `finding-${i}-remedy`,
      run,
      `${title}: now and after`,
      [textColumn("Figure", "figure"), numberColumn("Now", "now"), numberColumn("After", "after")],
      above === undefined ? rows : [],
    ),
  };
}

const capital = (text: string): string => (text === "" ? "" : text[0]!.toUpperCase() + text.slice(1));
