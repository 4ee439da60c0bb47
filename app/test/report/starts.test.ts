// One training from two starts: the report names both wherever it speaks of the training, never the first alone.
import { beforeAll, expect, it } from "vitest";
import { asked, reportText, trained } from "./samples";

let markdown = "";

beforeAll(async () => {
  const texts = [
    await trained("train-book-he", ["--steps", "2", "--seeds", "2"]),
    await trained("train-book-std", ["--steps", "2"]),
  ];
  const training = JSON.stringify(texts.flatMap((text) => JSON.parse(text) as object[]));
  const run = { name: "Two starts", notes: "", result: null, training };
  markdown = reportText(asked([run], { sections: ["summary", "network", "training"] }), "md");
}, 120_000);

it("says how each start ended", () => {
  expect(markdown).toMatch(
    /^.*: He\. Trained with 2 seeds: .*\. At the end [\d.]+ %( to [\d.]+ %)? of the validation share is right\.$/m,
  );
  expect(markdown).toMatch(
    /^.*: std 0\.01\. Trained: .*\. At the end [\d.]+ % of the validation share is right\.$/m,
  );
});

it("describes the layers and the law of each start", () => {
  const [, he = "", std = ""] = markdown.split(/(?=^\*\*Layers: )/m);
  expect(he).toContain("He normal");
  expect(he).not.toContain("std 0.01");
  expect(std).toContain("Normal (mean 0, std 0.01)");
});

it("speaks of no remedy, as none is sought for a training", () => {
  expect(markdown).toContain("Learned nothing");
  expect(markdown).not.toContain("No remedy");
});

it("says where a person stopped a training, and what its command then does", async () => {
  const [one] = JSON.parse(await trained("train-book-he", ["--steps", "4"])) as object[];
  const training = JSON.stringify([{ ...one, outcome: "stopped", steps: 3 }]);
  const run = { name: "Stopped", notes: "", result: null, training };
  const text = reportText(asked([run], { sections: ["summary", "appendix"] }), "md");
  expect(text).toMatch(
    / Trained, stopped at step 3 of 4: .*\. There [\d.]+ % of the validation share is right\.$/m,
  );
  expect(text).toMatch(/^- Digest, seed \d+: [0-9a-f]{64}, stopped at step 3$/m);
  expect(text).toContain("its digest is then another.");
  expect(text).not.toContain("the digest it prints is the one above");
});
