// The HostApi as a table: what each method takes, with the bounds of everything in it. Transports parse by it; the
// host behind them trusts. Does not check what a method gives back.
import * as v from "valibot";
import { MAX_SEED } from "../../core-as/spec/bounds";
import { type PathStep, pathText, shown, SpecError } from "../../core-as/spec/errors";
import type { Experiment } from "../../core-as/spec/experiment";
import { parseExperiment } from "../../core-as/spec/parse";
import type { HostApi } from "./hostApi";
import { failureOf, HostError } from "./hostError";
import { ID, KEY, LIMITS } from "./limits";
import { hostFromCalls, isMethodName, METHOD_NAMES, type MethodName } from "./methodNames";
import { REPORT_FORMATS, REPORT_SECTIONS, type ReportRequest } from "./report";

const says = (right: string) => (issue: { readonly input: unknown }) =>
  `${shown(issue.input)} stands here; write ${right}`;

function text(most: number, least = 0) {
  const right = `a text of ${least > 0 ? `${least} to ` : "at most "}${most} characters`;
  const long = (issue: { readonly input: string }) => `has ${issue.input.length} characters; write ${right}`;
  return v.pipe(v.string(says(right)), v.minLength(least, long), v.maxLength(most, long));
}

function list<Item extends v.GenericSchema>(item: Item, most: number, what: string) {
  return v.pipe(
    v.array(item, says(`a list of ${what}`)),
    v.maxLength(most, (issue) => `has ${issue.input.length} ${what}; at most ${most} would be right`),
  );
}

function bytes(most: number) {
  const schema = v.custom<Uint8Array>(
    (value) => Object.prototype.toString.call(value) === "[object Uint8Array]",
    says("bytes (a Uint8Array)"),
  );
  return v.pipe(
    schema,
    v.check(
      ({ length }) => length <= most,
      (issue) => `has ${issue.input.length} bytes; at most ${most} are taken`,
    ),
  );
}

/** An object with these fields and no others. */
function record<Entries extends v.ObjectEntries>(entries: Entries) {
  const fields = Object.keys(entries).join(", ");
  return v.strictObject(entries, ({ expected, received, input }) =>
    expected === "never"
      ? `is no field here; the fields are ${fields}`
      : received === "undefined"
        ? `is missing; the fields are ${fields}`
        : `${shown(input)} stands here; write an object with ${fields}`,
  );
}

const matching = (pattern: RegExp, right: string) =>
  v.pipe(v.string(says(right)), v.regex(pattern, says(right)));

const id = matching(ID, "the id of an experiment");
const key = matching(KEY, "1 to 64 letters, digits, - or _");
const ids = list(id, LIMITS.ids, "ids");
const name = text(LIMITS.name);
const notes = text(LIMITS.notes);
/** Trimmed and each once, whatever its case; the order stays. */
const tags = v.pipe(
  list(v.pipe(text(LIMITS.tag), v.trim(), v.minLength(1, "is empty; write a word")), LIMITS.tags, "tags"),
  v.transform((given) => [...new Map(given.map((tag) => [tag.toLowerCase(), tag])).values()]),
);
const severity = v.picklist(
  ["healthy", "information", "warning", "broken"],
  says("healthy, information, warning or broken"),
);
const date = v.pipe(
  matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/, "a date as 2026-01-31T12:00:00Z"),
  v.check((value) => !Number.isNaN(Date.parse(value)), says("a date that is in the calendar")),
);

/** The spec's own parser, with its path below this one. */
const spec = v.rawTransform<unknown, Experiment>(({ dataset, addIssue, NEVER }) => {
  try {
    return parseExperiment(dataset.value);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    addIssue({ message: error.path === "spec" ? error.message : `${error.path}: ${error.message}` });
    return NEVER;
  }
});

/** What a person writes about an experiment, and when; the store reads its own files by them. */
export const WRITTEN_ABOUT = { name, notes, tags, verdict: text(LIMITS.verdict), severity, date } as const;

const files = v.pipe(
  list(record({ path: text(4096, 1), bytes: bytes(LIMITS.fileBytes) }), LIMITS.files, "files"),
  v.check(
    (given) => given.reduce((sum, file) => sum + file.bytes.length, 0) <= LIMITS.fileBytes,
    `is more than ${LIMITS.fileBytes} bytes in all; leave out the largest file`,
  ),
  v.check(
    (given) => new Set(given.map(({ path }) => path)).size === given.length,
    "names one path twice; leave one of them out",
  ),
);

const experimentToSave = record({
  id: v.nullable(id),
  replaces: v.exactOptional(matching(/^[0-9a-f]{64}$/, "a digest of 64 digits 0 to f")),
  name,
  notes,
  tags,
  spec: v.pipe(v.unknown(), spec),
  result: text(LIMITS.result),
  training: v.exactOptional(text(LIMITS.training)),
  verdict: WRITTEN_ABOUT.verdict,
  severity,
  files,
});

const draft = record({
  key,
  experimentId: v.nullable(id),
  name,
  notes,
  tags,
  spec: v.pipe(v.unknown(), spec),
  files,
  written: date,
});

const whole = (least: number, most: number) => {
  const right = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(says(right)),
    v.integer(says(right)),
    v.minValue(least, says(right)),
    v.maxValue(most, says(right)),
  );
};

/** Of each field; settings.ts reads what is on the disk by it. */
export const SETTINGS = {
  theme: v.picklist(["system", "light", "dark"], says("system, light or dark")),
  workers: v.nullable(whole(1, LIMITS.workers)),
  draws: whole(1, LIMITS.draws),
} as const;

const settingsChange = v.partial(record(SETTINGS));
const description = v.partial(record({ name, notes, tags }));

const result = text(LIMITS.result);
const training = text(LIMITS.training);
const oneOf = <const Choice extends string>(choices: readonly Choice[]) =>
  v.picklist(choices, says(`${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`));

const reportedRun = v.pipe(
  record({
    name,
    notes,
    result: v.nullable(result),
    training: v.exactOptional(training),
    created: v.exactOptional(date),
    modified: v.exactOptional(date),
  }),
  v.check(
    (run) => run.result !== null || run.training !== undefined,
    "has neither a result nor a training; give the text of one of them",
  ),
);

const reportRequest = v.pipe(
  record({
    format: oneOf(REPORT_FORMATS),
    title: name,
    author: name,
    notes,
    sections: v.pipe(
      list(oneOf(REPORT_SECTIONS), REPORT_SECTIONS.length, "sections"),
      v.minLength(1, "is empty; choose at least one section"),
      v.check(
        (given) => new Set(given).size === given.length,
        "names one section twice; leave one of them out",
      ),
    ),
    runs: list(reportedRun, LIMITS.reportRuns, "runs"),
    comparison: v.exactOptional(result),
    claims: v.exactOptional(record({ text: text(LIMITS.claims), seed: whole(0, MAX_SEED) })),
  }),
  v.check(
    ({ runs, claims }) => runs.length > 0 || claims !== undefined,
    `has no run and no claims; give 1 to ${LIMITS.reportRuns} runs, or the claims`,
  ),
  v.check(
    (request) => charactersOf(request) <= LIMITS.reportText,
    `has more than ${LIMITS.reportText} characters of results; leave out the largest run`,
  ),
);

/** Of all the results, trainings and comparisons in it. */
function charactersOf({ runs, comparison }: Pick<ReportRequest, "runs" | "comparison">): number {
  const ofRun = (sum: number, { result, training }: (typeof runs)[number]) =>
    sum + (result?.length ?? 0) + (training?.length ?? 0);
  return runs.reduce(ofRun, comparison?.length ?? 0);
}

const side = whole(LIMITS.figureSide.min, LIMITS.figureSide.max);
const figureRequest = record({
  figure: text(LIMITS.figure, 1),
  width: side,
  height: side,
  theme: oneOf(["light", "dark"]),
  source: text(LIMITS.figureSource),
});

type Row = readonly (readonly [what: string, schema: v.GenericSchema])[];

/** The arguments of every method, in order. */
const METHODS: Readonly<Record<MethodName, Row>> = {
  about: [],
  settings: [],
  changeSettings: [["change", settingsChange]],
  listExperiments: [],
  searchExperiments: [["text", text(LIMITS.searchText)]],
  openExperiment: [["id", id]],
  saveExperiment: [["experiment", experimentToSave]],
  describeExperiment: [
    ["id", id],
    ["change", description],
  ],
  duplicateExperiment: [["id", id]],
  listTrash: [],
  trashExperiments: [["ids", ids]],
  restoreExperiments: [["ids", ids]],
  emptyTrash: [["ids", v.optional(ids)]],
  exportExperiments: [["ids", ids]],
  importExperiments: [["bytes", bytes(LIMITS.archiveBytes)]],
  listDrafts: [],
  keepDraft: [["draft", draft]],
  discardDraft: [["key", key]],
  buildReport: [
    ["request", reportRequest],
    ["job", v.optional(key)],
  ],
  figureSvg: [["request", figureRequest]],
  jobProgress: [["job", key]],
  cancelJob: [["job", key]],
};

/** The arguments as the host may trust them, or a HostError that says which is wrong. */
export function parseArguments(name: MethodName, args: readonly unknown[]): unknown[] {
  const row = METHODS[name];
  if (args.length > row.length)
    throw new HostError({
      code: "invalid",
      where: name,
      message: `${args.length} arguments are given; ${row.length} would be right`,
    });
  const parsed = row.map(([what, schema], i) => {
    const result = v.safeParse(schema, args[i], { abortEarly: true });
    if (result.success) return result.output;
    const [issue] = result.issues;
    const steps = (issue.path ?? []).map((item) => item.key as PathStep);
    throw new HostError({
      code: "invalid",
      where: steps.length === 0 ? what : pathText([what, ...steps]),
      message: issue.message,
    });
  });
  while (parsed.length > 0 && parsed.at(-1) === undefined) parsed.pop();
  return parsed;
}

/** One call from outside: `name` and `args` may be anything. Rejects with a HostError alone. */
export async function callMethod(host: HostApi, name: unknown, args: unknown): Promise<unknown> {
  try {
    if (!isMethodName(name))
      throw new HostError({
        code: "invalid",
        where: "method",
        message: `${shown(name)} is no method; write one of: ${METHOD_NAMES.join(", ")}`,
      });
    if (!Array.isArray(args))
      throw new HostError({
        code: "invalid",
        where: name,
        message: `${shown(args)} stands for the arguments; write a list`,
      });
    const parsed = parseArguments(name, args);
    return await (host[name] as (...given: unknown[]) => Promise<unknown>)(...parsed);
  } catch (thrown) {
    if (thrown instanceof HostError) throw thrown;
    throw new HostError(failureOf(thrown), { cause: thrown });
  }
}

/** The host behind its own parser: for callers in the same process. */
export function checkedHost(host: HostApi): HostApi {
  return hostFromCalls((name, args) => callMethod(host, name, args));
}
