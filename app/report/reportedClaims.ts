// Measured claims as `initlab claims --json` prints them, read. Knows no claim and judges none.
import { SpecError } from "../../core-as/spec/errors";
import { numbersOfText } from "../../core-as/spec/resultText";

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

const MOST_CLAIMS = 200;

/** Throws a SpecError with its place in the list as the path. */
export function readClaims(text: string): readonly ReportedClaim[] {
  let value: unknown;
  try {
    value = numbersOfText(text);
  } catch {
    throw wrong("claims", "is not JSON");
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_CLAIMS)
    throw wrong("claims", `is no list of 1 to ${MOST_CLAIMS} claims`);
  return value.map((one: unknown, i) => {
    const { id, quote, claim, measured, verdict, because } = (one ?? {}) as Partial<
      Record<keyof ReportedClaim, unknown>
    >;
    for (const [name, field] of Object.entries({ id, quote, claim, because }))
      if (typeof field !== "string") throw wrong(`[${i}].${name}`, "is not a text");
    if (!CLAIM_VERDICTS.includes(verdict as ReportedClaim["verdict"]))
      throw wrong(`[${i}].verdict`, `is none of: ${CLAIM_VERDICTS.join(", ")}`);
    if (typeof measured !== "object" || measured === null)
      throw wrong(`[${i}].measured`, "is not an object of numbers");
    for (const [name, number] of Object.entries(measured))
      if (typeof number !== "number") throw wrong(`[${i}].measured.${name}`, "is not a number");
    return { id, quote, claim, measured, verdict, because } as ReportedClaim;
  });
}

function wrong(path: string, message: string): SpecError {
  return new SpecError([{ path, message }]);
}
