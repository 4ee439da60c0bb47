// Which experiments the table shows, and in which order. Ten thousand of them are arranged between two frames:
// names are ranked once a list, and every order is then one of numbers. Does not ask the host.
import { ACTIVATIONS } from "../../../../core-as/spec/activations";
import type { Severity } from "../../../../core-as/spec/result";
import { SCHEMES } from "../../../../core-as/spec/schemes";
import type { ExperimentSummary } from "../../../../app/contract/hostApi";

export type ColumnName = "name" | "scheme" | "activation" | "size" | "verdict" | "modified" | "tags";

export interface Order {
  /** "match": as the search gave them, best first. */
  readonly by: ColumnName | "match";
  readonly isRising: boolean;
}

export const NEWEST_FIRST: Order = { by: "modified", isRising: false };

export interface Filter {
  /** Every one of these. */
  readonly tags: readonly string[];
  /** Any of these; none: all. */
  readonly severities: readonly Severity[];
  /** What the search found, best first; null where nothing is searched for. */
  readonly found: readonly string[] | null;
}

/** Grave first: rising order begins with what is wrong. */
export const SEVERITIES: readonly Severity[] = ["broken", "warning", "information", "healthy"];

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/** Places of one list, by id, in each order that was asked for. */
export class Arrangement {
  readonly #experiments: readonly ExperimentSummary[];
  readonly #ranks = new Map<ColumnName, ReadonlyMap<string, number>>();

  constructor(experiments: readonly ExperimentSummary[]) {
    this.#experiments = experiments;
  }

  /** Equal ones stand newest first, whichever the direction. */
  rows(filter: Filter, order: Order): ExperimentSummary[] {
    const place = filter.found && new Map(filter.found.map((id, i) => [id, i]));
    const rows = this.#experiments.filter(
      ({ id, tags, severity }) =>
        (!place || place.has(id)) &&
        (filter.severities.length === 0 || filter.severities.includes(severity)) &&
        filter.tags.every((tag) => tags.includes(tag)),
    );
    if (order.by === "match" && place) return rows.sort((a, b) => place.get(a.id)! - place.get(b.id)!);
    const ranks = this.#ranksBy(order.by === "match" ? "modified" : order.by);
    const sign = order.isRising ? 1 : -1;
    const newest = this.#ranksBy("modified");
    return rows.sort(
      (a, b) => sign * (ranks.get(a.id)! - ranks.get(b.id)!) || newest.get(b.id)! - newest.get(a.id)!,
    );
  }

  #ranksBy(by: ColumnName): ReadonlyMap<string, number> {
    let ranks = this.#ranks.get(by);
    if (!ranks) this.#ranks.set(by, (ranks = ranked(this.#experiments, by)));
    return ranks;
  }
}

/** Equal keys have equal ranks. */
function ranked(experiments: readonly ExperimentSummary[], by: ColumnName): Map<string, number> {
  const keyOf = KEYS[by];
  const keys = [...new Set(experiments.map(keyOf))].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b)),
  );
  const places = new Map<string | number, number>();
  let place = 0;
  keys.forEach((key, i) => {
    const before = keys[i - 1];
    const isEqual =
      typeof key === "string" && typeof before === "string" && collator.compare(key, before) === 0;
    places.set(key, isEqual ? place : ++place);
  });
  return new Map(experiments.map((one) => [one.id, places.get(keyOf(one))!]));
}

/** Wider than any layer may be: sizes are ordered by depth first. */
const WIDTHS = 1e6;

const KEYS: Readonly<Record<ColumnName, (one: ExperimentSummary) => string | number>> = {
  name: ({ name }) => name,
  scheme: ({ scheme }) => schemeTitle(scheme),
  activation: ({ activation }) => activationTitle(activation),
  size: ({ depth, width }) => depth * WIDTHS + (width ?? 0),
  verdict: ({ severity, verdict }) => `${SEVERITIES.indexOf(severity)} ${verdict}`,
  modified: ({ modified }) => Date.parse(modified),
  // Those without tags last where the order rises.
  tags: ({ tags }) => (tags.length === 0 ? "\u{ffff}" : tags.join(" ")),
};

/** "Xavier normal"; "mixed" and what this version does not know stay as they are. */
export function schemeTitle(scheme: string): string {
  return Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme as keyof typeof SCHEMES].title : scheme;
}

export function activationTitle(activation: string): string {
  return Object.hasOwn(ACTIVATIONS, activation)
    ? ACTIVATIONS[activation as keyof typeof ACTIVATIONS].title
    : activation;
}

/** "5 × 100"; the depth alone where the layers differ in width. */
export function sizeText({ depth, width }: Pick<ExperimentSummary, "depth" | "width">): string {
  return width === null ? `${depth} × mixed` : `${depth} × ${width}`;
}

/** Every tag in use with how many have it, the commonest first. */
export function tagsInUse(experiments: readonly ExperimentSummary[]): [tag: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { tags } of experiments) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || collator.compare(a, b));
}
