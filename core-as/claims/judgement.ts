// From cases to a verdict: all of them hold, some, or none; the words of the condition are the labels of the cases.
import type { Judgement } from "./claim";

export interface Case {
  /** What stands after "if": "0.01 is the standard deviation". */
  readonly label: string;
  readonly holds: boolean;
}

/**
 * `evidence` says what was measured and fits any verdict: it is one sentence with figures, in which nothing is
 * judged.
 */
export function judgeCases(
  cases: readonly Case[],
  evidence: string,
  measured: Readonly<Record<string, number>>,
): Judgement {
  const holding = cases.filter(({ holds }) => holds);
  const failing = cases.filter(({ holds }) => !holds);
  if (failing.length === 0) return { measured, verdict: "holds", because: evidence };
  if (holding.length === 0) return { measured, verdict: "does not hold", because: evidence };
  const because = `Only if ${either(holding)}; not if ${either(failing)}. ${evidence}`;
  return { measured, verdict: "holds only if", because };
}

function either(cases: readonly Case[]): string {
  const labels = cases.map(({ label }) => label);
  return labels.length === 1 ? labels[0]! : `${labels.slice(0, -1).join(", ")} or ${labels.at(-1)}`;
}
