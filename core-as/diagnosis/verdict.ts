// The whole reading in one sentence: what fails, from which layer, and what holds.
import type { Finding, FindingCode, RunResult, Severity } from "../spec/result";
import { isAlarm } from "./finding";

export interface Verdict {
  readonly severity: Severity;
  readonly text: string;
}

const SAID: Readonly<Record<Exclude<FindingCode, "healthy">, (first: number) => string>> = {
  non_finite: (first) => `Numbers overflow from layer ${first}`,
  symmetric_units: (first) => `Units are copies of each other from layer ${first}`,
  no_gradient: () => "No gradient reaches some weights",
  dead_units: (first) => `Units are dead from layer ${first}`,
  saturated: (first) => `Saturated from layer ${first}`,
  vanishing_activations: (first) => `The signal dies out by layer ${first}`,
  exploding_activations: (first) => `The signal blows up by layer ${first}`,
  vanishing_gradients: () => "Gradients vanish",
  exploding_gradients: () => "Gradients explode",
  correlation_collapse: (first) => `Samples are all alike by layer ${first}`,
  chaotic_sensitivity: (first) => `Neighbouring inputs fly apart by layer ${first}`,
};

const ABOUT_GRADIENTS: ReadonlySet<FindingCode> = new Set([
  "no_gradient",
  "vanishing_gradients",
  "exploding_gradients",
  "non_finite",
  "saturated",
]);
const ABOUT_SIGNAL: ReadonlySet<FindingCode> = new Set([
  "dead_units",
  "vanishing_activations",
  "exploding_activations",
  "correlation_collapse",
  "chaotic_sensitivity",
  "non_finite",
  "symmetric_units",
]);

/** At most two failures are named; the rest stands in the findings. */
export function verdictOf({ diagnosis, layers }: Pick<RunResult, "diagnosis" | "layers">): Verdict {
  const alarms = diagnosis.filter(isAlarm);
  const saturated = diagnosis.filter(({ code }) => code === "saturated");
  const named = (alarms.length > 0 ? alarms : saturated).slice(0, 2);
  const measured = layers[0]!.gradients !== null;
  const gradientsHold = measured && !alarms.some(({ code }) => ABOUT_GRADIENTS.has(code));
  const signalHolds = !alarms.some(({ code }) => ABOUT_SIGNAL.has(code));
  const holds = [
    ...(signalHolds ? ["the signal"] : []),
    ...(gradientsHold ? [signalHolds ? "the gradient" : "gradients"] : []),
  ];
  if (named.length === 0)
    return {
      severity: "healthy",
      text: `Healthy: ${holds.join(" and ")} ${holds.length > 1 ? "hold" : "holds"}`,
    };
  const what = named.map(wording).join("; ");
  const verb = holds.length > 1 || holds[0] === "gradients" ? "hold" : "holds";
  return {
    severity: named[0]!.severity,
    text: holds.length > 0 ? `${what}; ${holds.join(" and ")} ${verb}` : what,
  };
}

function wording({ code, layers }: Finding, i: number): string {
  const text = code === "healthy" ? "healthy" : SAID[code](layers[0] ?? 1);
  return i === 0 ? text : text[0]!.toLowerCase() + text.slice(1);
}
