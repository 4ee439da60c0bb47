// Chosen runs -> what the host builds a report from: takes the results that screens have, and measures what has none,
// one run after another.
import { type ReportedRun, type ReportRequest } from "../../../app/contract/report";
import { CLAIM_CHAPTERS, type MeasuredClaim } from "../../../core-as/claims/claim";
import { CLAIMS_SEED } from "../../../core-as/claims/experiments";
import type { ClaimsProgress } from "../../../core-as/claims/measure";
import { whole } from "../../../core-as/spec/number";
import type { Experiment } from "../../../core-as/spec/experiment";
import type { RunResult } from "../../../core-as/spec/result";
import { resultText, textOfNumbers } from "../../../core-as/spec/resultText";
import { trainingText } from "../../../core-as/spec/trainingText";
import { ComputeError } from "../compute/compute";
import { type ReportEntry, type ReportPorts, type SavedEntry, trainedResults } from "./reportEntry";
import { until } from "./until.svelte";

/** How far the gathering has come; the fraction is that of the run that is measured. */
export interface GatherProgress {
  readonly name: string;
  /** From 1. */
  readonly run: number;
  readonly runs: number;
  readonly fraction: number;
  /** It is measured, and remedies are tried. */
  readonly isTrying: boolean;
}

/** "Measuring Xavier (1 of 3)". */
export function gatherWords({ name, run, runs, isTrying }: GatherProgress): string {
  const what = `${isTrying ? "Trying remedies for" : "Measuring"} ${name}`;
  return runs > 1 ? `${what} (${whole(run)} of ${whole(runs)})` : what;
}

type Tell = (progress: Pick<GatherProgress, "fraction" | "isTrying">) => void;

export type GatheredReport = Omit<ReportRequest, "format">;

/** What a person has chosen. */
export interface ReportChoice extends Pick<ReportRequest, "title" | "author" | "notes" | "sections"> {
  readonly chosen: readonly ReportEntry[];
  readonly withClaims: boolean;
}

export class ReportGathering {
  readonly #ports: ReportPorts;
  /** What was measured here, by entry; counts for this very spec alone. */
  readonly #measured = new Map<string, { readonly spec: Experiment; readonly result: RunResult }>();
  #claims: string | null = null;
  readonly #texts = new WeakMap<RunResult, string>();

  constructor(ports: ReportPorts) {
    this.#ports = ports;
  }

  /** Lets go of what was measured for an entry. */
  forget(key: string): void {
    this.#measured.delete(key);
  }

  /** Measures what is missing. Rejects with a ComputeError, or the signal's reason. */
  async gather(
    { chosen, sections, title, author, notes, withClaims }: ReportChoice,
    signal: AbortSignal,
    tell: (progress: GatherProgress) => void,
  ): Promise<GatheredReport> {
    const names = distinct(chosen.map(({ name }) => name));
    const written = this.#writtenInLab();
    const runs: ReportedRun[] = [];
    const results: (RunResult | null)[] = [];
    for (const [i, entry] of chosen.entries()) {
      const name = names[i]!;
      const place = { name, run: i + 1, runs: chosen.length };
      const result = await this.#resultOf(entry, signal, (progress) => tell({ ...place, ...progress }));
      signal.throwIfAborted();
      results.push(result);
      runs.push(this.#reportedRun(entry, name, result, written));
    }
    const comparison = this.#comparisonOf(chosen, names, results);
    const claims = withClaims ? await this.#claimsText(signal, tell) : null;
    return {
      title: title.trim(),
      author: author.trim(),
      notes,
      sections,
      runs,
      ...(comparison === null ? {} : { comparison }),
      ...(claims === null ? {} : { claims: { text: claims, seed: CLAIMS_SEED } }),
    };
  }

  /** As `initlab claims --json` prints them; measured once. */
  async #claimsText(signal: AbortSignal, tell: (progress: GatherProgress) => void): Promise<string> {
    if (this.#claims !== null) return this.#claims;
    const measured: MeasuredClaim[] = [];
    const chapters = CLAIM_CHAPTERS.length;
    for (const [i, chapter] of CLAIM_CHAPTERS.entries()) {
      const say = (fraction: number) =>
        tell({
          name: "the founding claims",
          run: 1,
          runs: 1,
          fraction: (i + fraction) / chapters,
          isTrying: false,
        });
      say(0);
      const onClaimsProgress = ({ fraction }: ClaimsProgress) => say(fraction);
      measured.push(
        ...(await this.#ports.compute.claims(chapter, CLAIMS_SEED, signal, { onClaimsProgress })),
      );
      signal.throwIfAborted();
    }
    this.#claims = textOfNumbers(measured, 2);
    return this.#claims;
  }

  async #resultOf(entry: ReportEntry, signal: AbortSignal, tell: Tell): Promise<RunResult | null> {
    if (!entry.isMeasured || "saved" in entry) return null;
    const known =
      entry.from === "lab"
        ? await this.#labResult(entry.spec, signal, tell)
        : entry.from === "compare"
          ? this.#comparedResult(entry)
          : null;
    if (known) return known;
    const before = this.#measured.get(entry.key);
    if (before?.spec === entry.spec) return before.result;
    tell({ fraction: 0, isTrying: false });
    const result = await this.#ports.compute.remedied(entry.spec, entry.files, signal, {
      onProgress: ({ fraction }) => tell({ fraction, isTrying: false }),
      onTrial: () => tell({ fraction: 1, isTrying: true }),
    });
    this.#measured.set(entry.key, { spec: entry.spec, result });
    return result;
  }

  /** The Lab's own, with its bands and remedies: worth waiting for. Null where it will not come. */
  async #labResult(spec: Experiment, signal: AbortSignal, tell: Tell): Promise<RunResult | null> {
    const { session } = this.#ports;
    const isRunning = () => session.spec === spec && session.run.status === "running";
    if (isRunning())
      await until(() => {
        const { run } = session;
        if (run.status === "running")
          tell({ fraction: run.progress?.fraction ?? 0, isTrying: run.phase === "remedies" });
        return !isRunning();
      }, signal);
    const { picture, run } = session;
    if (run.status === "failed" && session.spec === spec) throw new ComputeError(run.failure);
    if (picture?.spec !== spec || !picture.result) return null;
    const isWhole = picture.stage === "remedied" || picture.stage === "seeds" || spec.replicates === 1;
    return isWhole ? picture.result : null;
  }

  /** As Compare has measured it: with its seed and its number of draws. */
  #comparedResult({ key }: ReportEntry): RunResult | null {
    const { picture } = this.#ports.compareRuns;
    if (!picture?.comparison) return null;
    return picture.results[picture.runs.findIndex((run) => `compare ${run.key}` === key)] ?? null;
  }

  /** What the Lab's person has written, and when it was saved: of the experiment that is in hand now. */
  #writtenInLab(): Omit<ReportedRun, "name" | "result"> {
    const { notes, asSaved } = this.#ports.document;
    return { notes, ...asSaved };
  }

  #reportedRun(
    entry: ReportEntry,
    name: string,
    result: RunResult | null,
    written: Omit<ReportedRun, "name" | "result">,
  ): ReportedRun {
    if ("saved" in entry) {
      const { notes, result: text, training, created, modified } = (entry as SavedEntry).saved;
      return {
        name,
        notes,
        result: text,
        ...(training === undefined ? {} : { training }),
        created,
        modified,
      };
    }
    if (result && entry.from === "lab") return { ...written, name, result: this.#textOf(result) };
    const notes = "";
    if (result) return { name, notes, result: this.#textOf(result) };
    return { name, notes, result: null, training: trainingText(trainedResults(this.#ports.trainRuns)) };
  }

  #textOf(result: RunResult): string {
    const text = this.#texts.get(result) ?? resultText(result, 0);
    this.#texts.set(result, text);
    return text;
  }

  /** Compare's own, where the report is of its runs and of no others. */
  #comparisonOf(
    chosen: readonly ReportEntry[],
    names: readonly string[],
    results: readonly (RunResult | null)[],
  ): string | null {
    const { picture } = this.#ports.compareRuns;
    if (!picture?.comparison || chosen.length < 2 || picture.runs.length !== chosen.length) return null;
    const isSame = picture.runs.every(
      ({ key }, i) => chosen[i]?.key === `compare ${key}` && picture.results[i] === results[i],
    );
    if (!isSame) return null;
    const runs = picture.comparison.runs.map((run, i) => ({ ...run, name: names[i]! }));
    return textOfNumbers({ ...picture.comparison, runs }, 0);
  }
}

/** Two of one name could not be told apart in a table. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name} (${i})`;
    taken.add(free);
    return free;
  });
}
