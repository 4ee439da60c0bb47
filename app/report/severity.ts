// How severities are said.
import type { Severity } from "../../core-as/spec/result";

const WORDS: Readonly<Record<Severity, string>> = {
  healthy: "Healthy",
  information: "Information",
  warning: "Warning",
  broken: "Broken",
};

/** What a damaged file calls a severity is said as it stands. */
export const severityWord = (severity: Severity): string => WORDS[severity] ?? String(severity);
