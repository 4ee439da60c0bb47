// What Learn has of its reader: the chapter on the screen, what was read and answered, where in it the reader was, and
// what was measured for it in this window. Kept with the page; storage that cannot be used costs only the keeping.
import type { Compute } from "../../compute/compute";
import { type Answer, type Outcome, parseReading, type Reading, readingText } from "./answers";
import { CHAPTER_IDS, type Chapter, type ChapterId } from "./chapter";
import { ChapterEvidence } from "./chapterEvidence.svelte";
import { CHAPTERS, findChapter } from "./chapters";
import { until } from "../until.svelte";
import { EvidenceRoom } from "./evidence";
import { Trial } from "./trial.svelte";

const KEY = "initlab.learn";

/** A chapter as this window has it. */
export interface OpenChapter {
  readonly chapter: Chapter;
  readonly evidence: ChapterEvidence;
  readonly trial: Trial;
}

export class Learn {
  reading: Reading = $state.raw(parseReading(null));
  /** Larger type, the chapter alone. */
  isProjecting = $state(false);
  /** Asked for on paper: the screen lays itself out for it, prints, and takes this back. */
  isPrinting = $state(false);
  /** Where one went to Lab or Train from; null: one did not. */
  cameFrom: ChapterId | null = $state(null);
  #isWaitingToPrint = false;
  #id: ChapterId = $state(CHAPTER_IDS[0]);

  readonly #compute: Compute;
  readonly #room: EvidenceRoom;
  readonly #open = new Map<ChapterId, OpenChapter>();
  readonly #scroll = new Map<ChapterId, number>();

  constructor(compute: Compute) {
    this.#compute = compute;
    this.#room = new EvidenceRoom(compute);
    this.reading = parseReading(kept());
    this.#id = this.reading.last ?? CHAPTERS[0]!.id;
  }

  get chapter(): Chapter {
    return findChapter(this.#id) ?? CHAPTERS[0]!;
  }

  /** What was measured for a chapter stays for the life of the window. */
  opened(chapter: Chapter): OpenChapter {
    const known = this.#open.get(chapter.id);
    if (known) return known;
    const open = {
      chapter,
      evidence: new ChapterEvidence(chapter, this.#compute, this.#room),
      trial: new Trial(chapter, this.#compute, this.#room),
    };
    this.#open.set(chapter.id, open);
    return open;
  }

  /** Prints the chapter once its claims are measured, seen or not; nothing where it is left before. */
  async print(): Promise<void> {
    if (this.#isWaitingToPrint) return;
    const { chapter, evidence } = this.opened(this.chapter);
    evidence.judge();
    this.#isWaitingToPrint = true;
    const isLeft = () => this.#id !== chapter.id || !evidence.isShown;
    await until(() => evidence.isAtRest || isLeft(), new AbortController().signal);
    this.#isWaitingToPrint = false;
    if (!isLeft()) this.isPrinting = true;
  }

  open(id: ChapterId): void {
    if (!findChapter(id)) return;
    if (id !== this.#id) this.#scroll.delete(id);
    this.#id = id;
    this.#keep({ ...this.reading, last: id });
  }

  /** In pixels from the top of the chapter. */
  scrollOf(id: ChapterId): number {
    return this.#scroll.get(id) ?? 0;
  }

  scrolled(id: ChapterId, top: number): void {
    this.#scroll.set(id, top);
  }

  answer(id: ChapterId): Answer | null {
    const answer = this.reading.answers[id];
    // Of another edition of the chapter, with more choices.
    if (!answer || answer.choice >= (findChapter(id)?.question.choices.length ?? 0)) return null;
    return answer;
  }

  choose(id: ChapterId, choice: number): void {
    const answers = { ...this.reading.answers, [id]: { choice, answered: new Date().toISOString() } };
    this.#keep({ ...this.reading, answers });
  }

  clear(id: ChapterId): void {
    const { [id]: _, ...answers } = this.reading.answers;
    this.#keep({ ...this.reading, answers });
  }

  /** Its end was reached. */
  finished(id: ChapterId): void {
    if (this.reading.read.includes(id)) return;
    const read = CHAPTER_IDS.filter((other) => other === id || this.reading.read.includes(other));
    this.#keep({ ...this.reading, read });
  }

  isRead(id: ChapterId): boolean {
    return this.reading.read.includes(id) || this.answer(id) !== null;
  }

  /** Questions that have been answered. */
  get answered(): number {
    return CHAPTERS.filter(({ id }) => this.answer(id) !== null).length;
  }

  /** What the measurements said of the questions, where they were made in this window. */
  outcomes(): ReadonlyMap<ChapterId, Outcome> {
    const outcomes = new Map<ChapterId, Outcome>();
    for (const [id, { evidence }] of this.#open)
      if (evidence.revealed.status === "known") outcomes.set(id, evidence.revealed.value);
    return outcomes;
  }

  #keep(reading: Reading): void {
    this.reading = reading;
    try {
      localStorage.setItem(KEY, readingText(reading));
    } catch {
      // Then it lasts as long as the window.
    }
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
