// Trainings as text and back: a list of results, spec by spec, seed by seed. Checks that they are trainings at all;
// what they say was measured is taken as it stands.
import { SpecError } from "./errors";
import { numbersOfText, textOfNumbers } from "./resultText";
import { TRAINING_FORMAT, type TrainResult } from "./training";

/** On one line: records are long, and nobody reads them. */
export function trainingText(results: readonly TrainResult[]): string {
  return `${textOfNumbers(results, 0)}\n`;
}

/** Throws a SpecError with path `training`. */
export function readTrainingText(text: string): readonly TrainResult[] {
  let value: unknown;
  try {
    value = numbersOfText(text);
  } catch {
    throw wrong("is not JSON; the file may be damaged");
  }
  if (!Array.isArray(value) || value.length === 0) throw wrong("is no list of trainings");
  for (const one of value as readonly Partial<Record<keyof TrainResult, unknown> | null>[]) {
    if (one?.format !== TRAINING_FORMAT) throw wrong(`has one whose format is not "${TRAINING_FORMAT}"`);
    if (!Array.isArray(one.records) || !Array.isArray(one.findings)) throw wrong("has one without records");
    if (typeof one.seed !== "number" || typeof one.spec !== "object") throw wrong("has one without its spec");
  }
  return value as readonly TrainResult[];
}

function wrong(message: string): SpecError {
  return new SpecError([{ path: "training", message }]);
}
