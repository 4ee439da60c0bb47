// The appendix: every start that was trained has its spec and the command that repeats it.
import { expect, it } from "vitest";
import { asked, reportText, trained } from "./samples";

it("of one training with two starts has both specs, each with its own digests", async () => {
  const texts = [
    await trained("train-book-he", ["--steps", "2", "--seeds", "2"]),
    await trained("train-book-xavier", ["--steps", "2"]),
  ];
  const trainings = texts.flatMap((text) => JSON.parse(text) as { digest: string }[]);
  const run = { name: "Two starts", notes: "", result: null, training: JSON.stringify(trainings) };
  const markdown = reportText(asked([run], { sections: ["appendix"] }), "md");
  const [, first = "", second = ""] = markdown.split(/(?=^- Seed: )/m);
  const [a, b, c] = trainings.map(({ digest }) => digest) as [string, string, string];
  expect([a, b, c].map((digest) => first.includes(digest))).toEqual([true, true, false]);
  expect([a, b, c].map((digest) => second.includes(digest))).toEqual([false, false, true]);
  expect(first).toMatch(/^initlab train spec-1-1\.json --seed \d+ --seeds 2$/m);
  expect(first).toContain('"scheme": "he_normal"');
  expect(second).toMatch(/^initlab train spec-1-2\.json --seed \d+ --seeds 1$/m);
  expect(second).toMatch(/"scheme": "xavier_/);
  expect(second).not.toContain('"scheme": "he_normal"');
});
