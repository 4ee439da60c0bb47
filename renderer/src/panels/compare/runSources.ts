// Where a run to be compared may come from: the Lab, what is saved, what is built in; found by words.
import { PRESETS } from "../../../../core-as/spec/presets";
import type { ExperimentSummary } from "../../../../app/contract/hostApi";
import { activationTitle, schemeTitle, sizeText } from "../library/arrange";

export type RunSource = { readonly key: string; readonly title: string; readonly caption: string } & (
  | { readonly from: "lab" }
  | { readonly from: "saved"; readonly id: string }
  | { readonly from: "preset"; readonly preset: string }
);

export interface SourceGroup {
  readonly title: string;
  readonly sources: readonly RunSource[];
  /** Found, and not among `sources`. */
  readonly more: number;
}

/** More are not read by anyone: another word finds what is meant. */
const MOST_SHOWN = 50;

export function sourceGroups(
  labName: string,
  saved: readonly ExperimentSummary[],
  text: string,
): SourceGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (...parts: readonly string[]) => {
    const whole = parts.join(" ").toLowerCase();
    return words.every((word) => whole.includes(word));
  };
  /** 0 best: every word begins one of the title's; every word is in the title; the rest fit by what is said of them. */
  const rank = ({ title }: RunSource) => {
    const name = title.toLowerCase();
    const begun = name.split(/[^\p{L}\p{N}]+/u);
    if (words.every((word) => begun.some((one) => one.startsWith(word)))) return 0;
    return words.every((word) => name.includes(word)) ? 1 : 2;
  };
  const lab: RunSource = {
    key: "lab",
    from: "lab",
    title: labName || "Untitled",
    caption: "As it stands in the Lab now",
  };
  const groups: readonly (readonly [title: string, sources: readonly RunSource[]])[] = [
    ["From the Lab", fits(lab.title, "lab") ? [lab] : []],
    [
      "Saved",
      saved
        .filter((one) => one.readOnly === undefined)
        .map((one) => ({
          one,
          caption: `${schemeTitle(one.scheme)}, ${activationTitle(one.activation)}, ${sizeText(one)}`,
        }))
        .filter(({ one, caption }) => fits(one.name, caption, ...one.tags))
        .map(({ one, caption }) => ({
          key: `saved ${one.id}`,
          from: "saved",
          id: one.id,
          title: one.name || "Untitled",
          caption,
        })),
    ],
    [
      "Built in",
      PRESETS.filter(({ title, summary, tags }) => fits(title, summary, ...tags)).map(
        ({ name, title, summary }) => ({
          key: `preset ${name}`,
          from: "preset",
          preset: name,
          title,
          caption: summary,
        }),
      ),
    ],
  ];
  return groups.flatMap(([title, sources]) =>
    sources.length === 0
      ? []
      : [
          {
            title,
            sources: sources.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_SHOWN),
            more: Math.max(0, sources.length - MOST_SHOWN),
          },
        ],
  );
}
