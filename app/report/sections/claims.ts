// The founding notes' claims: each made precise, the notes' own words, what was measured, and the verdict with its
// reason; before them all of them at a glance.
import { figure, whole } from "../../../core-as/spec/number";
import type { Severity } from "../../../core-as/spec/result";
import { numberColumn, table, textCell, textColumn } from "../cell";
import type { Block, Cell } from "../document";
import type { Reported } from "../reported";
import type { ReportedClaim } from "../reportedClaims";

const SHAPES: Readonly<Record<ReportedClaim["verdict"], Severity>> = {
  holds: "healthy",
  "holds only if": "warning",
  "does not hold": "broken",
};

export function claims({ claims: given }: Reported): readonly Block[] {
  if (!given) return [];
  return [
    {
      kind: "paragraph",
      text: `Measured with seed ${given.seed}. Each verdict is computed from the measurements beneath it.`,
    },
    overview(given.claims),
    ...given.claims.flatMap((claim, i) => claimBlocks(claim, i + 1)),
  ];
}

/** All of them at a glance. */
function overview(claims: readonly ReportedClaim[]): Block {
  return {
    kind: "table",
    table: table(
      "claims",
      null,
      "Every claim and its verdict",
      [textColumn("Claim", "claim"), textColumn("Verdict", "verdict")],
      claims.map((claim, i) => [textCell(titleOf(claim, i + 1)), textCell(WORDS[claim.verdict])]),
    ),
  };
}

const titleOf = ({ claim }: ReportedClaim, i: number): string => `${i}. ${claim.replace(/\.$/, "")}`;

function claimBlocks(claim: ReportedClaim, i: number): Block[] {
  const { quote, measured, verdict, because } = claim;
  const rows = Object.entries(measured).map(([name, value]): Cell[] => [
    textCell(name),
    { text: Number.isInteger(value) ? whole(value) : figure(value), value },
  ]);
  const columns = [textColumn("Figure", "figure"), numberColumn("Measured", "measured")];
  return [
    { kind: "heading", id: `claim-${i}`, text: titleOf(claim, i) },
    { kind: "quote", text: quote },
    { kind: "verdict", severity: SHAPES[verdict], word: WORDS[verdict], text: because },
    ...(rows.length > 0
      ? [
          {
            kind: "table",
            table: table(`claim-${i}-measured`, null, `Measured for claim ${i}`, columns, rows),
          } as const,
        ]
      : []),
  ];
}

const WORDS = {
  holds: "Holds",
  "holds only if": "Holds only if …",
  "does not hold": "Does not hold",
} as const;
