// Any sequence of operations, with restarts, a second host and a lost index in between, against a model in memory.
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostError } from "../../contract/hostError";
import { openHost, type OpenHost } from "../../host/host";
import { emptyFolder } from "../lab";
import { digestOf, sampleResult, sampleToSave } from "./samples";

interface Known {
  name: string;
  notes: string;
  tags: readonly string[];
  mark: string;
  bytes: readonly number[];
  isInTrash: boolean;
}

const ABOUT = { version: "0.0.0", runtime: {}, platform: "test", host: "direct" } as const;
const word = fc.constantFrom("relu", "deep", "é", "", "a b", "🙂");
const which = fc.nat(5);
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("save" as const),
      which,
      name: word,
      notes: word,
      bytes: fc.array(fc.nat(255), { maxLength: 4 }),
      isNew: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("describe" as const),
      which,
      name: word,
      tags: fc.array(fc.constantFrom("x", "y", "z"), { maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("duplicate" as const, "trash" as const, "restore" as const, "carry" as const),
      which,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "empty" as const,
        "restart" as const,
        "crash" as const,
        "forgetIndex" as const,
        "swapHosts" as const,
      ),
    }),
  },
);

describe("the store against a model", () => {
  it("agrees after every step", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 14 }), async (operations) => {
        const folder = emptyFolder();
        const known = new Map<string, Known>();
        let [host, other]: OpenHost[] = [
          await openHost(folder, ABOUT),
          await openHost(folder, ABOUT),
        ] as const;
        const pick = (n: number, isInTrash: boolean) => {
          const ids = [...known]
            .filter(([, one]) => one.isInTrash === isInTrash)
            .map(([id]) => id)
            .toSorted();
          return ids.length === 0 ? null : ids[n % ids.length]!;
        };
        for (const [step, op] of operations.entries()) {
          switch (op.do) {
            case "save": {
              const id = op.isNew ? null : pick(op.which, false);
              const mark = `${step}`;
              const saved = await host.saveExperiment(
                sampleToSave({
                  id,
                  name: op.name,
                  notes: op.notes,
                  result: sampleResult(mark),
                  files: [{ path: "f", bytes: Uint8Array.from(op.bytes) }],
                }),
              );
              known.set(saved.id, {
                name: op.name,
                notes: op.notes,
                tags: [],
                mark,
                bytes: op.bytes,
                isInTrash: false,
              });
              break;
            }
            case "describe": {
              const id = pick(op.which, false);
              if (id === null) break;
              const tags = [...new Set(op.tags)];
              await host.describeExperiment(id, { name: op.name, tags });
              Object.assign(known.get(id)!, { name: op.name, tags });
              break;
            }
            case "duplicate": {
              const id = pick(op.which, false);
              if (id === null) break;
              const copy = await host.duplicateExperiment(id);
              known.set(copy.id, { ...known.get(id)!, name: `${known.get(id)!.name} copy` });
              break;
            }
            case "trash": {
              const id = pick(op.which, false);
              if (id === null) break;
              await host.trashExperiments([id]);
              known.get(id)!.isInTrash = true;
              break;
            }
            case "restore": {
              const id = pick(op.which, true);
              if (id === null) break;
              await host.restoreExperiments([id]);
              known.get(id)!.isInTrash = false;
              break;
            }
            case "carry": {
              // Exported, thrown away, imported again: the same.
              const id = pick(op.which, false);
              if (id === null) break;
              const file = await host.exportExperiments([id]);
              expect((await host.importExperiments(file)).unchanged.map((one) => one.id)).toEqual([id]);
              await host.trashExperiments([id]);
              await host.emptyTrash([id]);
              expect((await host.importExperiments(file)).imported.map((one) => one.id)).toEqual([id]);
              break;
            }
            case "empty":
              await host.emptyTrash();
              for (const [id, one] of known) if (one.isInTrash) known.delete(id);
              break;
            case "restart":
              await host.close();
              host = await openHost(folder, ABOUT);
              break;
            case "crash":
              // Not closed: its index is not written.
              host = await openHost(folder, ABOUT);
              break;
            case "forgetIndex":
              await host.close();
              rmSync(join(folder, "index.json"), { force: true });
              host = await openHost(folder, ABOUT);
              break;
            case "swapHosts":
              [host, other] = [other, host];
              break;
          }
          await agree(host, known);
        }
        await agree(other, known);
        await host.close();
        await other.close();
      }),
      { numRuns: 60 },
    );
  });
});

async function agree(host: OpenHost, known: ReadonlyMap<string, Known>): Promise<void> {
  const { experiments, quarantined } = await host.listExperiments();
  expect(quarantined).toEqual([]);
  const { experiments: trash } = await host.listTrash();
  const rows = (isInTrash: boolean) =>
    [...known]
      .filter(([, one]) => one.isInTrash === isInTrash)
      .map(([id, { name, tags, mark }]) => ({ id, name, tags, digest: digestOf(mark) }));
  const shown = (from: typeof trash) =>
    from.map(({ id, name, tags, digest }) => ({ id, name, tags, digest }));
  const sorted = <Row extends { id: string }>(of: readonly Row[]) =>
    of.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(sorted(shown(experiments))).toEqual(sorted(rows(false)));
  expect(sorted(shown(trash))).toEqual(sorted(rows(true)));
  for (const [id, one] of known) {
    if (one.isInTrash) {
      await expect(host.openExperiment(id)).rejects.toBeInstanceOf(HostError);
      continue;
    }
    const found = await host.openExperiment(id);
    expect(found).toMatchObject({ notes: one.notes, result: sampleResult(one.mark) });
    expect([...found.files[0]!.bytes]).toEqual(one.bytes);
  }
  const deep = await host.searchExperiments("deep");
  const holds = [...known].filter(([, one]) => !one.isInTrash && `${one.name} ${one.notes}`.includes("deep"));
  expect(deep.toSorted()).toEqual(holds.map(([id]) => id).toSorted());
}
