// Where in the panel the session's problem is said: at the field that it is about, else at the end of its section.
import type { SpecProblem } from "../../../../core-as/spec/errors";

/** The message if the problem is about one of these places of the spec, or something inside them. */
export function problemAt(problem: SpecProblem | null, ...paths: readonly string[]): string | null {
  if (!problem) return null;
  const isAt = (path: string) =>
    problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`);
  return paths.some(isAt) ? problem.message : null;
}

/** The same for a field of any hidden layer. */
export function layerProblem(problem: SpecProblem | null, field: string): string | null {
  return problem && inLayer(problem.path, field) ? problem.message : null;
}

function inLayer(path: string, field: string): boolean {
  const [, rest] = /^network\.layers\[\d+\]\.(.*)$/.exec(path) ?? [];
  return rest !== undefined && (rest === field || rest.startsWith(`${field}.`));
}

/**
 * The end of the problem's path below one of the prefixes, such as "std" of "network.layers[0].weights.std"; null
 * where it is about something else. `[*]` in a prefix stands for any layer.
 */
export function fieldIn(problem: SpecProblem | null, prefix: string): string | null {
  if (!problem) return null;
  const path = prefix.includes("[*]") ? problem.path.replace(/\[\d+\]/, "[*]") : problem.path;
  if (path === prefix) return "";
  return path.startsWith(`${prefix}.`) ? path.slice(prefix.length + 1) : null;
}
