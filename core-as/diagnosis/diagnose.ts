// A result in, findings out: what is wrong, where, by which figure and which threshold. Proposes nothing; the
// remedies are proposed in proposals.ts and tried in runtime/remedy.
import type { Finding, FindingCode, Severity } from "../spec/result";
import { figure, percent } from "../spec/number";
import { change, finding, isAlarm, limit, sourceOf } from "./finding";
import { finiteFindings } from "./finite";
import { pairFindings } from "./pairs";
import { type Diagnosed, type Reading, readingOf } from "./reading";
import { gradientFindings, signalFindings } from "./signal";
import { unitFindings } from "./units";

const ORDER: Readonly<Record<Severity, number>> = { broken: 0, warning: 1, information: 2, healthy: 3 };

/** Findings, the gravest first; `healthy`, with what was checked, where none of them is an alarm. */
export function diagnose(diagnosed: Diagnosed): Finding[] {
  const reading = readingOf(diagnosed);
  const pairs = pairFindings(diagnosed, reading);
  const alarms = new Set<FindingCode>(pairs.filter(isAlarm).map(({ code }) => code));
  const findings = [
    ...finiteFindings(diagnosed),
    ...unitFindings(diagnosed, reading),
    ...signalFindings(reading, alarms),
    ...gradientFindings(diagnosed, reading),
    ...pairs,
  ];
  findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  if (!findings.some(isAlarm)) findings.push(healthy(reading));
  return findings;
}

function healthy({ hidden, samples, signal, spread, gradient, correlation }: Reading): Finding {
  const dead = Math.max(...hidden.map((layer) => layer.activations.deadUnits / layer.fanOut));
  const several = samples > 1;
  const signalChange = change(signal.worst.ratio);
  const spreadChange = change(spread.worst.ratio);
  const gradientChange = gradient === null ? null : change(gradient.worst.ratio);
  const evidence = {
    signalChange,
    ...(several ? { spreadChange } : {}),
    ...(gradientChange === null ? {} : { gradientChange }),
    deadShare: dead,
    ...(several ? { correlation } : {}),
  };
  const checked = [
    `the signal changes at most ${figure(signalChange)} times over the depth`,
    ...(several ? [`its spread over the samples ${figure(spreadChange)} times`] : []),
    gradientChange === null ? "gradients were not taken" : `the gradient ${figure(gradientChange)} times`,
    `at most ${percent(dead)} of a layer's units are dead`,
  ];
  return finding(
    "healthy",
    "healthy",
    hidden,
    evidence,
    {
      signalChange: limit("signalRatio"),
      spreadChange: limit("signalRatio"),
      ...(gradientChange === null ? {} : { gradientChange: limit("gradientRatio") }),
      deadShare: limit("deadShare"),
    },
    sourceOf("signalRatio"),
    `Nothing alarming: ${checked.slice(0, -1).join(", ")}, and ${checked.at(-1)!}; units differ, and every number is finite.`,
  );
}
