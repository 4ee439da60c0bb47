// A section that says the same of every run: under the run's heading where there are several.
import type { Block } from "../document";
import type { Reported, ReportedOne } from "../reported";
import { runTitle } from "../words";

export function perRun(
  section: string,
  { runs }: Reported,
  of: (run: ReportedOne) => readonly Block[],
): readonly Block[] {
  return runs.flatMap((run) => {
    const blocks = of(run);
    if (blocks.length === 0 || runs.length === 1) return blocks;
    return [{ kind: "heading", id: `${section}-run-${run.number}`, text: runTitle(run) }, ...blocks];
  });
}
