// Words in a picture: made safe to write, and as long as there is room. Nothing is measured, so that every machine cuts
// at the same letter: widths are guessed from Inter's letters.

/** Longer texts are cut before anything looks at them. */
const MOST_LETTERS = 400;

/** One line of a text's two ends, without what XML cannot hold and without marks that would turn the words after them round. */
export function clean(text: string): string {
  const ends =
    text.length > 4 * MOST_LETTERS
      ? `${text.slice(0, 2 * MOST_LETTERS)}… ${text.slice(-MOST_LETTERS)}`
      : text;
  return wellFormed(ends)
    .replaceAll(/[\s\p{Cc}]+/gu, (found) => (/^[\u00a0\u202f]+$/.test(found) ? found : " "))
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "")
    .trim();
}

/** Lone halves of a pair and characters that XML forbids become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replaceAll(/[\p{Surrogate}\ufffe\uffff]|(?![\t\n\r])\p{Cc}/gu, "\ufffd");
}

/** In ems. */
function widthOfLetter(letter: string): number {
  if (/[\p{Mark}\p{Format}]/u.test(letter)) return 0;
  if (/[iljtfrI.,:;|'!()[\]\s]/.test(letter)) return 0.31;
  if (/[\p{Number}+−×÷=<>~±%]/u.test(letter)) return /[⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(letter) ? 0.42 : 0.64;
  if (/[mwMW@…—]/.test(letter)) return 0.88;
  if (letter.codePointAt(0)! >= 0x1100 && !/[\u1e00-\u2bff]/.test(letter)) return 1.1;
  return /\p{Lu}/u.test(letter) ? 0.7 : 0.57;
}

/** About so many pixels. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) ems += widthOfLetter(letter);
  return ems * size;
}

/** A last word up to this long is kept: it is the value. */
const LAST_WORD = 12;

/** Cut to `room` pixels, with "…" where something is missing; a short last word stays. */
export function elided(text: string, room: number, size: number): string {
  const whole = clean(text);
  if (whole.length <= MOST_LETTERS && widthOf(whole, size) <= room) return whole;
  const last = whole.slice(whole.lastIndexOf(" ") + 1);
  const isKept = last.length < whole.length && last.length <= LAST_WORD;
  const end = isKept ? `… ${last}` : "…";
  let left = room - widthOf(end, size);
  if (left <= 0) return isKept && widthOf(last, size) <= room ? last : "…";
  let head = "";
  for (const letter of whole.slice(0, MOST_LETTERS)) {
    left -= widthOfLetter(letter) * size;
    if (left < 0) break;
    head += letter;
  }
  return head.trimEnd() + end;
}
