// What can happen to a data folder: power cuts at every step, a full disk, no permission to write, damage, newer
// formats, other processes, people. Each a clear message, and nothing lost.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { HostApi } from "../../contract/hostApi";
import { HostError } from "../../contract/hostError";
import { dataFolder } from "../../host/dataFolder";
import { type Disk, nodeDisk } from "../../host/disk";
import { openHost, type OpenHost } from "../../host/host";
import { withLock } from "../../host/lock";
import { emptyFolder } from "../lab";
import { dyingDisk, fullDisk, readOnlyDisk } from "./failingDisk";
import { sampleDraft, sampleResult, sampleToSave } from "./samples";
import { refusal } from "./suite";

const ABOUT = { version: "0.0.0", runtime: {}, platform: "test", host: "direct" } as const;
const open = (folder: string, disk?: Disk) => openHost(folder, ABOUT, disk ? { disk } : {});

async function withHost<T>(folder: string, work: (host: OpenHost) => Promise<T>, disk?: Disk): Promise<T> {
  const host = await open(folder, disk);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

/** Everything that a host knows of its experiments, for comparison. */
async function contentOf(host: HostApi) {
  const { experiments, quarantined } = await host.listExperiments();
  const { experiments: trash } = await host.listTrash();
  const opened = await Promise.all(experiments.map(({ id }) => host.openExperiment(id)));
  return { opened, trash, quarantined };
}

const inStaging = (folder: string) => readdirSync(join(folder, "staging"));

interface Change {
  readonly what: string;
  readonly make: (host: HostApi, ids: readonly [string, string], archive: Uint8Array) => Promise<unknown>;
}

const files = [{ path: "a.csv", bytes: new Uint8Array(3000).fill(9) }];
const CHANGES: readonly Change[] = [
  { what: "a new save", make: (host) => host.saveExperiment(sampleToSave({ name: "new", files })) },
  {
    what: "a save that replaces",
    make: (host, [id]) => host.saveExperiment(sampleToSave({ id, name: "replaced", files })),
  },
  { what: "a description", make: (host, [id]) => host.describeExperiment(id, { notes: "changed" }) },
  { what: "a duplicate", make: (host, [id]) => host.duplicateExperiment(id) },
  { what: "a move to the trash", make: (host, [id]) => host.trashExperiments([id]) },
  { what: "a restore", make: (host, [, trashed]) => host.restoreExperiments([trashed]) },
  { what: "an import", make: (host, _ids, archive) => host.importExperiments(archive) },
];

/** A folder with one experiment, another in the trash; and an archive of a third. */
async function furnished() {
  const folder = emptyFolder();
  const archive = await withHost(emptyFolder(), async (host) => {
    const { id } = await host.saveExperiment(sampleToSave({ name: "imported", files }));
    return host.exportExperiments([id]);
  });
  const ids = await withHost(folder, async (host) => {
    const kept = await host.saveExperiment(sampleToSave({ name: "kept", files }));
    const trashed = await host.saveExperiment(sampleToSave({ name: "trashed" }));
    await host.trashExperiments([trashed.id]);
    return [kept.id, trashed.id] as const;
  });
  return { folder, ids, archive };
}

describe("a power cut", () => {
  it.each(CHANGES)("at every step of $what leaves the old or the new, whole", async ({ make }) => {
    const { folder: original, ids, archive } = await furnished();
    const before = await withHost(original, contentOf);
    const copy = () => {
      const folder = join(emptyFolder(), "data");
      cpSync(original, folder, { recursive: true, preserveTimestamps: true });
      return folder;
    };
    let outcomes = 0;
    for (let last = 0, isDone = false; !isDone; last++) {
      const folder = copy();
      const disk = dyingDisk(Infinity);
      // Opening changes things, too: the cut comes so many operations after it.
      const dying = { current: null as Disk | null };
      const routed = new Proxy(disk, {
        get: (target, name) => Reflect.get(dying.current ?? target, name) as unknown,
      });
      const host = await open(folder, routed);
      await host.listExperiments();
      dying.current = dyingDisk(last);
      isDone = await make(host, ids, archive).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(HostError);
          return false;
        },
      );
      const after = await withHost(folder, contentOf);
      expect(inStaging(folder)).toEqual([]);
      if (isDone) expect(after).not.toEqual(before);
      if (JSON.stringify(after) !== JSON.stringify(before)) outcomes++;
      expect(after.quarantined).toEqual([]);
      const there = new Set([...after.opened, ...after.trash].map(({ id }) => id));
      for (const id of ids) expect(there).toContain(id);
      // What was being written about one is there whole or not at all.
      for (const { name, notes, files: own } of after.opened) {
        expect(["kept", "trashed", "new", "replaced", "kept copy", "imported"]).toContain(name);
        expect(["", "changed"]).toContain(notes);
        expect(own).toHaveLength(name === "trashed" ? 0 : 1);
      }
    }
    expect(outcomes).toBeGreaterThan(0);
  });
});

describe("a full disk", () => {
  it.each(CHANGES)("during $what is said so, and the old stays", async ({ make, what }) => {
    const { folder, ids, archive } = await furnished();
    const before = await withHost(folder, contentOf);
    const needsSpace = what !== "a move to the trash" && what !== "a restore";
    let failures = 0;
    for (let more = 0; ; more++) {
      let last = Infinity;
      const disk = fullDisk(() => last);
      const host = await open(folder, disk);
      await host.listExperiments();
      last = disk.count() + more;
      let isDone = true;
      await make(host, ids, archive).catch((error: unknown) => {
        isDone = false;
        expect((error as HostError).failure).toMatchObject({ code: "disk_full", where: folder });
      });
      await host.close();
      expect(inStaging(folder)).toEqual([]);
      if (isDone) break;
      failures++;
      expect(await withHost(folder, contentOf)).toEqual(before);
    }
    expect(failures > 0).toBe(needsSpace);
  });

  it("does not keep anybody from emptying the trash", async () => {
    const { folder } = await furnished();
    await withHost(
      folder,
      (host) => host.emptyTrash(),
      fullDisk(() => 0),
    );
    expect(readdirSync(join(folder, "trash"))).toEqual([]);
  });
});

describe("a folder that cannot be written", () => {
  it.each(["EROFS", "EACCES", "EPERM"])("%s: it can be read, and every change is refused", async (code) => {
    const { folder, ids, archive } = await furnished();
    const before = await withHost(folder, contentOf);
    const disk = readOnlyDisk(() => true, code);
    await withHost(
      folder,
      async (host) => {
        expect(await contentOf(host)).toEqual(before);
        for (const { make } of CHANGES)
          expect(await refusal(make(host, ids, archive))).toMatchObject({
            code: "not_writable",
            where: folder,
          });
        expect(await refusal(host.changeSettings({ draws: 3 }))).toMatchObject({ code: "not_writable" });
        expect(await refusal(host.keepDraft(sampleDraft()))).toMatchObject({ code: "not_writable" });
      },
      disk,
    );
    expect(await withHost(folder, contentOf)).toEqual(before);
  });

  it("a file in its place is named", async () => {
    const file = join(emptyFolder(), "data");
    writeFileSync(file, "");
    const error = await refusal(open(file));
    expect(error.failure).toMatchObject({ code: "not_writable", where: file });
    expect(await refusal(open(join(file, "below")))).toMatchObject({ code: "not_writable" });
  });
});

describe("damage", () => {
  const damages: readonly [string, (folder: string) => void, RegExp][] = [
    ["an empty experiment.json", (at) => writeFileSync(join(at, "experiment.json"), ""), /empty/],
    ["a cut experiment.json", (at) => cut(join(at, "experiment.json")), /experiment\.json: not JSON/],
    ["a missing experiment.json", (at) => rmSync(join(at, "experiment.json")), /experiment\.json is missing/],
    ["a missing result.json", (at) => rmSync(join(at, "result.json")), /result\.json is missing/],
    ["an empty result.json", (at) => writeFileSync(join(at, "result.json"), ""), /empty/],
    ["a spec that is none", (at) => edit(at, { spec: { format: "initlab.experiment/1" } }), /spec: data/],
    ["another format", (at) => edit(at, { format: "something" }), /initlab\.saved\/1/],
    ["a name that is none", (at) => edit(at, { name: 7 }), /name/],
    ["an absurd size", (at) => truncateSync(join(at, "experiment.json"), 2 ** 34), /17179869184 bytes/],
  ];
  function cut(file: string): void {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length / 2));
  }
  function edit(at: string, change: object): void {
    const file = join(at, "experiment.json");
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...change }));
  }

  it.each(damages)("%s is set aside with its reason, and costs no other", async (_what, damage, reason) => {
    const { folder, ids } = await furnished();
    const other = await withHost(folder, (host) => host.saveExperiment(sampleToSave({ name: "other" })));
    const at = join(folder, "experiments", ids[0]);
    damage(at);
    // Without the cache, which may not have seen the damage to a file it does not look at.
    rmSync(join(folder, "index.json"));
    await withHost(folder, async (host) => {
      const { experiments, quarantined } = await host.listExperiments();
      expect(experiments.map(({ id }) => id)).toEqual([other.id]);
      expect(quarantined).toEqual([
        { folder: `quarantine/${ids[0]}`, reason: expect.stringMatching(reason) as string },
      ]);
    });
    expect(existsSync(at)).toBe(false);
    expect(existsSync(join(folder, "quarantine", ids[0]))).toBe(true);
    expect(readFileSync(join(folder, "quarantine", `${ids[0]}.txt`), "utf8")).toMatch(reason);
    await withHost(folder, async (host) => expect((await host.listExperiments()).quarantined).toEqual([]));
  });

  const later: readonly [string, (at: string) => void, RegExp][] = [
    ["a cut result.json", (at) => cut(join(at, "result.json")), /result\.json: not JSON/],
    [
      "the result of another run",
      (at) => writeFileSync(join(at, "result.json"), sampleResult("another")),
      /different runs/,
    ],
    ["a missing file", (at) => rmSync(join(at, "files"), { recursive: true }), /a\.csv\) is missing/],
    [
      "a changed file",
      (at) => writeFileSync(join(at, "files", readdirSync(join(at, "files"))[0]!), "x"),
      /other bytes/,
    ],
  ];
  it.each(later)("%s is found when it is opened", async (_what, damage, reason) => {
    const { folder, ids } = await furnished();
    await withHost(folder, async (host) => {
      damage(join(folder, "experiments", ids[0]));
      const error = await refusal(host.openExperiment(ids[0]));
      expect(error).toMatchObject({ code: "damaged", where: ids[0] });
      expect(error.message).toMatch(reason);
      expect((await host.listExperiments()).quarantined).toHaveLength(1);
    });
  });

  it.each(later)("%s is neither exported nor duplicated", async (_what, damage, reason) => {
    for (const make of [
      (host: HostApi, id: string) => host.exportExperiments([id]),
      (host: HostApi, id: string) => host.duplicateExperiment(id),
    ]) {
      const { folder, ids } = await furnished();
      await withHost(folder, async (host) => {
        damage(join(folder, "experiments", ids[0]));
        const error = await refusal(make(host, ids[0]));
        expect(error).toMatchObject({ code: "damaged", where: ids[0] });
        expect(error.message).toMatch(reason);
      });
    }
  });

  it("what is damaged in the trash is told with its reason, stays there, and goes when the trash is emptied", async () => {
    const { folder, ids } = await furnished();
    await withHost(folder, async (host) => {
      const other = await host.saveExperiment(sampleToSave({ name: "other" }));
      await host.trashExperiments([ids[0], other.id]);
      cut(join(folder, "trash", ids[0], "experiment.json"));
      await host.listExperiments();
    });
    await withHost(folder, async (host) => {
      const { experiments, quarantined } = await host.listTrash();
      expect(experiments.map(({ name }) => name).toSorted()).toEqual(["other", "trashed"]);
      expect(quarantined).toEqual([
        { folder: `trash/${ids[0]}`, reason: expect.stringMatching(/not JSON/) as string },
      ]);
      expect((await refusal(host.restoreExperiments([ids[0]]))).code).toBe("not_found");
      expect((await host.listExperiments()).quarantined).toEqual([]);
      await host.emptyTrash();
      expect(await host.listTrash()).toEqual({ experiments: [], quarantined: [] });
      expect(existsSync(join(folder, "trash", ids[0]))).toBe(false);
    });
  });

  it("a data folder that went away is said so", async () => {
    const { folder, ids } = await furnished();
    await withHost(folder, async (host) => {
      await host.listExperiments();
      rmSync(folder, { recursive: true });
      for (const change of [host.saveExperiment(sampleToSave()), host.openExperiment(ids[0])])
        expect(["not_writable", "not_found"]).toContain((await refusal(change)).code);
    });
  });

  it("a draft that cannot be read is set aside, and the others come", async () => {
    const folder = emptyFolder();
    await withHost(folder, async (host) => {
      await host.keepDraft(sampleDraft({ key: "a" }));
      await host.keepDraft(sampleDraft({ key: "b" }));
      writeFileSync(join(folder, "drafts", "a", "draft.json"), "{");
      expect((await host.listDrafts()).map(({ key }) => key)).toEqual(["b"]);
      expect((await host.listExperiments()).quarantined.map((one) => one.folder)).toEqual(["quarantine/a"]);
    });
  });

  it("a draft that can be neither read nor set aside costs no other", async () => {
    const folder = emptyFolder();
    let isReadOnly = false;
    await withHost(
      folder,
      async (host) => {
        await host.keepDraft(sampleDraft({ key: "a" }));
        await host.keepDraft(sampleDraft({ key: "b" }));
        writeFileSync(join(folder, "drafts", "a", "draft.json"), "{");
        isReadOnly = true;
        expect((await host.listDrafts()).map(({ key }) => key)).toEqual(["b"]);
        expect(existsSync(join(folder, "drafts", "a", "draft.json"))).toBe(true);
        isReadOnly = false;
      },
      readOnlyDisk(() => isReadOnly),
    );
  });

  it.each(["", "{", "[]", "null", '{"theme":"pink","draws":1e9,"later":1}'])(
    "settings %j have defaults",
    async (text) => {
      const folder = emptyFolder();
      await withHost(folder, async (host) => {
        const defaults = await host.settings();
        writeFileSync(join(folder, "settings.json"), text);
        expect(await host.settings()).toEqual(defaults);
        expect(await host.changeSettings({ theme: "dark" })).toEqual({ ...defaults, theme: "dark" });
      });
    },
  );

  it("the index is rebuilt from nothing, from nonsense and from what is out of date", async () => {
    const { folder } = await furnished();
    const before = await withHost(folder, contentOf);
    const index = join(folder, "index.json");
    const whole = readFileSync(index, "utf8");
    expect(JSON.parse(whole)).toMatchObject({ format: "initlab.index/1" });
    for (const text of [
      null,
      "",
      "nonsense",
      whole.slice(0, whole.length / 2),
      whole.replaceAll("kept", "lied"),
    ]) {
      if (text === null) rmSync(index);
      else writeFileSync(index, text);
      // What the cache says of a file that has changed since is not believed.
      const [id] = readdirSync(join(folder, "experiments"));
      const soon = new Date(Date.now() + 5000);
      utimesSync(join(folder, "experiments", id!, "experiment.json"), soon, soon);
      expect(await withHost(folder, contentOf)).toEqual(before);
    }
  });
});

describe("a newer format", () => {
  it.each([
    ["of the file", { format: "initlab.saved/2", name: "from later", verdict: { shape: "other" } }],
    ["of the spec", { spec: { format: "initlab.experiment/2", network: "other" }, name: "from later" }],
  ])("%s can be looked at and not changed", async (_what, change) => {
    const { folder, ids } = await furnished();
    const [id] = ids;
    const file = join(folder, "experiments", id, "experiment.json");
    const text = JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...change });
    writeFileSync(file, text);
    await withHost(folder, async (host) => {
      const { experiments, quarantined } = await host.listExperiments();
      expect(quarantined).toEqual([]);
      expect(experiments[0]).toMatchObject({ id, name: "from later" });
      expect(experiments[0]!.readOnly).toMatch(/newer version/);
      const found = await host.openExperiment(id);
      expect(found.spec).toBeNull();
      expect(found.result).toContain("initlab.result/1");
      for (const refused of [
        () => host.describeExperiment(id, { name: "mine" }),
        () => host.saveExperiment(sampleToSave({ id })),
        () => host.duplicateExperiment(id),
      ])
        expect(await refusal(refused())).toMatchObject({ code: "newer_format", where: id });
      const file = await host.exportExperiments([id]);
      expect(await refusal(host.importExperiments(file))).toMatchObject({ code: "newer_format" });
      await host.trashExperiments([id]);
      await host.restoreExperiments([id]);
    });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("of the result alone as well", async () => {
    const { folder, ids } = await furnished();
    const file = join(folder, "experiments", ids[0], "result.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("initlab.result/1", "initlab.result/2"));
    await withHost(folder, async (host) => {
      expect((await host.openExperiment(ids[0])).readOnly).toMatch(/initlab\.result\/2.*newer version/);
    });
  });
});

describe("two hosts on one folder", () => {
  it("see what the other changes", async () => {
    const folder = emptyFolder();
    const [one, other] = [await open(folder), await open(folder)];
    const saved = await one.saveExperiment(sampleToSave({ name: "from one" }));
    expect((await other.listExperiments()).experiments).toEqual([saved]);
    const changed = await other.describeExperiment(saved.id, { name: "by the other" });
    expect((await one.listExperiments()).experiments).toEqual([changed]);
    expect(await one.searchExperiments("other")).toEqual([saved.id]);
    await one.saveExperiment(sampleToSave({ id: saved.id, name: "replaced" }));
    expect((await other.openExperiment(saved.id)).name).toBe("replaced");
    await one.trashExperiments([saved.id]);
    expect((await other.listExperiments()).experiments).toEqual([]);
    expect((await other.listTrash()).experiments).toHaveLength(1);
    await other.restoreExperiments([saved.id]);
    expect(await one.listTrash()).toEqual({ experiments: [], quarantined: [] });
    await other.trashExperiments([saved.id]);
    await other.emptyTrash();
    expect(await one.listTrash()).toEqual({ experiments: [], quarantined: [] });
    await Promise.all([one.close(), other.close()]);
  });

  it("write at the same time without losing anything", async () => {
    const folder = emptyFolder();
    const hosts = [await open(folder), await open(folder), await open(folder)];
    await Promise.all(
      hosts.flatMap((host, h) =>
        Array.from({ length: 15 }, (_, i) => host.saveExperiment(sampleToSave({ name: `${h}-${i}` }))),
      ),
    );
    const names = Array.from({ length: 45 }, (_, i) => `${i % 3}-${Math.floor(i / 3)}`).toSorted();
    for (const host of hosts)
      expect((await host.listExperiments()).experiments.map(({ name }) => name).toSorted()).toEqual(names);
    // Changes of one experiment meet: each is whole.
    const { id } = (await hosts[0]!.listExperiments()).experiments[0]!;
    await Promise.all(
      hosts.flatMap((host, h) => [
        host.saveExperiment(sampleToSave({ id, name: `a${h}`, notes: `a${h}` })),
        host.describeExperiment(id, { notes: `b${h}` }),
        host.openExperiment(id),
        host.listExperiments().then(({ experiments }) => expect(experiments).toHaveLength(45)),
      ]),
    );
    const found = await Promise.all(hosts.map((host) => host.openExperiment(id)));
    expect(new Set(found.map((one) => JSON.stringify(one))).size).toBe(1);
    await Promise.all(hosts.map((host) => host.close()));
    expect(inStaging(folder)).toEqual([]);
  });

  it.each(CHANGES.slice(0, 2))("the death of one in $what leaves nothing to the other", async ({ make }) => {
    for (let last = 0; ; last++) {
      const { folder, ids, archive } = await furnished();
      const living = await open(folder);
      await living.listExperiments();
      const disk = dyingDisk(last);
      // The folders are there: a start changes nothing.
      const dying = await open(folder, { ...disk, makeFolder: (at) => nodeDisk.makeFolder(at) });
      const died = await make(dying, ids, archive).then(
        () => false,
        () => true,
      );
      const listed = (await living.listExperiments()).experiments.map(({ id }) => id);
      expect(listed, `after ${last} operations`).toContain(ids[0]);
      expect((await living.openExperiment(ids[0])).name).toMatch(/^(kept|replaced)$/);
      const saved = await living.saveExperiment(sampleToSave({ id: ids[0], name: "by the living" }));
      expect(await living.openExperiment(ids[0])).toMatchObject(saved);
      expect((await living.listExperiments()).quarantined).toEqual([]);
      expect(inStaging(folder)).toEqual([]);
      await living.close();
      if (!died) break;
    }
  });

  it("what a person copies in, renames or removes by hand is seen", async () => {
    const { folder, ids } = await furnished();
    await withHost(folder, async (host) => {
      const at = (name: string) => join(folder, "experiments", name);
      const there = async () => (await host.listExperiments()).experiments.map(({ id }) => id).toSorted();
      cpSync(at(ids[0]), at("a - Copy (2)"), { recursive: true });
      mkdirSync(at(".git"));
      writeFileSync(at("Thumbs.db"), "");
      expect(await there()).toEqual([ids[0], "a - Copy (2)"].toSorted());
      renameSync(at(ids[0]), at("mine"));
      expect(await there()).toEqual(["a - Copy (2)", "mine"]);
      rmSync(at("a - Copy (2)"), { recursive: true });
      expect(await there()).toEqual(["mine"]);
      expect((await host.openExperiment("mine")).files).toHaveLength(1);
    });
  });

  it("what a person put into an experiment's folder stays when it is saved again", async () => {
    const { folder, ids } = await furnished();
    const [id] = ids;
    writeFileSync(join(folder, "experiments", id, "plot.png"), "picture");
    await withHost(folder, (host) => host.saveExperiment(sampleToSave({ id, name: "again" })));
    expect(readFileSync(join(folder, "experiments", id, "plot.png"), "utf8")).toBe("picture");
    expect(existsSync(join(folder, "experiments", id, "files"))).toBe(false);
  });
});

describe("the lock", () => {
  const held = (holder: object) => {
    const file = join(emptyFolder(), "x.lock");
    writeFileSync(file, JSON.stringify(holder));
    return file;
  };
  const alive = { process: process.ppid, machine: hostname(), token: "t" };

  it("of a process that is gone does not block", async () => {
    const dead = held({ ...alive, process: 2 ** 22 + 12345 });
    expect(await withLock(dead, () => Promise.resolve("in"), 0)).toBe("in");
    expect(existsSync(dead)).toBe(false);
  });

  it("of an earlier life of this process's number does not block", async () => {
    expect(await withLock(held({ ...alive, process: process.pid }), () => Promise.resolve("in"), 0)).toBe(
      "in",
    );
  });

  it("of one that lives is waited for, then named", async () => {
    const file = held(alive);
    const error = await refusal(withLock(file, () => Promise.resolve("in"), 100));
    expect(error).toMatchObject({ code: "locked", where: file });
    expect(error.message).toContain(String(process.ppid));
    setTimeout(() => rmSync(file), 30);
    expect(await withLock(file, () => Promise.resolve("in"))).toBe("in");
  });

  it("without a sign of life for long does not block, wherever its holder is", async () => {
    for (const holder of [alive, { ...alive, machine: "elsewhere" }, {}]) {
      const file = held(holder);
      const longAgo = new Date(Date.now() - 60_000);
      utimesSync(file, longAgo, longAgo);
      expect(await withLock(file, () => Promise.resolve("in"), 0)).toBe("in");
    }
  });

  it("lets one in at a time", async () => {
    const file = join(emptyFolder(), "x.lock");
    let inside = 0;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        withLock(file, async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    expect(existsSync(file)).toBe(false);
  });
});

describe("the data folder", () => {
  const around = (platform: string, env: Record<string, string> = {}) => ({
    platform,
    env,
    home: "/home/ada",
  });
  it.each([
    ["linux", {}, "/home/ada/.config/Init Lab"],
    ["linux", { XDG_CONFIG_HOME: "/cfg" }, "/cfg/Init Lab"],
    ["darwin", {}, "/home/ada/Library/Application Support/Init Lab"],
    ["win32", { APPDATA: "C:\\Users\\Ada\\AppData\\Roaming" }, "C:\\Users\\Ada\\AppData\\Roaming\\Init Lab"],
    ["linux", { INITLAB_DATA: "/data" }, "/data"],
    ["linux", { INITLAB_DATA: "" }, "/home/ada/.config/Init Lab"],
  ])("on %s with %j", (platform, env, expected) => {
    expect(dataFolder(undefined, around(platform, env))).toBe(expected);
    expect(dataFolder("/asked", around(platform, env))).toBe("/asked");
  });
});

it("a folder is made with those above it, and one that cannot be made is said, not tried for ever", async () => {
  const root = emptyFolder();
  await nodeDisk.makeFolder(join(root, "a/b/c"));
  await Promise.all(["a/b/c", "a/b/d", "a/e/f"].map((folder) => nodeDisk.makeFolder(join(root, folder))));
  expect(readdirSync(join(root, "a")).toSorted()).toEqual(["b", "e"]);
  writeFileSync(join(root, "file"), "");
  await expect(nodeDisk.makeFolder(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(nodeDisk.makeFolder(join(root, "file/below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  if (process.platform === "linux")
    await expect(nodeDisk.makeFolder("/proc/none/below")).rejects.toMatchObject({ code: "ENOENT" });
});
