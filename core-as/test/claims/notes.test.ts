// The notes, sentence by sentence: each is the quote of one claim, in the same order, or claims nothing, for a reason.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLAIM_CHAPTERS } from "../../claims/claim";
import { runSpec, trainingSpec } from "../../claims/experiments";
import { FOUNDING_CLAIMS } from "../../claims/founding";

const NOTES = readFileSync(join(import.meta.dirname, "foundingNotes.txt"), "utf8");

const HEADING = "a heading";
const CASE = "names the case that the next sentences are about";

/** What claims nothing, and why. */
const CLAIMS_NOTHING: Readonly<Record<string, string>> = {
  "weight initialization": HEADING,
  "why do we have to initialize": HEADING,
  "1. when initializing all weights to zero": HEADING,
  "1) if Activation function is ReLU": CASE,
  "2) if Activation function is sigmoid or tanh": CASE,
  "while gradient descent": CASE,
  "$\\frac {\\partial J} {\\partial O_i} \\frac {\\partial O_i} {\\partial O_{i-1}} \\frac {\\partial O_{i-1}} {\\partial O_{i-2}}...$":
    "an expression, of which nothing is said: the chain of factors that the next sentence is about",
  "2. when every weights has same value(except 0)": HEADING,
  "2. initialize with normail distribution": HEADING,
  "every layers uses sigmoid function for activation": "the setting of the picture, which is chosen",
  "3. Xavier initialization": HEADING,
  "why it fits well with logistc functions?": "a question, which the next sentence answers",
  "But when it combined with ReLU": CASE,
  "4. He initializaiton": HEADING,
};

/** Without marks of layout; a full stop ends a sentence where a word stands before it and a capital after. */
function sentencesOf(text: string): string[] {
  return text
    .replaceAll(/<[^>]*>/g, "\n")
    .replaceAll(/&[a-z]+;/g, " ")
    .replaceAll("**", "")
    .split("\n")
    .flatMap((line) => line.replace(/^#+/, "").split(/(?<=\s\S+\.)\s+(?=[A-Z])/))
    .map((sentence) => sentence.replaceAll(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "");
}

const sentences = sentencesOf(NOTES);
const quotes = FOUNDING_CLAIMS.map(({ quote }) => quote);

describe("the founding notes", () => {
  it("are read whole", () => {
    expect(sentences).toContain("Most weights are biased toward 0 and 1.");
    expect(sentences).toContain("Then it will occur gradient vanishing while gradient descent");
    expect(sentences.length).toBe(quotes.length + Object.keys(CLAIMS_NOTHING).length);
  });

  it("have a claim for every sentence that claims something, in their order and words", () => {
    expect(sentences.filter((sentence) => !Object.hasOwn(CLAIMS_NOTHING, sentence))).toEqual(quotes);
  });

  it("have a reason for every other", () => {
    for (const [sentence, reason] of Object.entries(CLAIMS_NOTHING)) {
      expect(sentences).toContain(sentence);
      expect(reason).toMatch(/\w/);
    }
  });
});

describe("the claims", () => {
  it("have ids and quotes of their own, and chapters in the notes' order", () => {
    const ids = FOUNDING_CLAIMS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(quotes).size).toBe(quotes.length);
    for (const id of ids) expect(id).toMatch(/^[a-z-]+$/);
    const chapters = FOUNDING_CLAIMS.map(({ chapter }) => CLAIM_CHAPTERS.indexOf(chapter));
    expect(chapters).toEqual([...chapters].sort((a, b) => a - b));
    expect(new Set(chapters).size).toBe(CLAIM_CHAPTERS.length);
  });

  it("need experiments that exist, with the seed that is asked for", () => {
    for (const { needs } of FOUNDING_CLAIMS) {
      expect(needs.runs.length + needs.trainings.length).toBeGreaterThan(0);
      for (const name of needs.runs) expect(runSpec(name, 7).seed).toBe(7);
      for (const name of needs.trainings) {
        expect(trainingSpec(name, 7).seed).toBe(7);
        expect(trainingSpec(name, 7).train).toBeDefined();
      }
    }
    expect(() => runSpec("none", 1)).toThrow('"none"');
  });
});
