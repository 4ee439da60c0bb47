// How far the claims have come, told while they are measured.
import type { ClaimsProgress } from "../../core-as/claims/measure";
import { ProgressLine } from "./progressLine";

export interface ClaimsProgressView {
  show(progress: ClaimsProgress): void;
  end(): void;
}

export function claimsProgressView(lines: boolean): ClaimsProgressView {
  const line = ProgressLine.on(lines);
  return {
    show: (progress) =>
      line?.show((seconds) => ({
        fraction: progress.fraction,
        what: whatOf(progress),
        rate: `${(progress.experimentsDone / seconds).toFixed(1)} experiments/s`,
      })),
    end: () => line?.end(),
  };
}

function whatOf({ claimsDone, claims, claim }: ClaimsProgress): string {
  return `claim ${Math.min(claimsDone + 1, claims)}/${claims}, ${claim}`;
}
