// initlab experiments ...: the same store as the app's, on the command line.
import { execute } from "../../core-as/runtime/execute";
import { withRemedies } from "../../core-as/runtime/remedy";
import type { RunResult } from "../../core-as/spec/result";
import { readResultText } from "../../core-as/spec/resultText";
import type { ExperimentSummary, HostApi, SavedExperiment } from "../contract/hostApi";
import { LIMITS } from "../contract/limits";
import { checkWritable, writeWhole } from "./atomic";
import { alignColumns } from "./columns";
import { CliError, failureIn } from "./failure";
import { findingsText } from "./findings";
import { fromJson, toJson } from "./json";
import { type SessionOptions, withWorkers } from "./session";
import { loadFiles, readGiven, readSpec } from "./specs";
import { makeDataFolder, nameOfRun, saveRun, type StoreOptions, withStore } from "./store";
import { resultTable } from "./table";

interface ListOptions extends StoreOptions {
  readonly json?: boolean;
}

interface Choice extends ListOptions {
  readonly all?: boolean;
}

export async function listCommand(options: ListOptions & { readonly trash?: boolean }): Promise<void> {
  await withStore(options, async (host) => {
    const { experiments, quarantined } = await (options.trash ? host.listTrash() : host.listExperiments());
    const what = options.trash ? "is damaged and cannot be restored" : "was damaged and set aside";
    for (const { folder, reason } of quarantined)
      process.stderr.write(`initlab: ${folder}: ${what}: ${reason}\n`);
    printList(experiments, options);
  });
}

export async function searchCommand(words: readonly string[], options: ListOptions): Promise<void> {
  await withStore(options, async (host) => {
    const found = await host.searchExperiments(words.join(" "));
    const byId = new Map((await host.listExperiments()).experiments.map((one) => [one.id, one]));
    printList(
      found.flatMap((id) => byId.get(id) ?? []),
      options,
    );
  });
}

export async function showCommand(id: string, options: ListOptions): Promise<void> {
  const found = await withStore(options, (host) => host.openExperiment(id));
  const { result: text, training: _training, files, ...about } = found;
  if (options.json) {
    const named = files.map(({ path, bytes }) => ({ path, bytes: bytes.length }));
    process.stdout.write(`${toJson({ ...about, files: named, result: JSON.parse(text) as unknown })}\n`);
    return;
  }
  process.stdout.write(aboutText(found));
  if (found.readOnly !== undefined) return;
  const result = readResultText(text);
  process.stdout.write(
    `${resultTable({ ...result, spec: { ...result.spec, name: "" } })}\n${findingsText(result)}`,
  );
}

export interface AddOptions extends ListOptions, SessionOptions {
  readonly name?: string;
  readonly notes?: string;
  readonly tag?: readonly string[];
}

export async function addCommand(argument: string, options: AddOptions, signal: AbortSignal): Promise<void> {
  const { spec, files } = await loadFiles(await readSpec(argument, signal));
  await makeDataFolder(options.data);
  const { id, name, digest } = await withStore(options, async (host) => {
    const result = await withWorkers([spec], files, options, async (pool, tell) => {
      const executed = await execute(spec, pool, { signal, keepTensors: false, ...tell });
      return withRemedies(executed.result, pool, { signal, ...tell });
    });
    return saveRun(host, {
      name: options.name ?? nameOfRun(result, argument),
      ...(options.notes === undefined ? {} : { notes: options.notes }),
      ...(options.tag === undefined ? {} : { tags: options.tag }),
      result,
      files,
    });
  });
  process.stdout.write(
    options.json ? `${toJson({ id, name, digest })}\n` : `${id}  ${name}, digest ${digest}\n`,
  );
}

export async function exportCommand(
  ids: readonly string[],
  options: Choice & { readonly out: string },
): Promise<void> {
  await checkWritable(options.out);
  const { bytes, chosen } = await withStore(options, async (host) => {
    const chosen = await choose(host, ids, options);
    return { chosen, bytes: await host.exportExperiments(chosen) };
  });
  await writeWhole(options.out, [bytes]);
  process.stdout.write(
    options.json
      ? `${toJson({ file: options.out, bytes: bytes.length, ids: chosen })}\n`
      : `${options.out}: ${countText(chosen.length)}, ${bytes.length} bytes\n`,
  );
}

export async function importCommand(file: string, options: ListOptions): Promise<void> {
  const bytes = await readGiven(file, LIMITS.archiveBytes);
  const { imported, unchanged } = await withStore(options, (host) => host.importExperiments(bytes)).catch(
    (thrown: unknown) => {
      throw failureIn(file, thrown);
    },
  );
  if (options.json) {
    process.stdout.write(`${toJson({ imported: imported.map(row), unchanged: unchanged.map(row) })}\n`);
    return;
  }
  for (const { id, name } of imported) process.stdout.write(`${id}  ${name}\n`);
  const already = unchanged.length > 0 ? `; ${countText(unchanged.length)} already there` : "";
  process.stdout.write(`${countText(imported.length)} imported${already}\n`);
}

export async function verifyCommand(
  ids: readonly string[],
  options: Choice & SessionOptions,
  signal: AbortSignal,
): Promise<void> {
  const rows = await withStore(options, async (host) => {
    const rows = [];
    for (const id of await choose(host, ids, options))
      rows.push(await runAgain(await host.openExperiment(id), options, signal));
    return rows;
  });
  if (options.json) process.stdout.write(`${toJson(rows)}\n`);
  else
    for (const { id, name, same, core } of rows) {
      const cores = core.saved === core.now ? `core ${core.now}` : `core ${core.saved}, now ${core.now}`;
      process.stdout.write(`${id}  ${name}: ${same ? "the same digest" : "another digest"} (${cores})\n`);
    }
  const others = rows.filter(({ same }) => !same).length;
  if (others > 0)
    throw new CliError(
      1,
      "experiments",
      `${others} of ${countText(rows.length)} gave another digest; with the core that made it, it would be the same`,
    );
}

export async function trashCommand(ids: readonly string[], options: ListOptions): Promise<void> {
  await withStore(options, (host) => host.trashExperiments(ids));
  process.stdout.write(
    options.json ? `${toJson({ trashed: ids })}\n` : `${countText(ids.length)} in the trash\n`,
  );
}

export async function restoreCommand(ids: readonly string[], options: ListOptions): Promise<void> {
  await withStore(options, (host) => host.restoreExperiments(ids));
  process.stdout.write(
    options.json ? `${toJson({ restored: ids })}\n` : `${countText(ids.length)} restored\n`,
  );
}

async function runAgain(saved: SavedExperiment, options: SessionOptions, signal: AbortSignal) {
  const { id, name, digest, spec, result, readOnly } = saved;
  if (spec === null || readOnly !== undefined) throw new CliError(2, id, readOnly ?? "cannot be read");
  const files = new Map(saved.files.map(({ path, bytes }) => [path, bytes]));
  const { result: again } = await withWorkers([spec], files, options, (pool, tell) =>
    execute(spec, pool, { signal, keepTensors: false, ...tell }),
  );
  const { core } = fromJson(result) as Partial<RunResult>;
  return {
    id,
    name,
    digest,
    again: again.digest,
    same: again.digest === digest,
    core: { saved: core?.version ?? "unknown", now: again.core.version },
  };
}

async function choose(host: HostApi, ids: readonly string[], { all }: Choice): Promise<readonly string[]> {
  if (all && ids.length > 0) throw new CliError(2, "--all", "stands beside ids; write one or the other");
  if (!all && ids.length === 0)
    throw new CliError(2, "experiments", "none is named; write their ids, or --all");
  return all ? (await host.listExperiments()).experiments.map(({ id }) => id) : ids;
}

/** As the contract has it. */
function row({ id, name, tags, created, modified, digest, verdict }: ExperimentSummary) {
  return { id, name, tags, created, modified, digest, verdict };
}

function printList(experiments: readonly ExperimentSummary[], options: ListOptions): void {
  if (options.json) {
    process.stdout.write(`${toJson(experiments.map(row))}\n`);
    return;
  }
  if (experiments.length === 0) {
    process.stdout.write("no experiments\n");
    return;
  }
  const column = (head: string, cell: (one: ExperimentSummary) => string) => ({
    head,
    left: true,
    cells: experiments.map(cell),
  });
  const lines = alignColumns([
    column("id", ({ id }) => id),
    column("modified", ({ modified }) => modified.slice(0, 10)),
    column("name", ({ name }) => cut(name)),
    column("weights", ({ scheme }) => scheme),
    column("activation", ({ activation }) => cut(activation)),
    column("size", ({ depth, width }) => `${depth} × ${width ?? "mixed"}`),
    column("tags", ({ tags }) => tags.join(", ")),
    column("verdict", ({ verdict, readOnly }) =>
      readOnly === undefined ? verdict : "read-only: newer format",
    ),
  ]);
  process.stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(""));
}

function aboutText({ name, id, created, modified, tags, notes, verdict, readOnly }: SavedExperiment): string {
  const lines = [name || "Untitled", "", `id ${id}, created ${created}, modified ${modified}`];
  if (tags.length > 0) lines.push(`tags: ${tags.join(", ")}`);
  if (notes !== "") lines.push("", notes);
  if (readOnly !== undefined) lines.push("", verdict, readOnly);
  return `${[...lines, ""].join("\n")}\n`;
}

function cut(text: string): string {
  const letters = [...text.replaceAll(/\s+/g, " ")];
  return letters.length > 40 ? `${letters.slice(0, 39).join("")}…` : letters.join("");
}

function countText(count: number): string {
  return `${count} experiment${count === 1 ? "" : "s"}`;
}
