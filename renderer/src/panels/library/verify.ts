// What a run made again says about a saved one. Agreement is agreement of digests and of nothing less.
import type { RunResult } from "../../../../core-as/spec/result";

export type Verdict =
  | { readonly kind: "same"; readonly digest: string; readonly coreVersion: string }
  | {
      readonly kind: "different";
      readonly saved: string;
      readonly now: string;
      readonly savedCore: string;
      readonly nowCore: string;
    }
  /** It could not be run again. */
  | { readonly kind: "failed"; readonly reason: string };

type Measured = Pick<RunResult, "digest" | "core">;

export function verdictOn(saved: Measured, now: Measured): Verdict {
  if (saved.digest === now.digest) return { kind: "same", digest: now.digest, coreVersion: now.core.version };
  return {
    kind: "different",
    saved: saved.digest,
    now: now.digest,
    savedCore: saved.core.version,
    nowCore: now.core.version,
  };
}

/** For the reader, in a sentence or two. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "same":
      return `Run again: the same digest, every measured bit agrees (core ${verdict.coreVersion}).`;
    case "failed":
      return `It could not be run again: ${verdict.reason}`;
    case "different":
      return verdict.savedCore === verdict.nowCore
        ? `Run again: another digest, though the core is the same (${verdict.nowCore}). Its result or a file of its inputs was changed after it was saved.`
        : `Run again: another digest. It was measured by core ${verdict.savedCore}, this is core ${verdict.nowCore}; another core may round differently, so this alone is no fault. Save it again to keep this core's figures.`;
  }
}
