// Changes of an experiment as JSON Patch (RFC 6902), and their application.
import { applyPatch, createPatch, type Operation } from "rfc6902";
import { SpecError } from "./errors";
import type { Experiment } from "./experiment";
import { parseExperiment } from "./parse";
import type { PatchOperation } from "./result";

/** Fields that are replaced whole: half a scheme means nothing to a reader. */
const WHOLE = new Set(["weights", "bias", "activation", "data", "residual"]);

/** Operations that turn one resolved experiment into another; none where they are equal. */
export function patchBetween(before: Experiment, after: Experiment): PatchOperation[] {
  const operations = createPatch(before, after, (from, to, pointer) => {
    const path = pointer.toString();
    if (!WHOLE.has(path.slice(path.lastIndexOf("/") + 1))) return;
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ op: "replace", path, value: to as unknown }];
  });
  return operations.map(asOurs);
}

function asOurs(operation: Operation): PatchOperation {
  if (operation.op === "add" || operation.op === "replace" || operation.op === "remove") return operation;
  throw new Error(`a difference of experiments needs no "${operation.op}"`);
}

/** The experiment after a patch; throws a SpecError where the patch or what it makes is wrong. */
export function patched(spec: Experiment, patch: readonly PatchOperation[]): Experiment {
  const changed = structuredCloneOf(spec);
  const failures = applyPatch(
    changed,
    patch.map((operation) => ({ ...operation })),
  );
  failures.forEach((failure, i) => {
    if (failure !== null)
      throw new SpecError([
        {
          path: patch[i]!.path,
          message: `"${patch[i]!.op}" finds nothing there; a patch must be of this very spec`,
        },
      ]);
  });
  return parseExperiment(changed);
}

/** An experiment is JSON. */
function structuredCloneOf(spec: Experiment): unknown {
  return JSON.parse(JSON.stringify(spec)) as unknown;
}
