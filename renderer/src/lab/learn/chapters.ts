// The list of Learn's chapters, in the order in which they are read.
import type { Chapter, ChapterId } from "./chapter";
import { large } from "./chapters/large";

export const CHAPTERS: readonly Chapter[] = [large];

/** Null: there is no such chapter. */
export function findChapter(id: ChapterId | null): Chapter | null {
  return CHAPTERS.find((chapter) => chapter.id === id) ?? null;
}

/** From 1, as the list has it. */
export function chapterNumber(id: ChapterId): number {
  return CHAPTERS.findIndex((chapter) => chapter.id === id) + 1;
}
