// Which weights to choose for a network, and by which criterion: the candidates are run over several seeds beside the
// present choice, and the one that keeps signal, spread and gradient best is named, with the figures of both.
import { diagnose } from "../diagnosis/diagnose";
import { change, limit, wantsChange } from "../diagnosis/finding";
import { headlineOf } from "../diagnosis/headline";
import { type Proposal, proposalsFor } from "../diagnosis/proposals";
import { readingOf } from "../diagnosis/reading";
import { figure, percent } from "../spec/number";
import type { Experiment } from "../spec/experiment";
import { patchBetween } from "../spec/patch";
import type { Band, FindingCode, PatchOperation } from "../spec/result";
import { bandOver, rangeOver } from "./bands";
import type { Executed, ExecuteHost, ExecuteOptions } from "./execute";
import { execute } from "./execute";
import { cannotBeRun } from "./trial";

/** Fewer draws cannot tell luck from a scheme. */
export const ADVICE_SEEDS = 5;

export interface Advice {
  /** What the choice makes equal to what; "none" where the present one is already fine. */
  readonly criterion: string;
  readonly title: string;
  /** Of the resolved spec; empty where the present choice is already fine. */
  readonly patch: readonly PatchOperation[];
  readonly spec: Experiment;
  readonly before: AdvisedFigures;
  readonly after: AdvisedFigures;
  readonly reasons: readonly string[];
}

/** Of one network over the seeds. */
export interface AdvisedFigures {
  readonly seeds: number;
  readonly range: "5-95 %" | "min-max";
  readonly figures: Readonly<Record<string, Band>>;
  /** In how many seeds each alarm was raised. */
  readonly alarms: Readonly<Partial<Record<FindingCode, number>>>;
}

export interface AdviseOptions extends Pick<ExecuteOptions, "signal"> {
  /** Told before each candidate is run: its title, and how many were before it. */
  readonly onTrial?: (title: string, made: number, of: number) => void;
}

/** Rejects as `execute` does. */
export async function advise(
  spec: Experiment,
  host: ExecuteHost,
  options: AdviseOptions = {},
): Promise<Advice> {
  const asked = { ...spec, replicates: Math.max(ADVICE_SEEDS, spec.replicates), measure: NOTHING_EXTRA };
  const proposals = proposalsFor(asked);
  const weightsOnly = proposals.filter(({ id }) => WEIGHTS.has(id));
  const others = proposals.filter(({ id }) => !WEIGHTS.has(id));
  let made = 0;
  const of = 1 + weightsOnly.length;
  const run = (title: string, candidate: Experiment) => {
    options.onTrial?.(title, made++, Math.max(of, made));
    return trial(candidate, host, options);
  };
  // What is wrong with the experiment itself is the caller's to know.
  const present = await run("the present choice", asked);
  const tried: Tried[] = [];
  const tryAll = async (candidates: readonly Proposal[]) => {
    for (const proposal of candidates) {
      try {
        tried.push({ proposal, outcome: await run(proposal.title, proposal.spec) });
      } catch (error) {
        if (!cannotBeRun(error)) throw error;
      }
    }
  };
  await tryAll(weightsOnly);
  let best = bestOf(tried);
  const weightsDo = present.alarms === 0 || (best !== null && isWell(best.outcome));
  if (!weightsDo) {
    await tryAll(others);
    best = bestOf(tried);
  }
  const stays = best === null || !isBetter(best.outcome, present);
  const chosen = stays ? null : best;
  return {
    criterion: chosen
      ? chosen.proposal.criterion
      : present.alarms === 0
        ? "none: the present choice is already fine"
        : "none: nothing that was tried helps",
    title: chosen ? chosen.proposal.title : "Keep the present weights",
    patch: chosen ? patchBetween(asked, chosen.proposal.spec) : [],
    spec: chosen ? { ...chosen.proposal.spec, replicates: spec.replicates, measure: spec.measure } : spec,
    before: present.figures,
    after: (chosen?.outcome ?? present).figures,
    reasons: reasonsFor(asked, present, chosen, weightsDo),
  };
}

const NOTHING_EXTRA: Experiment["measure"] = { jacobian: false, correlation: false, spectra: false };

/** Proposals that change the weights and nothing else. */
const WEIGHTS: ReadonlySet<Proposal["id"]> = new Set(["criterion", "critical", "lsuv"]);

interface Outcome {
  readonly executed: Executed;
  readonly figures: AdvisedFigures;
  /** Alarms a seed, on the mean; a broken network counts thrice. */
  readonly alarms: number;
  /** How many times signal, spread and gradient change over the depth, multiplied; median over the seeds. */
  readonly change: number;
}

interface Tried {
  readonly proposal: Proposal;
  readonly outcome: Outcome;
}

async function trial(
  spec: Experiment,
  host: ExecuteHost,
  options: Pick<ExecuteOptions, "signal">,
): Promise<Outcome> {
  const executed = await execute(spec, host, options);
  const { seeds } = executed;
  const counts: Partial<Record<FindingCode, number>> = {};
  let weight = 0;
  const evidences: Record<string, number>[] = [];
  const changes: number[] = [];
  for (const { layers, network } of seeds) {
    const diagnosed = { spec, layers, network };
    for (const finding of diagnose(diagnosed)) {
      const { code, severity } = finding;
      if (!wantsChange(finding)) continue;
      counts[code] = (counts[code] ?? 0) + 1;
      weight += severity === "broken" ? 3 : 1;
    }
    evidences.push({ ...headlineOf(diagnosed) });
    const { signal: size, spread, gradient } = readingOf(diagnosed);
    changes.push(
      change(size.worst.ratio) * change(spread.worst.ratio) * (gradient ? change(gradient.worst.ratio) : 1),
    );
  }
  const figures = Object.fromEntries(
    Object.keys(evidences[0]!).map((name) => [name, bandOver(evidences.map((e) => e[name]!))!]),
  );
  return {
    executed,
    figures: { seeds: seeds.length, range: rangeOver(seeds.length), figures, alarms: counts },
    alarms: weight / seeds.length,
    change: bandOver(changes)!.median,
  };
}

/** Fewest alarms, then far less change; else the earlier proposal: a law in closed form before one fitted to the data. */
function bestOf(tried: readonly Tried[]): Tried | null {
  let best: Tried | null = null;
  for (const candidate of tried) {
    const { alarms, change: moved } = candidate.outcome;
    if (best === null || alarms <= best.outcome.alarms - HALF_THE_SEEDS) best = candidate;
    else if (alarms < best.outcome.alarms + HALF_THE_SEEDS && FAR * moved < best.outcome.change)
      best = candidate;
  }
  return best;
}

/** A product of changes must be this many times smaller to count as better: seeds differ by as much. */
const CLEARLY = 2;
const FAR = 10;
/** Alarms a seed that are no chance: one seed in five may stand on the other side of a threshold. */
const HALF_THE_SEEDS = 0.5;
/** Signal, spread and gradient each within about a factor of two. */
const SMALL_CHANGE = 8;

/** No alarm, and none just missed in signal, spread and gradient together. */
const isWell = ({ alarms, change: moved }: Outcome): boolean => alarms === 0 && moved <= limit("signalRatio");

/** Fewer alarms, or as many and a clearly smaller change than one that is not small. */
function isBetter(best: Outcome, present: Outcome): boolean {
  if (best.alarms <= present.alarms - HALF_THE_SEEDS) return true;
  if (best.alarms >= present.alarms + HALF_THE_SEEDS) return false;
  return present.change > SMALL_CHANGE && CLEARLY * best.change < present.change;
}

function reasonsFor(spec: Experiment, present: Outcome, chosen: Tried | null, weightsDo: boolean): string[] {
  const reasons: string[] = [];
  const { layers } = spec.network;
  const said = (outcome: Outcome) =>
    Object.entries(outcome.figures.alarms).map(
      ([code, n]) => `${code} in ${n} of ${outcome.figures.seeds} seeds`,
    );
  const alarms = said(present);
  reasons.push(
    alarms.length > 0
      ? `The present weights raise alarms: ${alarms.join(", ")}.`
      : `The present weights raise no alarm in ${present.figures.seeds} seeds; signal, spread and gradient together change ${figure(present.change)} times over ${layers.length} layer${layers.length === 1 ? "" : "s"}.`,
  );
  const rms = present.figures.figures["lastRms"]?.median ?? NaN;
  if (layers.every((layer) => layer.normalization !== "none") && rms > 0.5 && rms < 2)
    reasons.push(
      "Every hidden layer is normalized: whatever scale the weights have, their preactivations come out with variance 1, so that the scheme is nearly irrelevant here.",
    );
  const result = (chosen?.outcome ?? present).executed.result;
  if (chosen) {
    const remaining = said(chosen.outcome);
    reasons.push(
      `${chosen.proposal.title}: ${chosen.proposal.reason}.`,
      `With it the three together change ${figure(chosen.outcome.change)} times instead of ${figure(present.change)}${remaining.length > 0 ? `; what remains: ${remaining.join(", ")}` : ", and no alarm is left"}.`,
    );
    const std = result.layers[0]!.theory?.weightStd;
    if (std != null)
      reasons.push(
        `In layer 1 that is a weight std of ${figure(std)}, σ_w = ${figure(std * Math.sqrt(result.layers[0]!.fanIn))} = std × √fan_in.`,
      );
    const saturated = chosen.outcome.figures.figures["saturatedShare"]?.median ?? 0;
    if (saturated >= limit("saturatedShare"))
      reasons.push(
        `It saturates ${percent(saturated)} of a layer: the gradient holds, but the flat ends learn slowly. Another activation (tanh) would need no such weights.`,
      );
  } else
    reasons.push(
      present.alarms === 0
        ? "No scheme that was tried is clearly better: the present choice is already fine."
        : "Nothing that was tried is clearly better.",
    );
  if (!weightsDo) reasons.push("No choice of weights alone makes this network well.");
  reasons.push(...depthReasons(layers.length, present, chosen));
  return reasons;
}

/** Schoenholz et al. 2017: signals of depth beyond about six xi_c cannot be told apart. */
const TRAINABLE_SCALES = 6;

function depthReasons(depth: number, present: Outcome, chosen: Tried | null): string[] {
  const about = (outcome: Outcome, what: string): string[] => {
    const xi = outcome.executed.result.network.depthScales?.c;
    if (xi == null || !(xi > 0)) return [];
    const reach = TRAINABLE_SCALES * xi;
    if (!Number.isFinite(reach))
      return [
        `${what}: ξ_c is infinite (criticality): no exponential limit to depth; samples still grow alike, as a power of it.`,
      ];
    return [
      depth > reach
        ? `${what}: ${depth} layers are beyond 6 ξ_c = ${figure(reach)} (ξ_c = ${figure(xi)} layers): two inputs can no longer be told apart at the end (Schoenholz et al. 2017).`
        : `${what}: ${depth} layers are within 6 ξ_c = ${figure(reach)} (ξ_c = ${figure(xi)} layers).`,
    ];
  };
  return [
    ...about(present, chosen ? "Present weights" : "These weights"),
    ...(chosen ? about(chosen.outcome, chosen.proposal.title) : []),
  ];
}
