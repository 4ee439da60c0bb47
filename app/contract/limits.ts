// Bounds of what a person keeps: lengths in characters (UTF-16 units), counts, bytes. The screens' fields and the
// host's parser read the same table.
import { TEXT_LENGTHS } from "../../core-as/spec/bounds";

const MIB = 2 ** 20;

export const LIMITS = {
  name: TEXT_LENGTHS.name,
  notes: 100_000,
  tag: 50,
  tags: 50,
  verdict: 1000,
  searchText: 500,
  /** Of result.json. */
  result: 256 * MIB,
  /** Of training.json. */
  training: 256 * MIB,
  /** Trainings saved with one experiment: specs times seeds. */
  trainings: 1000,
  /** Files that one spec names. */
  files: 64,
  /** Bytes of one such file, and of all of them. */
  fileBytes: 512 * MIB,
  /** Experiments in one call: trashed, exported, restored. */
  ids: 100_000,
  /** Bytes of an `.initlab` file. */
  archiveBytes: 1024 * MIB,
  /** Bytes of everything in it, unpacked. */
  unpackedBytes: 2048 * MIB,
  /** Experiments in one report. */
  reportRuns: 8,
  /** Characters of all the results, trainings and comparisons of one report. */
  reportText: 512 * MIB,
  /** Of what `initlab claims --json` prints. */
  claims: 16 * MIB,
  /** Characters of a Figure as text. */
  figure: 16 * MIB,
  /** CSS pixels of a figure's width and of its height. */
  figureSide: { min: 160, max: 4000 },
  /** The line below a figure. */
  figureSource: 500,
  workers: 256,
  draws: 100,
} as const;

/** What can be the name of an experiment's folder on every system: Windows has devices of such names. */
export const ID =
  /^(?!(?:con|prn|aux|nul|com\d|lpt\d) *(?:\.|$))[a-z0-9_](?:[a-z0-9 ._()-]{0,98}[a-z0-9_()-])?$/i;

/** Of a draft or a job: the window's own, in the same letters. */
export const KEY = /^[A-Za-z0-9_-]{1,64}$/;
