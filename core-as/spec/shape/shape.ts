// The building stones of the written spec: valibot schemas whose every complaint says what was found and what would
// be right. JSON Schema is made from the same objects, so a stone may be stricter only in ways that JSON Schema has.
import * as v from "valibot";
import type { Bounds } from "../bounds";
import { quoted, shown, suggestion } from "../errors";

export type Shape = v.GenericSchema & {
  /** What would be right: "a whole number from 1 to 1000". */
  readonly says: string;
};

type Result = v.OutputDataset<unknown, v.BaseIssue<unknown>>;
type Run = v.GenericSchema["~run"];

function withWords(schema: v.GenericSchema, says: string): Shape {
  return Object.assign(schema, { says });
}

export function number(bounds: Bounds): Shape {
  const { min, max, integer = false } = bounds;
  const says = `a ${integer ? "whole number" : "number"} from ${min} to ${max}`;
  const range = (issue: { readonly input: unknown }) =>
    `${shown(issue.input)} is out of range; write ${says}`;
  const type = (issue: { readonly input: unknown }) => `${shown(issue.input)} is not a number; write ${says}`;
  const whole = (issue: { readonly input: unknown }) =>
    `${shown(issue.input)} is not a whole number; write ${says}`;
  const within = [
    v.minValue<number, number, typeof range>(min, range),
    v.maxValue<number, number, typeof range>(max, range),
  ] as const;
  // JSON has -0 on the way in and loses it on the way out: a spec must draw the same bits before and after.
  const positiveZero = v.transform((value: number) => value + 0);
  const schema = integer
    ? v.pipe(v.number(type), v.integer(whole), ...within, positiveZero)
    : v.pipe(v.number(type), ...within, positiveZero);
  return withWords(schema, says);
}

export function boolean(): Shape {
  const says = "true or false";
  return withWords(
    v.boolean((issue) => `${shown(issue.input)} is neither true nor false; write ${says}`),
    says,
  );
}

/** Lengths are counted as JSON Schema counts them: an emoji is one. */
export function text(says: string, minLength: number, maxLength: number): Shape {
  const schema = v.pipe(v.string(), v.minLength(minLength), v.maxLength(maxLength));
  return replaceRun(schema, says, (dataset) => {
    const input = dataset.value;
    if (typeof input !== "string") return complain(dataset, `${shown(input)} is not a text; write ${says}`);
    let length = 0;
    for (const _character of input) length++;
    if (length >= minLength && length <= maxLength) return { typed: true, value: input };
    return complain(dataset, `${shown(input)} has ${length} characters; write ${minLength} to ${maxLength}`);
  });
}

export function digest(): Shape {
  const says = "the sha256 as 64 hexadecimal digits, lower case";
  const wrong = (issue: { readonly input: unknown }) => `${shown(issue.input)} is no sha256; write ${says}`;
  return withWords(v.pipe(v.string(wrong), v.regex(/^[0-9a-f]{64}$/, wrong)), says);
}

/** A path or name -> shape of every value. */
export function recordOf(value: Shape, says: string): Shape {
  const schema = v.record(v.string(), value);
  return replaceRun(schema, says, (dataset, config) =>
    isRecord(dataset.value)
      ? schema["~run"](dataset, config)
      : complain(dataset, wrongKind(dataset.value, says)),
  );
}

/** Keys that valibot leaves out of every record without a word. */
const LEFT_OUT = ["__proto__", "prototype", "constructor"];

/** A record that says so where it would leave a key out. */
export function wholeRecordOf(value: Shape, says: string): Shape {
  const schema = recordOf(value, says);
  return replaceRun(schema, says, (dataset, config) => {
    const input = dataset.value;
    const lost = isRecord(input) ? LEFT_OUT.find((key) => Object.hasOwn(input, key)) : undefined;
    return lost !== undefined && isRecord(input)
      ? complain(dataset, "is a name that JavaScript needs for itself; write another", lost, input)
      : schema["~run"](dataset, config);
  });
}

export function choice(noun: string, names: readonly string[]): Shape {
  const says = names.length > 6 ? `the name of one ${noun}` : names.map(quoted).join(" or ");
  const schema = v.picklist(names, (issue) =>
    typeof issue.input === "string"
      ? unknownName(issue.input, noun, names)
      : `${shown(issue.input)} is no ${noun}; write ${says}`,
  );
  return withWords(schema, says);
}

function unknownName(name: string, noun: string, names: readonly string[]): string {
  return `unknown ${noun} ${quoted(name)}; ${suggestion(name, names, "write one of")}`;
}

export function nullable(shape: Shape, meaning: string): Shape {
  return withWords(v.nullable(shape), `${shape.says}, or null (${meaning})`);
}

/** Left out: `value`, or nothing where that is undefined. */
export function optional(shape: Shape, value?: unknown): Shape {
  const schema = value === undefined ? v.optional(shape) : v.optional(shape, value);
  return withWords(schema, shape.says);
}

export function titled(shape: Shape, title: string): Shape {
  return withWords(v.pipe(shape, v.title(title)), shape.says);
}

export type Entries = Readonly<Record<string, Shape>>;

/** An object with these fields and no others. `hints` answer for fields that people try and that are not there. */
export function object(says: string, entries: Entries, hints: Readonly<Record<string, string>> = {}): Shape {
  const known = Object.keys(entries);
  const inner = v.object(entries);
  return replaceRun(v.strictObject(entries), says, (dataset, config) => {
    const input = dataset.value;
    if (!isRecord(input)) return complain(dataset, wrongKind(input, says));
    const problems: [string, string][] = [];
    for (const key of Object.keys(input)) {
      if (Object.hasOwn(entries, key)) continue;
      const hint = Object.hasOwn(hints, key) ? hints[key] : suggestion(key, known, "the fields here are");
      problems.push([key, `unknown field ${quoted(key)}; ${hint}`]);
    }
    for (const key of known) {
      const entry = entries[key];
      if (input[key] !== undefined || entry === undefined || entry.type === "optional") continue;
      problems.push([key, `is missing; write ${entry.says}`]);
    }
    // A missing or unknown field is said once, in our words; the fields that are there are still read.
    const absent = new Set(problems.map(([key]) => key));
    const read = Object.entries(entries).filter(([key]) => !absent.has(key));
    const given = read.filter(([key]) => input[key] !== undefined).map(([key]) => [key, input[key]]);
    dataset.value = Object.fromEntries(given);
    const shape = problems.length === 0 ? inner : v.object(Object.fromEntries(read));
    const result = shape["~run"](dataset, config);
    return problems.reduceRight<Result>(
      (data, [key, message]) => complain(data, message, key, input),
      result,
    );
  });
}

/** Objects that tell their kind by one field. */
export function tagged(tag: string, noun: string, options: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(options);
  const says = `an object with ${quoted(tag)}`;
  return replaceRun(v.union(Object.values(options)), says, (dataset, config) => {
    const input = dataset.value;
    if (!isRecord(input)) {
      const example = typeof input === "string" && names.includes(input) ? input : names[0];
      return complain(
        dataset,
        `${shown(input)} is not an object; write { ${quoted(tag)}: ${quoted(example ?? "")}, ... }`,
      );
    }
    const name = input[tag];
    if (name === undefined)
      return complain(dataset, `is missing; write the name of one ${noun}: ${names.join(", ")}`, tag, input);
    if (typeof name !== "string")
      return complain(dataset, `${shown(name)} is not a name; write one of: ${names.join(", ")}`, tag, input);
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) return complain(dataset, unknownName(name, noun, names), tag, input);
    return option["~run"](dataset, config);
  });
}

/**
 * One of several shapes, chosen by a look at the value, so that the complaint is about the one that was meant.
 * `pick` gives a text where none was: the complaint.
 */
export function either(
  says: string,
  options: readonly Shape[],
  pick: (value: unknown) => Shape | string,
): Shape {
  return replaceRun(v.union(options), says, (dataset, config) => {
    const picked = pick(dataset.value);
    return typeof picked === "string" ? complain(dataset, picked) : picked["~run"](dataset, config);
  });
}

export function list(says: string, item: Shape, minLength: number, maxLength: number): Shape {
  const count = (issue: { readonly input: unknown }) =>
    `${(issue.input as readonly unknown[]).length} entries; write ${minLength} to ${maxLength}`;
  return withWords(
    v.pipe(
      v.array(item, (issue) => wrongKind(issue.input, says)),
      v.minLength(minLength, count),
      v.maxLength(maxLength, count),
    ),
    says,
  );
}

/** `right` is the one value; anything else is refused with `otherwise`. */
export function literal(right: string, otherwise: string): Shape {
  return withWords(
    v.literal(right, (issue) => `${shown(issue.input)}; ${otherwise}`),
    quoted(right),
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const wrongKind = (input: unknown, says: string): string => `${shown(input)} stands here; write ${says}`;

/** The schema as JSON Schema sees it, with a run of our own. */
function replaceRun(schema: v.GenericSchema, says: string, run: Run): Shape {
  return { ...schema, says, "~run": run };
}

function complain(
  dataset: { value?: unknown; issues?: unknown },
  message: string,
  key?: string,
  input?: Readonly<Record<string, unknown>>,
): Result {
  const issue = {
    kind: "schema",
    type: "spec",
    input: dataset.value,
    expected: null,
    received: "",
    message,
    ...(key === undefined
      ? {}
      : { path: [{ type: "object", origin: "key", input, key, value: input?.[key] }] }),
  } as unknown as v.BaseIssue<unknown>;
  const issues = (dataset.issues ?? []) as readonly v.BaseIssue<unknown>[];
  return { typed: false, value: dataset.value, issues: [issue, ...issues] };
}
