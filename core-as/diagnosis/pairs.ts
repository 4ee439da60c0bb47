// What becomes of the difference between two samples: it may die out while every pooled histogram looks healthy,
// or grow until neighbours have nothing in common.
import type { Finding } from "../spec/result";
import { figure } from "../spec/number";
import { finding, limit, sourceOf } from "./finding";
import type { Diagnosed, Reading } from "./reading";

export function pairFindings(diagnosed: Diagnosed, reading: Reading): Finding[] {
  if (reading.samples < 2) return [];
  return [...collapse(reading), ...chaos(diagnosed, reading)];
}

function collapse({ hidden, shares, spread, signal, correlation }: Reading): Finding[] {
  const first = Number.isFinite(shares[0]!) ? shares[0]! : 0;
  const isGone = (i: number) => {
    const { acrossSampleStd, acrossSampleStdIsRounding, rms } = hidden[i]!.activations;
    return rms > 0 && (acrossSampleStd === 0 || acrossSampleStdIsRounding);
  };
  const collapsed = hidden.filter((_, i) => {
    const share = shares[i]!;
    if (isGone(i)) return true;
    return share <= limit("collapsedShare") && share * limit("collapsedFall") <= first;
  });
  // The spread may have gone a hundredfold while the size of the preactivations stays.
  const drained =
    hidden.length > 1 &&
    spread.ratio < 1 / limit("signalRatio") &&
    signal.ratio >= 1 / limit("signalRatio") &&
    shares.at(-1)! * 2 <= first;
  const last = hidden.at(-1)!;
  // Nothing passes a dead layer; that has been said.
  if (hidden.some((layer) => layer.activations.deadUnits === layer.fanOut && !layer.residual)) return [];
  const evidence = {
    correlation,
    shareOfRms: shares.at(-1)!,
    firstSpread: spread.first,
    lastSpread: spread.last,
    pooledStd: last.activations.std,
    ...(last.theory?.c == null || last.residual ? {} : { correlationPredicted: last.theory.c }),
  };
  if (collapsed.length > 0 || drained) {
    const layers =
      collapsed.length > 0
        ? collapsed
        : hidden.filter((l) => l.activations.acrossSampleStd < spread.first / limit("signalRatio"));
    const forgotten = isGone(hidden.length - 1)
      ? `the output of layer ${last.index} does not depend on the input at all`
      : `the spread over the samples falls from ${figure(spread.first)} in layer 1 to ${figure(spread.last)} in layer ${last.index}`;
    return [
      finding(
        "correlation_collapse",
        isGone(hidden.length - 1) ? "broken" : "warning",
        layers,
        evidence,
        { shareOfRms: limit("collapsedShare") },
        sourceOf("collapsedShare"),
        `The network forgets its input: ${forgotten}${last.activations.std > 0.01 * last.activations.rms ? `, while the pooled std of that layer is ${figure(last.activations.std)} and looks healthy` : ""}. All samples give nearly the same output.`,
      ),
    ];
  }
  if (!(correlation >= limit("alikeCorrelation") && shares.at(-1)! * 2 <= first)) return [];
  return [
    finding(
      "correlation_collapse",
      "information",
      hidden.filter((_, i) => 1 - shares[i]! * shares[i]! >= limit("alikeCorrelation")),
      evidence,
      { correlation: limit("alikeCorrelation") },
      sourceOf("alikeCorrelation"),
      `Samples grow alike: the correlation of two samples has risen to ${figure(correlation)} by layer ${last.index}. Deeper networks of this kind forget more.`,
    ),
  ];
}

function chaos({ network }: Diagnosed, { hidden }: Reading): Finding[] {
  const last = hidden.at(-1)!;
  const predicted = last.theory?.separation ?? null;
  const { correlation } = network;
  if (correlation) {
    // The smallest angle that is not 0: neighbours.
    const firstC = correlation.measured[0]![1]!;
    const lastC = correlation.measured[last.index - 1]![1]!;
    const growth = (1 - lastC) / (1 - firstC);
    if (!(growth > limit("separationMeasured"))) return [];
    return [
      chaotic(
        hidden.filter(
          (l) => 1 - correlation.measured[l.index - 1]![1]! > (1 - firstC) * limit("separationMeasured"),
        ),
        { correlationFirst: firstC, correlationLast: lastC, separationMeasured: growth },
        "separationMeasured",
        `Two inputs 11° apart correlate ${figure(firstC)} in layer 1 and ${figure(lastC)} in layer ${last.index}`,
      ),
    ];
  }
  if (predicted === null || !(predicted > limit("separationPredicted"))) return [];
  return [
    chaotic(
      hidden.filter((l) => (l.theory?.separation ?? 0) > limit("separationPredicted")),
      { separationPredicted: predicted },
      "separationPredicted",
      `Theory expects the distance of neighbouring inputs, beside the signal, to grow ${figure(Math.sqrt(predicted))} times by layer ${last.index}`,
    ),
  ];
}

function chaotic(
  layers: Reading["hidden"],
  evidence: Record<string, number>,
  name: "separationMeasured" | "separationPredicted",
  what: string,
): Finding {
  return finding(
    "chaotic_sensitivity",
    "warning",
    layers,
    evidence,
    { [name]: limit(name) },
    sourceOf(name),
    `Small differences are blown up: ${what}. Neighbours end up as unlike as strangers, and what is learnt of one says nothing of the other.`,
  );
}
