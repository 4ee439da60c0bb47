// An experiment as source text for a framework. Asks the core for what the spec does not say: gains that are computed
// for an activation, and how many features a file has.
import type { CodeSource } from "../../../core-as/code/source";
import { asksForGains, sourceFor } from "../../../core-as/code/write";
import { rawBatch } from "../../../core-as/runtime/data";
import { gainsOf } from "../../../core-as/runtime/draw";
import type { MeasuringCore } from "../../../core-as/runtime/tally";
import { CORE_VERSION } from "../../../core-as/runtime/version";
import type { Order } from "./messages";

/** Throws NoGainError, or what is wrong with the file. */
export function sourceText(
  core: MeasuringCore,
  { spec, files, framework }: Extract<Order, { kind: "source" }>,
): CodeSource {
  const { source } = spec.data;
  return sourceFor(spec, framework, {
    coreVersion: CORE_VERSION,
    ...(source === "file" ? { features: rawBatch(core, spec.data, spec.seed, files).features } : {}),
    ...(asksForGains(spec) ? { gainsOf: (activation) => gainsOf(core, activation) } : {}),
  });
}
