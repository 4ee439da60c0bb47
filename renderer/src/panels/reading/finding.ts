// A finding in the pieces in which the panel sets it: a run-in head, the rest of its sentence, the evidence rows.
import { EVIDENCE, evidenceShort, evidenceText } from "../../../../core-as/diagnosis/evidence";
import { FINDING_TITLES } from "../../../../core-as/diagnosis/titles";
import type { Evidence, Finding, Remedy } from "../../../../core-as/spec/result";

export interface EvidenceLine {
  readonly name: string;
  readonly measured: string;
  /** Empty where it was held against nothing. */
  readonly threshold: string;
}

export interface ChangeLine {
  readonly name: string;
  readonly now: string;
  readonly after: string;
}

/** Per cent signs stay with their number, a thin space off; texts for a terminal have plain ones. */
const set = (text: string): string => text.replaceAll(" %", "\u202f%");

/** "The gradient dies out on its way back: it falls ..." has its head before the colon. */
const HEAD = /^([A-Z][^.:]{3,44}): (.+)$/s;

export function sentenceOf({ code, message }: Finding): { readonly head: string; readonly rest: string } {
  const [, head, rest] = HEAD.exec(message) ?? [];
  if (head === undefined || rest === undefined) return { head: FINDING_TITLES[code], rest: set(message) };
  return { head, rest: set(rest[0]!.toUpperCase() + rest.slice(1)) };
}

/** Figures of the same short name are told apart by their full title elsewhere; here the first stands. */
export function evidenceLines({ evidence, threshold }: Finding): EvidenceLine[] {
  return Object.entries(evidence).map(([key, value]) => ({
    name: evidenceShort(key),
    measured: set(evidenceText(key, value)),
    threshold: threshold[key] === undefined ? "" : set(evidenceText(key, threshold[key])),
  }));
}

/** Figures that the remedy changes as they are written, better or worse. */
export function changeLines({ before, after }: Remedy): ChangeLine[] {
  return Object.keys(EVIDENCE).flatMap((key) => {
    const line = changeOf(key, before, after);
    return line ? [line] : [];
  });
}

function changeOf(key: string, before: Evidence, after: Evidence): ChangeLine | null {
  const [a, b] = [before[key], after[key]];
  if (a === undefined || b === undefined) return null;
  const [now, then] = [evidenceText(key, a), evidenceText(key, b)].map(set) as [string, string];
  return now === then ? null : { name: evidenceShort(key), now, after: then };
}

/** "all 5 layers", "layers 2–5", "layer 3", "layers 1, 3, 7". */
export function layersShort(layers: readonly number[], depth: number): string {
  const [first] = layers;
  const last = layers.at(-1);
  if (first === undefined || last === undefined) return "";
  if (layers.length === 1) return depth === 1 ? "the one layer" : `layer ${first}`;
  if (layers.length === depth) return `all ${depth} layers`;
  if (last - first === layers.length - 1) return `layers ${first}–${last}`;
  return layers.length <= 4 ? `layers ${layers.join(", ")}` : `${layers.length} layers of ${first}–${last}`;
}
