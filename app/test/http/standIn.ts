// A host that records what it was asked and answers what it was told: for tests of what lies before a host.
import type { About, HostApi } from "../../contract/hostApi";
import { hostFromCalls, type MethodName } from "../../contract/methodNames";

export const ABOUT: About = {
  version: "0.0.0",
  runtime: { Node: process.version },
  platform: "test",
  host: "http",
  dataFolder: "/data",
};

export interface StandIn {
  readonly host: HostApi;
  readonly calls: { readonly name: MethodName; readonly args: readonly unknown[] }[];
  answer(name: MethodName, what: (...args: readonly never[]) => unknown): void;
}

export function standIn(): StandIn {
  const calls: { readonly name: MethodName; readonly args: readonly unknown[] }[] = [];
  const answers = new Map<MethodName, (...args: readonly never[]) => unknown>([["about", () => ABOUT]]);
  const host = hostFromCalls(async (name, args) => {
    calls.push({ name, args });
    const what = answers.get(name) as ((...given: readonly unknown[]) => unknown) | undefined;
    return Promise.resolve(what?.(...args));
  });
  return { host, calls, answer: (name, what) => void answers.set(name, what) };
}
