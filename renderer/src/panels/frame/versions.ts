// Versions of everything that has a part in a result, by name.
import type { About } from "../../../../app/contract/hostApi";

const SHELLS: Readonly<Record<About["host"], string>> = {
  electron: "Desktop app",
  http: "Browser",
  direct: "Command line",
};

export function versionsOf(about: About | null, coreVersion: string | null): [name: string, value: string][] {
  return [
    ...(about ? ([["Init Lab", about.version]] as [string, string][]) : []),
    ["Core", coreVersion ?? "not started"],
    ...(about
      ? ([
          ["Runs in", SHELLS[about.host]],
          ["Platform", about.platform],
          ...Object.entries(about.runtime),
        ] as [string, string][])
      : []),
  ];
}
