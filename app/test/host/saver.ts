// A process that saves without end, to be killed: `node saver.mjs FOLDER ROUND`. Says a line to its parent after every
// change that was acknowledged.
import type { HostApi } from "../../contract/hostApi";
import { openHost } from "../../host/host";
import { digestOf, sampleResult, sampleSpec, sampleToSave } from "./samples";

/** What one line says: the experiment as the host acknowledged it. */
export interface Acknowledged {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
}

export const FILE_BYTES = 40_000;

/** The n-th save of everything: the parts of one save name each other, so that a mixture shows. */
export function marked(mark: string) {
  const content = new TextEncoder().encode(mark.padEnd(FILE_BYTES, mark));
  return sampleToSave({
    name: mark,
    notes: mark,
    spec: sampleSpec({ seed: Number(mark.replace(/\D/g, "")) }),
    result: sampleResult(mark.repeat(2000), digestOf(mark)),
    files: [{ path: "data.csv", bytes: content }],
  });
}

/** Numbers rise from round to round. */
async function saveForEver(host: HostApi, round: number, say: (line: Acknowledged) => void): Promise<never> {
  const { experiments } = await host.listExperiments();
  let ids = experiments.map(({ id }) => id);
  for (let n = round * 1000; ; n++) {
    const id = n % 4 === 0 || ids.length === 0 ? null : ids[n % ids.length]!;
    if (id !== null && n % 7 === 3) {
      const { name } = await host.describeExperiment(id, { notes: `described ${n}` });
      say({ id, name, notes: `described ${n}` });
    } else {
      const saved = await host.saveExperiment({ ...marked(`save ${n}`), id });
      say({ id: saved.id, name: saved.name, notes: saved.name });
      if (id === null) ids = [...ids, saved.id].slice(-6);
    }
  }
}

const [folder, round] = process.argv.slice(2);
if (folder !== undefined && process.send) {
  const host = await openHost(folder, { version: "0.0.0", runtime: {}, platform: "test", host: "direct" });
  await saveForEver(host, Number(round), (line) => process.send!(line));
}
