// Finds experiments by words. Every word must occur; where it occurs decides the order. Folds case and accents.
import type { ExperimentSummary } from "../contract/hostApi";

/** Text of one experiment, folded. */
export interface SearchText {
  readonly name: string;
  readonly tags: string;
  /** Terms of the spec, each between spaces. */
  readonly terms: string;
  readonly rest: string;
}

export interface Searchable {
  readonly summary: ExperimentSummary;
  readonly text: SearchText;
}

export function searchText(summary: ExperimentSummary, notes: string, terms: readonly string[]): SearchText {
  return {
    name: fold(summary.name),
    tags: ` ${fold(summary.tags.join(" "))} `,
    terms: ` ${fold(terms.join(" "))} `,
    rest: fold(`${notes} ${summary.verdict} ${summary.data} ${summary.id}`),
  };
}

/** Ids, best first; those that are as good stay in the given order. No word: all of them. */
export function search(text: string, among: readonly Searchable[]): string[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const scored: { id: string; score: number }[] = [];
  for (const { summary, text: of } of among) {
    let total = 0;
    for (const word of words) {
      const score = scoreOf(word, of);
      if (score === 0) {
        total = -1;
        break;
      }
      total += score;
    }
    if (total >= 0) scored.push({ id: summary.id, score: total });
  }
  return scored.sort((a, b) => b.score - a.score).map(({ id }) => id);
}

/** 0 where it occurs nowhere. `field:value` means the whole value: layers:5 is not layers:50. */
function scoreOf(word: string, { name, tags, terms, rest }: SearchText): number {
  const whole = ` ${word} `;
  if (name.includes(word)) return ` ${name} `.includes(whole) ? 16 : 8;
  if (tags.includes(word)) return tags.includes(whole) ? 12 : 6;
  if (terms.includes(whole)) return 4;
  if (!/^[a-z_]+:./i.test(word) && terms.includes(word)) return 2;
  return rest.includes(word) ? 1 : 0;
}

export function fold(text: string): string {
  const lower = text.toLowerCase();
  // eslint-disable-next-line no-control-regex -- ASCII has no accents to take off
  return /^[\x00-\x7f]*$/.test(lower) ? lower : lower.normalize("NFKD").replaceAll(/\p{M}/gu, "");
}
