// Archives that come from anywhere: each hostile one is refused with a message that names the place, before anything
// is written; what zip programs make of a good one is taken.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { unzipSync, type Zippable, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../../contract/limits";
import { crc32 } from "../../../core-as/formats/crc";
import { openHost, type OpenHost } from "../../host/host";
import { emptyFolder } from "../lab";
import { digestOf, sampleResult, sampleToSave } from "./samples";
import { refusal } from "./suite";

const text = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

interface RawEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** Where it lies about itself. */
  readonly bytes?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
}

/** A zip written by hand, so that it can lie. */
function rawZip(entries: readonly RawEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const {
    name,
    content,
    bytes = content.length,
    crc = crc32(content),
    flags = 0x800,
    method = 8,
  } of entries) {
    const packed = deflateRawSync(content);
    const nameBytes = text(name);
    const header = (signature: number, length: number, shift: number) => {
      const head = new Uint8Array(length + nameBytes.length);
      const view = new DataView(head.buffer);
      view.setUint32(0, signature, true);
      view.setUint16(4 + shift, 20, true);
      view.setUint16(6 + shift, flags, true);
      view.setUint16(8 + shift, method, true);
      view.setUint32(14 + shift, crc, true);
      view.setUint32(18 + shift, packed.length, true);
      view.setUint32(22 + shift, bytes, true);
      view.setUint16(26 + shift, nameBytes.length, true);
      head.set(nameBytes, length);
      return { head, view };
    };
    const { head } = header(0x04034b50, 30, 0);
    const central = header(0x02014b50, 46, 2);
    central.view.setUint32(42, at, true);
    parts.push(head, packed);
    directory.push(central.head);
    at += head.length + packed.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, entries.length, true);
  end.setUint16(10, entries.length, true);
  end.setUint32(
    12,
    directory.reduce((sum, one) => sum + one.length, 0),
    true,
  );
  end.setUint32(16, at, true);
  return Buffer.concat([...parts, ...directory, new Uint8Array(end.buffer)]);
}

describe("an archive", () => {
  let folder: string;
  let host: OpenHost;
  /** Of one good experiment with a file. */
  let good: Record<string, Uint8Array>;
  let id: string;
  const file = text("1,2\n3,4\n");
  const fileSum = digestOf("1,2\n3,4\n");

  beforeAll(async () => {
    const about = { version: "0.0.0", runtime: {}, platform: "test", host: "direct" } as const;
    const source = await openHost(emptyFolder(), about);
    ({ id } = await source.saveExperiment(sampleToSave({ files: [{ path: "d.csv", bytes: file }] })));
    good = unzipSync(await source.exportExperiments([id]));
    await source.close();
    folder = emptyFolder();
    host = await openHost(folder, about);
  });
  afterAll(() => host.close());

  const refused = async (archive: Uint8Array) => {
    const error = await refusal(host.importExperiments(archive));
    expect(["invalid", "too_large", "newer_format"]).toContain(error.code);
    for (const name of ["experiments", "staging", "quarantine"])
      expect(readdirSync(join(folder, name))).toEqual([]);
    return `${error.where}: ${error.message}`;
  };

  it("holds the folders as they are, packed", () => {
    expect(Object.keys(good).toSorted()).toEqual(
      [`${id}/experiment.json`, `${id}/files/${fileSum}`, `${id}/result.json`].toSorted(),
    );
  });

  it.each([
    "../evil/experiment.json",
    "a/../../evil/experiment.json",
    "/etc/experiment.json",
    "//server/share/experiment.json",
    "C:/experiment.json",
    "C:\\evil\\experiment.json",
    "a\\..\\..\\experiment.json",
    "./experiment.json",
    "../experiment.json",
    "..",
    "...",
    ".hidden/experiment.json",
    "a/./experiment.json",
    "a//experiment.json",
    "a/files/../../experiment.json",
    "a/files/evil.sh",
    "a/files/0123",
    "a/experiment.json/",
    "a/experiment.json\0.png",
    "a\0/experiment.json",
    "a\n/experiment.json",
    "a /experiment.json",
    "a./experiment.json",
    "~/experiment.json",
    "a/b/experiment.json",
    "experiments/a/experiment.json",
    "%2e%2e/experiment.json",
    "CON/experiment.json",
    "nul.b/experiment.json",
    "Lpt1 .b/experiment.json",
    "\u202eevil/experiment.json",
    "ａ/experiment.json",
    `${"x".repeat(200)}/experiment.json`,
    "experiment.json",
    "",
  ])("with an entry named %j is refused", async (name) => {
    const entries = Object.entries(good).map(([name, content]) => ({ name, content }));
    expect(await refused(rawZip([...entries, { name, content: text("x") }]))).toMatch(
      /has no place|is no|damaged/,
    );
  });

  it.each<[string, (entries: RawEntry[]) => RawEntry[], RegExp]>([
    [
      "a size that its bytes cannot hold",
      (all) => change(all, "result", { bytes: 3e9 }),
      /declares 3000000000 bytes/,
    ],
    ["a size beyond the limit", (all) => [...all, bomb()], /would unpack to .* bytes; at most/],
    ["less than was declared", (all) => change(all, "result", { bytes: 300 }), /damaged/],
    ["more than was declared", (all) => change(all, "result", { bytes: 5 }), /damaged/],
    ["another checksum", (all) => change(all, "result", { crc: 1 }), /damaged/],
    ["a password", (all) => change(all, "result", { flags: 0x801 }), /encrypted|damaged/],
    ["an unknown way of packing", (all) => change(all, "result", { method: 14 }), /method 14|damaged/],
    ["one name twice", (all) => [...all, all[0]!], /two entries/],
    [
      "no result",
      (all) => all.filter(({ name }) => !name.endsWith("result.json")),
      /result\.json is missing/,
    ],
    [
      "no experiment",
      (all) => all.filter(({ name }) => !name.endsWith("experiment.json")),
      /experiment\.json is missing/,
    ],
    [
      "no file that is named",
      (all) => all.filter(({ name }) => !name.includes("/files/")),
      /files\/.* is missing/,
    ],
    [
      "a file that nothing names",
      (all) => [...all, { name: `${id}/files/${digestOf("x")}`, content: text("x") }],
      /belongs to nothing/,
    ],
    ["other bytes in a file", (all) => change(all, "files", { content: text("9,9\n") }), /other bytes/],
    [
      "another result",
      (all) => change(all, "result", { content: text(sampleResult("other")) }),
      /different runs/,
    ],
    ["no JSON", (all) => change(all, "experiment", { content: text("{") }), /not JSON/],
    ["nothing at all", () => [], /no experiments/],
    ["a newer format", (all) => edit(all, { format: "initlab.saved/2" }), /newer version/],
    ["a newer spec", (all) => edit(all, { spec: { format: "initlab.experiment/7" } }), /newer version/],
    ["an unknown format", (all) => edit(all, { format: "other/1" }), /format is "other\/1"/],
    ["a spec out of bounds", (all) => edit(all, { spec: { format: "initlab.experiment/1" } }), /spec: /],
  ])("with %s is refused", async (_what, make, message) => {
    const entries = Object.entries(good).map(([name, content]) => ({ name, content }));
    expect(await refused(rawZip(make(entries)))).toMatch(message);
  });

  it("cut anywhere is refused", async () => {
    const whole = zipSync(good);
    for (let length = 0; length < whole.length; length += 97) await refused(whole.subarray(0, length));
  });

  it("with any byte changed is refused, or says the same", async () => {
    const whole = rawZip(Object.entries(good).map(([name, content]) => ({ name, content })));
    for (let at = 0; at < whole.length; at += 53) {
      const other = Uint8Array.from(whole);
      other[at]! ^= 0x55;
      const report = await host.importExperiments(other).catch(() => null);
      if (report === null) continue;
      const arrived = [...report.imported, ...report.unchanged][0]!.id;
      const found = await host.openExperiment(arrived);
      expect(found.result).toBe(sampleResult("He and ReLU"));
      await host.trashExperiments([arrived]);
      await host.emptyTrash();
    }
  });

  it("made by a person's zip program is taken", async () => {
    const [added]: Zippable[] = [
      {
        ...good,
        [`${id}/`]: new Uint8Array(),
        [`${id}/files/`]: new Uint8Array(),
        [`__MACOSX/${id}/._experiment.json`]: text("x"),
        [`${id}/.DS_Store`]: text("x"),
      },
    ];
    const { imported } = await host.importExperiments(zipSync(added!));
    expect(imported.map((one) => one.id)).toEqual([id]);
    expect((await host.openExperiment(id)).files[0]!.bytes).toEqual(Buffer.from(file));
    expect(readdirSync(join(folder, "experiments", id)).toSorted()).toEqual([
      "experiment.json",
      "files",
      "result.json",
    ]);
  });

  function change(all: readonly RawEntry[], part: string, by: Partial<RawEntry>): RawEntry[] {
    return all.map((entry) => (entry.name.startsWith(`${id}/${part}`) ? { ...entry, ...by } : entry));
  }

  function edit(all: readonly RawEntry[], by: object): RawEntry[] {
    const saved = JSON.parse(new TextDecoder().decode(good[`${id}/experiment.json`])) as object;
    return change(all, "experiment", { content: text({ ...saved, ...by }) });
  }

  /** Zeros pack a thousandfold: 17 MiB of an experiment.json in 17 KiB. */
  function bomb(): RawEntry {
    expect(LIMITS.unpackedBytes).toBeGreaterThan(17 * 2 ** 20);
    return { name: "bomb/experiment.json", content: new Uint8Array(17 * 2 ** 20) };
  }
});
