// Which experiments the table shows, and in which order. Ten thousand of them are arranged between two frames:
// texts are ranked once a list, and every order is then one of numbers. Does not ask the host.
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

/** Places of one list in each order that was asked for: numbers that are sorted as numbers. */
export class Arrangement {
  readonly #newestFirst: readonly ExperimentSummary[];
  readonly #ranks = new Map<ColumnName, Float64Array>();

  constructor(experiments: readonly ExperimentSummary[]) {
    const dates = new Map(experiments.map((one) => [one, Date.parse(one.modified)]));
    this.#newestFirst = [...experiments].sort((a, b) => dates.get(b)! - dates.get(a)!);
  }

  /** Equal ones stand newest first, whichever the direction. */
  rows(filter: Filter, order: Order): ExperimentSummary[] {
    const all = this.#newestFirst;
    const count = all.length;
    const { tags, severities, found } = filter;
    const place = found && new Map(found.map((id, i) => [id, i]));
    const byMatch = order.by === "match" && place;
    const ranks = byMatch ? null : this.#ranksBy(order.by === "match" ? "modified" : order.by);
    const keys = new Float64Array(count);
    let kept = 0;
    for (const [i, one] of all.entries()) {
      const match = place?.get(one.id);
      if (place && match === undefined) continue;
      if (severities.length > 0 && !severities.includes(one.severity)) continue;
      if (!tags.every((tag) => one.tags.includes(tag))) continue;
      const rank = ranks ? (order.isRising ? ranks[i]! : count - ranks[i]!) : match!;
      // The rank decides; the place in the list, which the remainder gives back, decides among equals.
      keys[kept++] = rank * count + i;
    }
    return Array.from(keys.subarray(0, kept).sort(), (key) => all[key % count]!);
  }

  /** By place in the list, 0 to its length; equal ones alike. */
  #ranksBy(by: ColumnName): Float64Array {
    let ranks = this.#ranks.get(by);
    if (!ranks) this.#ranks.set(by, (ranks = ranksOf(this.#newestFirst.map(KEYS[by]))));
    return ranks;
  }
}

function ranksOf(keys: readonly (string | number)[]): Float64Array {
  const distinct = [...new Set(keys)];
  if (typeof distinct[0] === "number") (distinct as number[]).sort((a, b) => a - b);
  else distinct.sort();
  const places = new Map(distinct.map((key, place) => [key, place]));
  return Float64Array.from(keys, (key) => places.get(key)!);
}

/** Comparing code units of it is comparing the text as people do: no case, no accents, numbers by their size. */
export function sortKey(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/\d+/g, (digits) => digits.padStart(12, "0"));
}

/** Wider than any layer may be: sizes are ordered by depth first. */
const WIDTHS = 1e6;

const KEYS: Readonly<Record<ColumnName, (one: ExperimentSummary) => string | number>> = {
  name: ({ name }) => sortKey(name),
  scheme: ({ scheme }) => sortKey(schemeTitle(scheme)),
  activation: ({ activation }) => sortKey(activationTitle(activation)),
  size: ({ depth, width }) => depth * WIDTHS + (width ?? 0),
  verdict: ({ severity, verdict }) => `${SEVERITIES.indexOf(severity)} ${sortKey(verdict)}`,
  modified: ({ modified }) => Date.parse(modified),
  // Those without tags last where the order rises.
  tags: ({ tags }) => (tags.length === 0 ? "\u{ffff}" : sortKey(tags.join(" "))),
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
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
