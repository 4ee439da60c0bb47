// index.json: what the library shows of every experiment, so that a start reads one file instead of ten thousand. A
// cache: what is damaged, absent or of another form counts as empty. An entry a line, read a few hundred at a time.
import type { ExperimentSummary } from "../contract/hostApi";
import { type Disk, type Stamp, writeWhole } from "./disk";
import { pause } from "./turns";

/** Another number whenever entries mean something else. */
const HEAD = '{"format":"initlab.index/1","entries":[';
const TAIL = "]}";
const AT_ONCE = 500;

export interface IndexEntry {
  readonly id: string;
  /** Of experiment.json as it was read. */
  readonly stamp: Stamp;
  readonly summary: ExperimentSummary;
  readonly notes: string;
  readonly terms: readonly string[];
}

export async function readIndex(disk: Disk, file: string): Promise<Map<string, IndexEntry>> {
  const entries = new Map<string, IndexEntry>();
  try {
    const lines = new TextDecoder().decode(await disk.read(file)).split("\n");
    if (lines[0] !== HEAD) return entries;
    for (let i = 1; i < lines.length && lines[i] !== TAIL; i++) {
      const line = lines[i]!;
      const entry = JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line) as IndexEntry;
      entries.set(entry.id, entry);
      if (i % AT_ONCE === 0) await pause();
    }
    return entries;
  } catch {
    return new Map();
  }
}

export async function writeIndex(
  disk: Disk,
  file: string,
  entries: readonly IndexEntry[],
  temporaryFolder: string,
): Promise<void> {
  const pieces = [`${HEAD}\n`];
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const lines = entries
      .slice(at, at + AT_ONCE)
      .map(({ id, stamp, summary, notes, terms }) => JSON.stringify({ id, stamp, summary, notes, terms }));
    pieces.push(lines.join(",\n"), at + AT_ONCE < entries.length ? ",\n" : "\n");
    await pause();
  }
  await writeWhole(disk, file, [...pieces, `${TAIL}\n`], temporaryFolder);
}
