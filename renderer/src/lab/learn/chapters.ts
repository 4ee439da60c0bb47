// The list of Learn's chapters, in the order in which they are read.
import type { Chapter, ChapterId } from "./chapter";
import { collapse } from "./chapters/collapse";
import { dyingRelu } from "./chapters/dyingRelu";
import { edgeOfChaos } from "./chapters/edgeOfChaos";
import { frameworks } from "./chapters/frameworks";
import { gains } from "./chapters/gains";
import { he } from "./chapters/he";
import { large } from "./chapters/large";
import { logistic } from "./chapters/logistic";
import { orthogonal } from "./chapters/orthogonal";
import { same } from "./chapters/same";
import { small } from "./chapters/small";
import { xavier } from "./chapters/xavier";
import { xavierRelu } from "./chapters/xavierRelu";
import { zeros } from "./chapters/zeros";

export const CHAPTERS: readonly Chapter[] = [
  zeros,
  same,
  large,
  small,
  xavier,
  logistic,
  xavierRelu,
  he,
  collapse,
  edgeOfChaos,
  orthogonal,
  dyingRelu,
  frameworks,
  gains,
];

/** Null: there is no such chapter. */
export function findChapter(id: ChapterId | null): Chapter | null {
  return CHAPTERS.find((chapter) => chapter.id === id) ?? null;
}

/** From 1, as the list has it. */
export function chapterNumber(id: ChapterId): number {
  return CHAPTERS.findIndex((chapter) => chapter.id === id) + 1;
}
