// The names of the HostApi's methods, and a HostApi made of one function that carries calls. Knows no arguments, so
// that a sandboxed preload can have it without the parser.
import type { HostApi } from "./hostApi";

const NAMES = {
  about: true,
  settings: true,
  changeSettings: true,
  listExperiments: true,
  searchExperiments: true,
  openExperiment: true,
  saveExperiment: true,
  describeExperiment: true,
  duplicateExperiment: true,
  listTrash: true,
  trashExperiments: true,
  restoreExperiments: true,
  emptyTrash: true,
  exportExperiments: true,
  importExperiments: true,
  listDrafts: true,
  keepDraft: true,
  discardDraft: true,
  buildReport: true,
  figureSvg: true,
  jobProgress: true,
  cancelJob: true,
} as const satisfies Record<keyof HostApi, true>;

export type MethodName = keyof typeof NAMES;

export const METHOD_NAMES = Object.keys(NAMES) as readonly MethodName[];

export function isMethodName(name: unknown): name is MethodName {
  return typeof name === "string" && Object.hasOwn(NAMES, name);
}

/** Whose every method is `call`. Trailing arguments that are undefined are left out. */
export function hostFromCalls(
  call: (name: MethodName, args: readonly unknown[]) => Promise<unknown>,
): HostApi {
  const method =
    (name: MethodName) =>
    (...args: readonly unknown[]) => {
      let given = args.length;
      while (given > 0 && args[given - 1] === undefined) given--;
      return call(name, args.slice(0, given));
    };
  return Object.fromEntries(METHOD_NAMES.map((name) => [name, method(name)])) as unknown as HostApi;
}
