// Measured claims as `initlab claims --json` prints them, read. Knows no claim and judges none.
import { SpecError } from "../../core-as/spec/errors";
import { numbersOfText } from "../../core-as/spec/resultText";
import { CLAIMS_SHAPE, requireShape } from "./shapes";

export const CLAIM_VERDICTS = ["holds", "holds only if", "does not hold"] as const;

export interface ReportedClaim {
  readonly id: string;
  /** The notes' own words; formulas between dollar signs are LaTeX. */
  readonly quote: string;
  readonly claim: string;
  readonly measured: Readonly<Record<string, number>>;
  readonly verdict: (typeof CLAIM_VERDICTS)[number];
  readonly because: string;
}

/** Throws a SpecError with its place in the list as the path. */
export function readClaims(text: string): readonly ReportedClaim[] {
  let value: unknown;
  try {
    value = numbersOfText(text);
  } catch {
    throw new SpecError([{ path: "claims", message: "is not JSON" }]);
  }
  requireShape(CLAIMS_SHAPE, value);
  return value as readonly ReportedClaim[];
}
