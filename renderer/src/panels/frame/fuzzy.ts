// How well a few typed letters fit a name: they must occur in their order; at the start of words and together they
// count for more. Case and accents do not matter.

/** 0: does not fit. */
export function fit(typed: string, name: string): number {
  const wanted = plain(typed).replaceAll(" ", "");
  if (wanted === "") return 1;
  const text = plain(name);
  const whole = text.indexOf(plain(typed).trim());
  // As it is typed, at a word's start best, and in a short name better than in a long one.
  if (whole >= 0) return (isStart(text, whole) ? 4 : 3) + 1 / (text.length + whole);
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return 0;
    const start = startOfWord(text, letter, at + 1);
    // A word that starts with the letter, if the rest can still follow from there.
    const place = start >= 0 && next !== at + 1 && followsFrom(text, wanted, start) ? start : next;
    score += place === at + 1 || isStart(text, place) ? 1 : 0.25;
    at = place;
  }
  return score / wanted.length;
}

export interface Fit<Item> {
  readonly item: Item;
  readonly score: number;
}

/** The best fits, best first; equal ones in their own order. All of them where nothing is typed. */
export function fitting<Item>(
  typed: string,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Fit<Item>[] {
  return items
    .map((item, index) => ({ item, index, score: fit(typed, nameOf(item)) }))
    .filter(({ score }) => score >= LEAST)
    .sort((a, b) => b.score - a.score || a.index - b.index);
}

/** Letters strewn over a name are no fit. */
const LEAST = 0.7;

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[_,:()/-]+/g, " ")
    .toLowerCase();
}

function isStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === " ";
}

function startOfWord(text: string, letter: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1))
    if (isStart(text, at)) return at;
  return -1;
}

/** Whether the letters from the first that is at `at` on still come in order. */
function followsFrom(text: string, wanted: string, at: number): boolean {
  let place = at;
  for (const letter of wanted.slice(wanted.indexOf(text[at]!) + 1)) {
    place = text.indexOf(letter, place + 1);
    if (place < 0) return false;
  }
  return true;
}
