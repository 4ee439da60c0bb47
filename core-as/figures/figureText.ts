// A figure as text and back: JSON, with NaN and infinities as words. Reading trusts nothing: every length is bounded
// before it reaches a loop, and what does not fit together is refused with its place.
import { pathText, type PathStep, shown, SpecError } from "../spec/errors";
import type { Atom, Axis, Beyond, Figure, Paint, Rule, Series, Zone } from "./figure";

/** What a figure may hold at most. */
export const FIGURE_LIMITS = {
  series: 200,
  /** Rules, zones and atoms, each. */
  marks: 1000,
  /** All columns and values together. */
  numbers: 100_000,
  /** Characters of a title or a label. */
  words: 10_000,
  name: 120,
} as const;

const WORDS = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity } as const;

export function figureText(figure: Figure): string {
  return JSON.stringify(figure, (_key, value: unknown) =>
    value instanceof Float64Array
      ? Array.from(value, worded)
      : typeof value === "number"
        ? worded(value)
        : value,
  );
}

const worded = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** Throws SpecError with a path that begins with `figure`. */
export function readFigureText(text: string): Figure {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    fail(["figure"], "this is no JSON, and a figure is written as JSON");
  }
  return new Reader().figure(value);
}

type Path = readonly PathStep[];
type Fields = Readonly<Record<string, unknown>>;

function fail(path: Path, message: string): never {
  throw new SpecError([{ path: pathText(path), message }]);
}

class Reader {
  #numbers = 0;

  figure(value: unknown): Figure {
    const path = ["figure"];
    const fields = record(value, path);
    const name = words(fields, "name", path);
    if (!/^[a-z0-9-]+$/.test(name) || name.length > FIGURE_LIMITS.name)
      fail([...path, "name"], "a name is made of a to z, 0 to 9 and -");
    const columns = this.#column(fields, "columns", path);
    return {
      name,
      title: words(fields, "title", path),
      caption: words(fields, "caption", path),
      x: axis(fields["x"], [...path, "x"]),
      y: axis(fields["y"], [...path, "y"]),
      ...(fields["right"] === undefined ? {} : { right: axis(fields["right"], [...path, "right"]) }),
      columns,
      series: list(fields, "series", path, FIGURE_LIMITS.series, (one, at) => this.#series(one, at, columns)),
      rules: list(fields, "rules", path, FIGURE_LIMITS.marks, rule),
      zones: list(fields, "zones", path, FIGURE_LIMITS.marks, zone),
      beyond: list(fields, "beyond", path, 2, beyond),
    };
  }

  #series(value: unknown, path: Path, columns: Float64Array): Series {
    const fields = record(value, path);
    const common = {
      name: words(fields, "name", path),
      paint: paint(fields["paint"], [...path, "paint"]),
      ...(fields["endLabel"] === undefined ? {} : { endLabel: words(fields, "endLabel", path) }),
      ...(fields["scale"] === undefined ? {} : { scale: oneOf(fields, "scale", path, ["right"]) }),
    };
    const kind = oneOf(fields, "kind", path, ["line", "band", "bars"]);
    if (kind === "band") {
      const [low, high] = [this.#values(fields, "low", path), this.#values(fields, "high", path)];
      for (const [name, side] of Object.entries({ low, high }))
        aligned(side.length, columns.length, [...path, name]);
      return { ...common, kind, low, high };
    }
    const own = fields["at"] === undefined ? null : this.#column(fields, "at", path);
    const at = own ? { at: own } : {};
    const places = (own ?? columns).length;
    const values = this.#values(fields, "values", path);
    if (kind === "bars") {
      if (values.length > 0) aligned(values.length, places - 1, [...path, "values"]);
      const atoms = list(fields, "atoms", path, FIGURE_LIMITS.marks, atom);
      return { ...common, kind, values, ...at, atoms };
    }
    aligned(values.length, places, [...path, "values"]);
    const style = oneOf(fields, "style", path, ["measured", "predicted", "curve"]);
    if (fields["dots"] === undefined) return { ...common, kind, values, ...at, style };
    const dots = list(fields, "dots", path, FIGURE_LIMITS.numbers, (one, where) => {
      this.#count(1, where);
      return one === null ? null : paint(one, where);
    });
    aligned(dots.length, places, [...path, "dots"]);
    return { ...common, kind, values, ...at, style, dots };
  }

  /** Finite, none below the one before. */
  #column(fields: Fields, name: string, path: Path): Float64Array {
    const values = this.#values(fields, name, path);
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i]!)) fail([...path, name, i], "a place on an axis is finite");
      if (i > 0 && values[i]! < values[i - 1]!) fail([...path, name, i], "places on an axis rise");
    }
    return values;
  }

  #values(fields: Fields, name: string, path: Path): Float64Array {
    const value = fields[name];
    const where = [...path, name];
    if (!Array.isArray(value)) fail(where, `expected a list of numbers, found ${shown(value)}`);
    this.#count(value.length, where);
    return Float64Array.from(value as readonly unknown[], (one, i) => {
      if (typeof one === "number") return one;
      if (typeof one === "string" && Object.hasOwn(WORDS, one)) return WORDS[one as keyof typeof WORDS];
      return fail([...where, i], `expected a number or "NaN", found ${shown(one)}`);
    });
  }

  #count(more: number, path: Path): void {
    this.#numbers += more;
    if (this.#numbers > FIGURE_LIMITS.numbers)
      fail(path, `a figure has at most ${FIGURE_LIMITS.numbers} numbers`);
  }
}

function aligned(found: number, wanted: number, path: Path): void {
  if (found !== wanted) fail(path, `expected ${Math.max(0, wanted)} values, one a place, found ${found}`);
}

function record(value: unknown, path: Path): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    fail(path, `expected an object, found ${shown(value)}`);
  return value as Fields;
}

function list<One>(
  fields: Fields,
  name: string,
  path: Path,
  most: number,
  read: (value: unknown, path: Path) => One,
): readonly One[] {
  const value = fields[name];
  const where = [...path, name];
  if (!Array.isArray(value)) fail(where, `expected a list, found ${shown(value)}`);
  if (value.length > most) fail(where, `at most ${most} of these, found ${value.length}`);
  return (value as readonly unknown[]).map((one, i) => read(one, [...where, i]));
}

function words(fields: Fields, name: string, path: Path): string {
  const value = fields[name];
  if (typeof value !== "string") fail([...path, name], `expected a text, found ${shown(value)}`);
  if (value.length > FIGURE_LIMITS.words)
    fail([...path, name], `at most ${FIGURE_LIMITS.words} characters, found ${value.length}`);
  return value;
}

function oneOf<Word extends string>(
  fields: Fields,
  name: string,
  path: Path,
  all: readonly [Word, ...Word[]],
): Word {
  const found = all.find((word) => word === fields[name]);
  return found ?? fail([...path, name], `expected one of ${all.join(", ")}, found ${shown(fields[name])}`);
}

function finite(fields: Fields, name: string, path: Path): number {
  const value = fields[name];
  return typeof value === "number" && Number.isFinite(value)
    ? value
    : fail([...path, name], `expected a finite number, found ${shown(value)}`);
}

function axis(value: unknown, path: Path): Axis {
  const fields = record(value, path);
  const scale = oneOf(fields, "scale", path, ["linear", "log"]);
  const where = [...path, "domain"];
  const ends = fields["domain"];
  if (!Array.isArray(ends) || ends.length !== 2) fail(where, `expected two ends, found ${shown(ends)}`);
  const [low, high] = (ends as readonly unknown[]).map((end, i) =>
    typeof end === "number" && Number.isFinite(end)
      ? end
      : fail([...where, i], `expected a finite number, found ${shown(end)}`),
  ) as [number, number];
  if (!(low < high) || !Number.isFinite(high - low)) fail(where, "the first end lies below the second");
  if (scale === "log" && !(low > 0)) fail(where, "both ends of a log axis lie above 0");
  return {
    label: words(fields, "label", path),
    unit: oneOf(fields, "unit", path, ["", "share", "count", "nats"]),
    scale,
    domain: [low, high],
    ...(fields["whole"] === true ? { whole: true } : {}),
  };
}

/** Places in the palette of runs. */
const RUNS = 8;

function paint(value: unknown, path: Path): Paint {
  if (value === "ink" || value === "ink2" || value === "ink3") return value;
  if (typeof value !== "object" || value === null)
    fail(path, `expected ink, ink2, ink3, a layer or a run, found ${shown(value)}`);
  const fields = value as Fields;
  if (fields["layer"] !== undefined) return { layer: finite(fields, "layer", path) };
  const run = finite(fields, "run", path);
  if (!Number.isInteger(run) || run < 0 || run >= RUNS) fail([...path, "run"], `0 to ${RUNS - 1}`);
  return { run };
}

function rule(value: unknown, path: Path): Rule {
  const fields = record(value, path);
  return {
    axis: oneOf(fields, "axis", path, ["x", "y"]),
    at: finite(fields, "at", path),
    label: words(fields, "label", path),
    style: oneOf(fields, "style", path, ["threshold", "mark"]),
  };
}

function zone(value: unknown, path: Path): Zone {
  const fields = record(value, path);
  return {
    from: finite(fields, "from", path),
    to: finite(fields, "to", path),
    label: words(fields, "label", path),
  };
}

function atom(value: unknown, path: Path): Atom {
  const fields = record(value, path);
  return {
    at: finite(fields, "at", path),
    share: finite(fields, "share", path),
    height: finite(fields, "height", path),
  };
}

function beyond(value: unknown, path: Path): Beyond {
  const fields = record(value, path);
  return { side: oneOf(fields, "side", path, ["left", "right"]), share: finite(fields, "share", path) };
}
