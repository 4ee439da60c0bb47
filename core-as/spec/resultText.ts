// A result as text and back: numbers that are not finite are the strings "NaN", "Infinity", "-Infinity".
// Checks that the text is a result at all; what it says was measured is taken as it stands.
import { SpecError } from "./errors";
import { RESULT_FORMAT, type RunResult } from "./result";

const WORDS: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

/** Names and messages are the only texts of a person's in a result, and they stay texts. */
const TEXT_FIELDS = new Set(["name", "message", "title", "reason", "source", "theoryAbsent"]);

export function resultText(result: RunResult, indent = 1): string {
  return textOfNumbers(result, indent);
}

/** JSON in which numbers that are not finite are words. */
export function textOfNumbers(value: object, indent: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === "number" && !Number.isFinite(item) ? String(item) : item),
    indent,
  );
}

/** The words are numbers again. Throws a SyntaxError. */
export function numbersOfText(text: string): unknown {
  return JSON.parse(text, (key, item: unknown) =>
    typeof item === "string" && Object.hasOwn(WORDS, item) && !TEXT_FIELDS.has(key) ? WORDS[item] : item,
  );
}

/** Throws a SpecError with path `result`. */
export function readResultText(text: string): RunResult {
  let value: unknown;
  try {
    value = numbersOfText(text);
  } catch {
    throw wrong("is not JSON; the file may be damaged");
  }
  const { format, digest, layers } = (value ?? {}) as Partial<Record<keyof RunResult, unknown>>;
  if (format !== RESULT_FORMAT) throw wrong(`its format is not "${RESULT_FORMAT}"`);
  if (typeof digest !== "string" || !/^[0-9a-f]{64}$/.test(digest)) throw wrong("has no digest");
  if (!Array.isArray(layers) || layers.length === 0) throw wrong("has no layers");
  return value as RunResult;
}

function wrong(message: string): SpecError {
  return new SpecError([{ path: "result", message }]);
}
