// The reader's answers and what was read, as they are kept with the page and given away as a file. Reads what storage
// has without trust: what does not fit is left out, and the rest stays.
import { CHAPTER_IDS, type Chapter, type ChapterId } from "./chapter";
import { chapterNumber } from "./chapters";
import { plainProse } from "./prose";

export const READING_VERSION = 1;
export const ANSWERS_FORMAT = "initlab.answers/1";

export interface Answer {
  /** Place among the question's choices. */
  readonly choice: number;
  /** ISO 8601, UTC. */
  readonly answered: string;
}

/** Everything of a reader that outlives the window. */
export interface Reading {
  readonly answers: Readonly<Partial<Record<ChapterId, Answer>>>;
  /** Chapters whose end was reached. */
  readonly read: readonly ChapterId[];
  /** Where the reader was last. */
  readonly last: ChapterId | null;
}

export const NOTHING_READ: Reading = { answers: {}, read: [], last: null };

/** Longest text that is looked at: fourteen answers take a hundredth of it. */
const MAX_TEXT = 100_000;
/** A question has at most five choices; which ones it has is seen when it is shown. */
const MAX_CHOICES = 5;

export function readingText({ answers, read, last }: Reading): string {
  return JSON.stringify({ version: READING_VERSION, answers, read, last });
}

/** Of whatever was in storage; a text of another version, or none, is nothing read. */
export function parseReading(text: string | null): Reading {
  if (text === null || text.length > MAX_TEXT) return NOTHING_READ;
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return NOTHING_READ;
  }
  if (!isRecord(found) || found["version"] !== READING_VERSION) return NOTHING_READ;
  const { answers, read, last } = found;
  return {
    answers: isRecord(answers) ? answersIn(answers) : {},
    read: Array.isArray(read) ? CHAPTER_IDS.filter((id) => read.includes(id)) : [],
    last: CHAPTER_IDS.find((id) => id === last) ?? null,
  };
}

function answersIn(found: Readonly<Record<string, unknown>>): Reading["answers"] {
  const answers: Partial<Record<ChapterId, Answer>> = {};
  for (const id of CHAPTER_IDS) {
    const answer = Object.hasOwn(found, id) ? found[id] : undefined;
    if (!isRecord(answer)) continue;
    const { choice, answered } = answer;
    if (!Number.isInteger(choice) || (choice as number) < 0 || (choice as number) >= MAX_CHOICES) continue;
    if (typeof answered !== "string" || Number.isNaN(Date.parse(answered))) continue;
    answers[id] = { choice: choice as number, answered: new Date(answered).toISOString() };
  }
  return answers;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the measurement said, where it was made in this window. */
export interface Outcome {
  readonly right: number | null;
  readonly measured: string;
}

interface ExportedAnswer {
  readonly chapter: ChapterId;
  readonly title: string;
  readonly question: string;
  readonly choices: readonly string[];
  readonly answer: string;
  readonly answered: string;
  /** Null: it was not measured in this window. */
  readonly right: string | null;
  readonly measured: string | null;
}

function exported(
  chapters: readonly Chapter[],
  { answers }: Reading,
  outcomes: ReadonlyMap<ChapterId, Outcome>,
): readonly ExportedAnswer[] {
  return chapters.flatMap(({ id, title, question }) => {
    const answer = answers[id];
    const choices = question.choices.map((choice) => plainProse(choice));
    const chosen = answer && choices[answer.choice];
    if (!answer || chosen === undefined) return [];
    const outcome = outcomes.get(id);
    return [
      {
        chapter: id,
        title,
        question: plainProse(question.ask),
        choices,
        answer: chosen,
        answered: answer.answered,
        right: outcome?.right == null ? null : (choices[outcome.right] ?? null),
        measured: outcome?.measured ?? null,
      },
    ];
  });
}

/** Ends in a line break, as text files do. `name`: of who answered, empty where nobody has said. */
export function answersJson(
  chapters: readonly Chapter[],
  reading: Reading,
  outcomes: ReadonlyMap<ChapterId, Outcome>,
  name: string,
): string {
  const answers = exported(chapters, reading, outcomes);
  return `${JSON.stringify({ format: ANSWERS_FORMAT, name, chapters: chapters.length, read: reading.read, answers }, null, 2)}\n`;
}

export function answersMarkdown(
  chapters: readonly Chapter[],
  reading: Reading,
  outcomes: ReadonlyMap<ChapterId, Outcome>,
  name: string,
): string {
  const answers = exported(chapters, reading, outcomes);
  const lines = [
    "# Answers in Init Lab",
    "",
    // To be handed in: a line to write on where no name is known.
    `Name: ${plainLine(name) || "\\_".repeat(24)}`,
    "",
    `${answers.length} of ${chapters.length} questions answered${scoreOf(answers)}.`,
    ...answers.flatMap((one) => [
      "",
      `## ${chapterNumber(one.chapter)}. ${one.title}`,
      "",
      one.question,
      "",
      ...one.choices.map((choice) => `- ${choice}${marksOf(choice, one)}`),
      "",
      `Answered ${one.answered.slice(0, 10)}. ${one.measured === null ? NOT_MEASURED : sentence(one.measured)}`,
    ]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function marksOf(choice: string, { answer, right }: ExportedAnswer): string {
  const marks = [choice === answer ? "**my answer**" : "", choice === right ? "as measured" : ""];
  const said = marks.filter(Boolean).join(", ");
  return said === "" ? "" : ` (${said})`;
}

/** The question is measured when its chapter is open; an export from another window has the answers alone. */
const NOT_MEASURED = "Not measured in this window: open the chapter, and export again.";

function scoreOf(answers: readonly ExportedAnswer[]): string {
  const measured = answers.filter(({ right }) => right !== null);
  if (measured.length === 0) return "";
  const right = measured.filter((one) => one.right === one.answer).length;
  return `; of the ${measured.length} measured, ${right} as measured`;
}

/** No line break, and nothing that Markdown would read. */
const plainLine = (text: string) =>
  text
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll(/[\\`*_[\]<>#&|~]/g, String.raw`\$&`);

const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
