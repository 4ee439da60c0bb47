// settings.json: what a person has chosen. A field that cannot be understood has its default; fields of other versions
// stay where they are.
import * as v from "valibot";
import type { Settings } from "../contract/hostApi";
import { SETTINGS } from "../contract/methods";
import { type Disk, unlessAbsent, writeWhole } from "./disk";
import type { Folders } from "./folders";

export const DEFAULT_SETTINGS: Settings = { theme: "system", workers: null, draws: 20 };

export async function readSettings(disk: Disk, { settings }: Folders): Promise<Settings> {
  return understood(await readFields(disk, settings));
}

/** Under the lock. */
export async function changeSettings(
  disk: Disk,
  { settings, staging }: Folders,
  change: Partial<Settings>,
): Promise<Settings> {
  const fields = { ...(await readFields(disk, settings)), ...change };
  await writeWhole(disk, settings, [`${JSON.stringify(fields, null, 2)}\n`], staging);
  return understood(fields);
}

async function readFields(disk: Disk, file: string): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await unlessAbsent(disk.read(file));
  if (bytes === null) return {};
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : {};
  } catch {
    return {};
  }
}

function understood(fields: Readonly<Record<string, unknown>>): Settings {
  const field = <Name extends keyof Settings>(name: Name): Settings[Name] => {
    const result = v.safeParse(SETTINGS[name], fields[name]);
    return (result.success ? result.output : DEFAULT_SETTINGS[name]) as Settings[Name];
  };
  return { theme: field("theme"), workers: field("workers"), draws: field("draws") };
}
