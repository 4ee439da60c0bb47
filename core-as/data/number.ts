// A decimal number as people and programs write it into tables. Narrower than Number(): no hex, no "Infinity", no "".

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MISSING = /^(?:[+-]?(?:nan|inf|infinity)|na|n\/a|null|none|\?|-)?$/i;

/** The number, or null where the text is none. Too large a one becomes infinite. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : null;
}

/** Empty, or one of the ways to write "not there" or "not a number". */
export function isMissing(text: string): boolean {
  return MISSING.test(text.trim());
}
