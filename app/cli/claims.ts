// initlab claims: measures every claim of the founding notes on this machine, and prints what came of it.
import { FOUNDING_CLAIMS } from "../../core-as/claims/founding";
import { claimSpecs, CLAIMS_SEED } from "../../core-as/claims/experiments";
import { measureClaims } from "../../core-as/claims/measure";
import { claimsProgressView } from "./claimsProgress";
import { claimsText } from "./claimsText";
import { toJson } from "./json";
import { type ReportOptions, reportTarget, writeReport } from "./report";
import type { SessionOptions } from "./session";
import { withWorkers } from "./session";

export interface ClaimsCommandOptions extends SessionOptions, ReportOptions {
  readonly json?: boolean;
  readonly seed?: number;
}

export async function claimsCommand(options: ClaimsCommandOptions, signal: AbortSignal): Promise<void> {
  const { seed = CLAIMS_SEED } = options;
  const report = await reportTarget(options);
  const view = claimsProgressView(options.progress === true);
  const measured = await withWorkers(
    claimSpecs(FOUNDING_CLAIMS, seed),
    new Map(),
    { ...options, progress: false },
    (host) =>
      measureClaims(FOUNDING_CLAIMS, host, { seed, signal, onProgress: (progress) => view.show(progress) }),
  ).finally(() => view.end());
  await writeReport(report, { runs: [], claims: { text: toJson(measured, 0), seed } }, signal);
  process.stdout.write(options.json ? `${toJson(measured)}\n` : claimsText(measured, seed));
}
