// A library of thousands: the same answers with a cache and without, and in the order that is promised.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openHost } from "../../host/host";
import { emptyFolder } from "../lab";
import { idOf, writeMany } from "./many";

const COUNT = 3000;
const ABOUT = { version: "0.0.0", runtime: {}, platform: "test", host: "direct" } as const;

describe(`${COUNT} experiments`, () => {
  it("are listed newest first and found, with the cache, without it, and when some are gone", async () => {
    const folder = emptyFolder();
    await writeMany(folder, COUNT);
    const expected = Array.from({ length: COUNT }, (_, i) => idOf(COUNT - 1 - i));
    for (const start of ["without the cache", "with it", "without it again"]) {
      if (start === "without it again") rmSync(join(folder, "index.json"));
      expect(existsSync(join(folder, "index.json"))).toBe(start === "with it");
      const host = await openHost(folder, ABOUT);
      expect((await host.listExperiments()).experiments.map(({ id }) => id)).toEqual(expected);
      // i % 20 is 2 and i % 4 is 2: lecun_normal of 7 layers. Those tagged t2 come before those tagged t22.
      const found = await host.searchExperiments("layers:7 lecun_normal t2 thesis");
      expect(found).toHaveLength((2 * COUNT) / 100);
      expect(found.slice(0, COUNT / 100)).toEqual(expected.filter((_, at) => (COUNT - 1 - at) % 100 === 2));
      expect(await host.searchExperiments("layers:7 he_normal")).toEqual([]);
      expect((await host.searchExperiments("2999"))[0]).toBe(idOf(2999));
      await host.close();
    }
    const ids = expected.slice(0, 500);
    const host = await openHost(folder, ABOUT);
    await host.trashExperiments(ids);
    expect((await host.listExperiments()).experiments).toHaveLength(COUNT - 500);
    expect((await host.listTrash()).experiments).toHaveLength(500);
    await host.close();
    const next = await openHost(folder, ABOUT);
    expect((await next.listExperiments()).experiments.map(({ id }) => id)).toEqual(expected.slice(500));
    await next.restoreExperiments(ids);
    expect((await next.listExperiments()).experiments.map(({ id }) => id)).toEqual(expected);
    await next.close();
  });
});
