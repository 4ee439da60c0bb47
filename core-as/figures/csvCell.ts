// One cell of a CSV file (RFC 4180), safe to open in a spreadsheet: a text that it would take for a formula gets an
// apostrophe before it. Joins no lines and cleans no text.

/** Spreadsheets calculate what begins like this, after what they trim or do not show; full-width signs too. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

/** Numbers in full precision; NaN and infinities by name. */
export function csvCell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
