// Measured claims as text: for each the notes' words, the precise words, the verdict, why, and a table of figures.
import type { ClaimVerdict, MeasuredClaim } from "../../core-as/claims/claim";
import { figure, whole } from "../../core-as/spec/number";
import { alignColumns } from "./columns";
import { wrapped } from "./findings";

const VERDICTS: readonly ClaimVerdict[] = ["holds", "holds only if", "does not hold"];

/** Lines ended by "\n". */
export function claimsText(claims: readonly MeasuredClaim[], seed: number): string {
  const counts = VERDICTS.map((verdict) => {
    const of = claims.filter((claim) => claim.verdict === verdict);
    return `${verdict}${verdict === "holds only if" ? " ..." : ""}: ${whole(of.length)}`;
  });
  const lines = [
    ...claims.flatMap(claimLines),
    `${whole(claims.length)} claims, seed ${seed}. ${counts.join("; ")}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function claimLines({ id, quote, claim, verdict, because, measured }: MeasuredClaim): string[] {
  const figures = Object.entries(measured);
  const table = alignColumns([
    { head: "measured", left: true, cells: figures.map(([name]) => name) },
    { head: "", cells: figures.map(([, value]) => (Number.isInteger(value) ? whole(value) : figure(value))) },
  ]);
  return [
    `${id}: ${verdict}`,
    ...wrapped(`“${quote}”`, "  "),
    ...wrapped(claim, "  "),
    ...wrapped(because, "  "),
    ...table.map((line) => `    ${line.trimEnd()}`),
    "",
  ];
}
