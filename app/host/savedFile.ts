// experiment.json: what is kept of an experiment beside its result. Text to value, or the reason why it is damaged;
// of one that a newer version wrote only what every version can know.
import * as v from "valibot";
import { LIMITS } from "../contract/limits";
import { WRITTEN_ABOUT } from "../contract/methods";
import { type PathStep, pathText, shown, SpecError } from "../../core-as/spec/errors";
import { EXPERIMENT_FORMAT, type Experiment } from "../../core-as/spec/experiment";
import { EXPERIMENT_FILE } from "./folders";
import { parseExperiment } from "../../core-as/spec/parse";
import { RESULT_FORMAT, type Severity } from "../../core-as/spec/result";
import { TRAINING_FORMAT } from "../../core-as/spec/training";

export const SAVED_FORMAT = "initlab.saved/1";

/** No experiment.json that this app wrote is larger. */
export const MAX_EXPERIMENT_BYTES = 16 * 2 ** 20;

export interface SavedFile {
  readonly format: typeof SAVED_FORMAT;
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly modified: string;
  /** As result.json has it: the two files belong together. */
  readonly digest: string;
  readonly verdict: string;
  readonly severity: Severity;
  /** training.json, where there is one: the two belong together. */
  readonly training?: KeptTraining;
  readonly files: readonly KeptFile[];
  readonly spec: Experiment;
}

export interface KeptTraining {
  /** Of the file's bytes. */
  readonly sha256: string;
  /** Trainings in it. */
  readonly count: number;
}

/** Bytes that the spec names by `path`, kept in files/ under their sha256. */
export interface KeptFile {
  readonly path: string;
  readonly sha256: string;
}

/** What a newer version wrote, as far as it can be read. */
export interface NewerFile extends Omit<SavedFile, "format" | "spec"> {
  readonly format: string;
  readonly spec: null;
  /** Why it can only be looked at. */
  readonly readOnly: string;
}

/** Bytes on the disk that are not what they should be; the message says in which file, and what. */
export class DamageError extends Error {
  override readonly name = "DamageError";
}

export const DIGEST = /^[0-9a-f]{64}$/;
const digest = v.pipe(v.string(), v.regex(DIGEST));
const keptTraining = v.object({ sha256: digest, count: v.pipe(v.number(), v.integer(), v.minValue(1)) });
const keptFiles = v.array(v.object({ path: v.string(), sha256: digest }));

const saved = v.object({
  name: WRITTEN_ABOUT.name,
  notes: WRITTEN_ABOUT.notes,
  tags: WRITTEN_ABOUT.tags,
  created: WRITTEN_ABOUT.date,
  modified: WRITTEN_ABOUT.date,
  digest,
  verdict: WRITTEN_ABOUT.verdict,
  severity: WRITTEN_ABOUT.severity,
  training: v.exactOptional(keptTraining),
  files: keptFiles,
  spec: v.unknown(),
});

const LONG_AGO = "1970-01-01T00:00:00.000Z";

/** The same, each field with what stands in where it is not what it is today. */
const newer = v.object({
  name: v.fallback(WRITTEN_ABOUT.name, ""),
  notes: v.fallback(WRITTEN_ABOUT.notes, ""),
  tags: v.fallback(WRITTEN_ABOUT.tags, []),
  created: v.fallback(WRITTEN_ABOUT.date, LONG_AGO),
  modified: v.fallback(WRITTEN_ABOUT.date, LONG_AGO),
  digest: v.fallback(digest, ""),
  verdict: v.fallback(WRITTEN_ABOUT.verdict, ""),
  severity: v.fallback(WRITTEN_ABOUT.severity, "information"),
  files: v.fallback(keptFiles, []),
});

/** Throws DamageError. `where` names the file. */
export function readSavedFile(text: string, where: string): SavedFile | NewerFile {
  const value = readObject(text, where);
  const { format, spec } = value;
  const tooNew = isNewer(format, SAVED_FORMAT)
    ? String(format)
    : isNewer((spec as { format?: unknown } | null)?.format, EXPERIMENT_FORMAT)
      ? String((spec as { format: unknown }).format)
      : null;
  if (tooNew !== null)
    return { ...v.parse(newer, value), format: String(format), spec: null, readOnly: readOnlyReason(tooNew) };
  if (format !== SAVED_FORMAT)
    throw new DamageError(`${where}: its format is ${shown(format)}; "${SAVED_FORMAT}" would be right`);
  const result = v.safeParse(saved, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const steps = (issue.path ?? []).map((item) => item.key as PathStep);
    throw new DamageError(`${where}: ${pathText(steps)}: ${issue.message}`);
  }
  try {
    return { ...result.output, format: SAVED_FORMAT, spec: parseExperiment(result.output.spec) };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new DamageError(`${where}: spec: ${error.path}: ${error.message}`, { cause: error });
  }
}

export function savedFileText(file: SavedFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The text with other fields put in, of a file that has been read; fields that are not known stay. */
export function changedText(text: string, change: Partial<SavedFile>): string {
  return `${JSON.stringify({ ...readObject(text, EXPERIMENT_FILE), ...change }, null, 2)}\n`;
}

/** The digest that stands in result.json, and the reason where a newer version wrote it. Throws DamageError. */
export function readResultFile(text: string, where: string): { digest: string; readOnly?: string } {
  const { format, digest: found } = readObject(text, where);
  if (typeof found !== "string" || !DIGEST.test(found))
    throw new DamageError(`${where}: its digest is ${shown(found)}; 64 hexadecimal digits would be right`);
  if (isNewer(format, RESULT_FORMAT)) return { digest: found, readOnly: readOnlyReason(String(format)) };
  if (format !== RESULT_FORMAT)
    throw new DamageError(`${where}: its format is ${shown(format)}; "${RESULT_FORMAT}" would be right`);
  return { digest: found };
}

/** How many trainings stand in training.json. Each is looked at no further than its format and digest. */
export function readTrainingFile(text: string, where: string): number {
  const value = parsed(text, where);
  if (!Array.isArray(value) || value.length === 0 || value.length > LIMITS.trainings)
    throw new DamageError(`${where}: ${shown(value)} stands where a list of trainings should`);
  for (const [i, one] of (value as readonly unknown[]).entries()) {
    const { format, digest: found } = (one ?? {}) as { format?: unknown; digest?: unknown };
    if (format !== TRAINING_FORMAT)
      throw new DamageError(
        `${where}[${i}]: its format is ${shown(format)}; "${TRAINING_FORMAT}" would be right`,
      );
    if (typeof found !== "string" || !DIGEST.test(found))
      throw new DamageError(
        `${where}[${i}]: its digest is ${shown(found)}; 64 hexadecimal digits would be right`,
      );
  }
  return value.length;
}

function readOnlyReason(format: string): string {
  return `${format.slice(0, 60)} was written by a newer version of Init Lab; install that to change it`;
}

function readObject(text: string, where: string): Readonly<Record<string, unknown>> {
  const value = parsed(text, where);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new DamageError(`${where}: ${shown(value)} stands where an object should`);
  return value as Readonly<Record<string, unknown>>;
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = text === "" ? "it is empty" : (error as Error).message.slice(0, 120);
    throw new DamageError(`${where}: not JSON: ${reason}`, { cause: error });
  }
}

/** `name/N` with the same name and a greater N. */
function isNewer(format: unknown, known: string): boolean {
  const of = (text: string) => /^([a-z.]{1,40})\/(\d{1,6})$/.exec(text);
  const [given, ours] = [typeof format === "string" ? of(format) : null, of(known)!];
  return given !== null && given[1] === ours[1] && Number(given[2]) > Number(ours[2]);
}
