// How the checks write down what they found.
import type { Evidence, Finding, FindingCode, LayerResult, Severity } from "../spec/result";
import { THRESHOLDS } from "./thresholds";

export type ThresholdName = keyof typeof THRESHOLDS;

/** A finding whose remedy has not been looked for. */
export function finding(
  code: FindingCode,
  severity: Severity,
  layers: readonly LayerResult[],
  evidence: Evidence,
  threshold: Evidence,
  source: string,
  message: string,
): Finding {
  return {
    code,
    severity,
    layers: layers.map((layer) => layer.index),
    evidence: numbersOf(evidence),
    threshold,
    source,
    message,
    remedy: null,
  };
}

/** Figures that have a value: 0/0 is evidence of nothing. */
export function numbersOf(evidence: Evidence): Evidence {
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => !Number.isNaN(value)));
}

export const isAlarm = ({ severity }: Pick<Finding, "severity">): boolean =>
  severity === "warning" || severity === "broken";

/** Alarms, and saturation even where gradients hold: it is the one thing that a reader will want to change. */
export const wantsChange = (finding: Pick<Finding, "severity" | "code">): boolean =>
  isAlarm(finding) || finding.code === "saturated";

/** The ratio itself or its inverse, whichever is above 1: a change by a factor, up or down. */
export const change = (ratio: number): number => (ratio < 1 ? 1 / ratio : ratio);

export const limit = (name: ThresholdName): number => THRESHOLDS[name].value;
export const sourceOf = (name: ThresholdName): string => THRESHOLDS[name].source;
