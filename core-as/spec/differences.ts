// In what resolved experiments differ, place by place. Names are not compared: they are not what is run.
import type { Experiment } from "./experiment";

export interface SpecDifference {
  /** As errors have it; `network.layers[*]` where the hidden layers of each experiment are alike in it. */
  readonly path: string;
  /** One an experiment; null where it has nothing there. */
  readonly values: readonly unknown[];
}

/** Fields that say what kind of thing an object is: of two kinds, the whole is shown and not each parameter. */
const KINDS = ["scheme", "name", "source", "kind"];

type Fields = Readonly<Record<string, unknown>>;

export function specDifferences(specs: readonly Experiment[]): SpecDifference[] {
  const found: SpecDifference[] = [];
  const shown = specs.map((spec): Fields => {
    const { format: _format, name: _name, network, ...rest } = spec;
    const { layers: _layers, ...around } = network;
    return { ...rest, network: around };
  });
  differ("", shown, found);
  differInLayers(
    specs.map(({ network }) => network.layers),
    found,
  );
  return found;
}

function differ(path: string, values: readonly unknown[], found: SpecDifference[]): void {
  if (areAlike(values)) return;
  if (!haveOneKind(values)) {
    found.push({ path, values: values.map((value) => value ?? null) });
    return;
  }
  for (const key of keysOf(values))
    differ(
      path === "" ? key : `${path}.${key}`,
      values.map((value) => value[key]),
      found,
    );
}

function differInLayers(layers: readonly (readonly unknown[])[], found: SpecDifference[]): void {
  const lengths = layers.map((of) => of.length);
  if (!areAlike(lengths)) found.push({ path: "network.layers.length", values: lengths });
  differInEach("", layers, found);
}

/** `lists[experiment][layer]`: what the layers have at this place. */
function differInEach(place: string, lists: readonly (readonly unknown[])[], found: SpecDifference[]): void {
  if (lists.every(areAlike)) {
    differ(
      `network.layers[*]${place}`,
      lists.map(([value]) => value),
      found,
    );
    return;
  }
  const all = lists.flat();
  if (haveOneKind(all)) {
    for (const key of keysOf(all))
      differInEach(
        `${place}.${key}`,
        lists.map((list) => (list as Fields[]).map((value) => value[key])),
        found,
      );
    return;
  }
  const most = Math.max(...lists.map((list) => list.length));
  for (let i = 0; i < most; i++)
    differ(
      `network.layers[${i}]${place}`,
      lists.map((list) => list[i]),
      found,
    );
}

function haveOneKind(values: readonly unknown[]): values is readonly Fields[] {
  return (
    values.every((value) => typeof value === "object" && value !== null && !Array.isArray(value)) &&
    KINDS.every((kind) => areAlike((values as readonly Fields[]).map((value) => value[kind])))
  );
}

/** In the order in which they are met. */
function keysOf(values: readonly Fields[]): Iterable<string> {
  return new Set(values.flatMap((value) => Object.keys(value)));
}

/** Resolved specs write their fields in one order: equal text is equal value. */
function areAlike(values: readonly unknown[]): boolean {
  const first = JSON.stringify(values[0]);
  return values.every((value) => JSON.stringify(value) === first);
}

/** For people: layers that follow each other and differ alike in one, as `network.layers[24..99].units`. */
export function joinedDifferences(differences: readonly SpecDifference[]): SpecDifference[] {
  const joined: SpecDifference[] = [];
  let run: { readonly first: number; last: number; readonly rest: string } | null = null;
  for (const { path, values } of differences) {
    const [, digits, rest] = /^network\.layers\[(\d+)\](.*)$/.exec(path) ?? [];
    const place: number = Number(digits);
    if (
      run &&
      digits !== undefined &&
      place === run.last + 1 &&
      rest === run.rest &&
      areAlike([joined.at(-1)!.values, values])
    ) {
      run.last = place;
      joined[joined.length - 1] = { path: `network.layers[${run.first}..${place}]${rest}`, values };
      continue;
    }
    run = digits === undefined ? null : { first: place, last: place, rest: rest! };
    joined.push({ path, values });
  }
  return joined;
}

/** For people: `he_normal (mode fan_in, nonlinearity relu)`, `5`, `none`. */
export function specValueText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.map(specValueText).join(", ");
  if (typeof value !== "object") return typeof value === "string" ? value : JSON.stringify(value);
  const fields = Object.entries(value);
  const kind = fields.find(([key]) => KINDS.includes(key));
  const rest = fields.filter((field) => field !== kind).map(([key, item]) => `${key} ${specValueText(item)}`);
  if (!kind) return rest.join(", ");
  return rest.length === 0 ? specValueText(kind[1]) : `${specValueText(kind[1])} (${rest.join(", ")})`;
}
