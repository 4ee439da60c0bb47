// Tries the proposals of the diagnosis on the same draws, and keeps for every finding the first that helps.
// What is offered has been run; what was run and did not help is not offered.
import { change, isAlarm, limit, wantsChange } from "../diagnosis/finding";
import { headlineOf } from "../diagnosis/headline";
import { proposalsFor } from "../diagnosis/proposals";
import { readingOf } from "../diagnosis/reading";
import { patchBetween } from "../spec/patch";
import type { Experiment } from "../spec/experiment";
import type { Finding, FindingCode, Remedy, RunResult } from "../spec/result";
import type { ExecuteHost, ExecuteOptions } from "./execute";
import { execute } from "./execute";
import { cannotBeRun } from "./trial";

/** `onProgress` is told of each trial, from 0 to 1 anew. */
export interface RemedyOptions extends Pick<ExecuteOptions, "signal" | "onProgress"> {
  /** Told before each trial: its title, and how many were made before it. */
  readonly onTrial?: (title: string, made: number) => void;
}

/** The result with a remedy at each finding for which one was found. */
export async function withRemedies(
  result: RunResult,
  host: ExecuteHost,
  options: RemedyOptions = {},
): Promise<RunResult> {
  const wanted = result.diagnosis.filter(wantsChange);
  if (wanted.length === 0) return result;
  const codesBefore = new Set(wanted.map(({ code }) => code));
  const before = headlineOf(result);
  const best = new Map<FindingCode, Remedy>();
  let made = 0;
  for (const proposal of proposalsFor(result.spec)) {
    if (wanted.every(({ code }) => best.get(code)?.complete)) break;
    options.onTrial?.(proposal.title, made++);
    const tried = await tryOut(trialOf(proposal.spec), host, options);
    if (tried === null) continue;
    // Alarms, and the saturation that a remedy is wanted for even where it is none.
    const found = new Set(tried.diagnosis.filter(wantsChange).map(({ code }) => code));
    const alarms = alarmsOf(tried.diagnosis);
    const isWorse = [...found].some((code) => !codesBefore.has(code)) || losesGradient(result, tried);
    for (const finding of wanted) {
      const { code } = finding;
      // Another finding in its place is no remedy, and neither is an alarm that is still one, or only just not.
      const isStill = isAlarm(finding) ? alarms.has(code) : found.has(code);
      if (isStill || isWorse || !isClearlyBetter(code, result, tried)) continue;
      const kept = best.get(code);
      if (kept && kept.remains.length <= found.size) continue;
      best.set(code, {
        title: proposal.title,
        reason: proposal.reason,
        patch: patchBetween(result.spec, proposal.spec),
        complete: found.size === 0,
        remains: [...found],
        before,
        after: headlineOf(tried),
      });
    }
  }
  return {
    ...result,
    diagnosis: result.diagnosis.map((found) =>
      wantsChange(found) ? { ...found, remedy: best.get(found.code) ?? null } : found,
    ),
  };
}

/** A ratio that stood just beyond its threshold and now stands just within has not been mended. */
function isClearlyBetter(code: FindingCode, before: RunResult, after: RunResult): boolean {
  const [from, to] = [readingOf(before), readingOf(after)];
  switch (code) {
    case "vanishing_activations":
    case "exploding_activations": {
      const worst = ({ signal, spread }: typeof from) =>
        Math.max(change(signal.worst.ratio), change(spread.worst.ratio));
      return CLEARLY * worst(to) <= worst(from);
    }
    case "vanishing_gradients":
    case "exploding_gradients":
      if (!from.gradient || !to.gradient) return false;
      return CLEARLY * change(to.gradient.worst.ratio) <= change(from.gradient.worst.ratio);
    default:
      return true;
  }
}

const CLEARLY = 3;

/** A gradient that held, and under the proposal would change by more than a decade over the depth. */
function losesGradient(before: RunResult, after: RunResult): boolean {
  const [from, to] = [before, after].map((run) => readingOf(run).gradient);
  if (!from || !to) return false;
  const held = from.last > 0 && change(from.ratio) <= limit("flatRatio");
  return held && !(change(to.ratio) <= limit("flatRatio"));
}

function alarmsOf(findings: readonly Finding[]): Set<FindingCode> {
  return new Set(findings.filter(isAlarm).map(({ code }) => code));
}

/** One seed, and nothing measured that no finding rests on. */
function trialOf(spec: Experiment): Experiment {
  return {
    ...spec,
    replicates: 1,
    measure: { jacobian: false, spectra: false, correlation: spec.measure.correlation },
  };
}

/**
 * Null where the changed network cannot be run: LSUV finds no variance, no critical point exists, it would not fit in
 * memory. What was measured before must not be lost for that.
 */
async function tryOut(
  spec: Experiment,
  host: ExecuteHost,
  options: RemedyOptions,
): Promise<RunResult | null> {
  try {
    return (await execute(spec, host, options)).result;
  } catch (error) {
    if (cannotBeRun(error)) return null;
    throw error;
  }
}
