// The browser's protocol over a pipe, with a browser's part played here.
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Devtools, DevtoolsError } from "../../pdf/devtools";

function played() {
  const [commands, answers] = [new PassThrough(), new PassThrough()];
  const sent: Record<string, unknown>[] = [];
  let text = "";
  commands.on("data", (bytes: Buffer) => {
    text += bytes.toString();
    const messages = text.split("\0");
    text = messages.pop()!;
    sent.push(...messages.map((message) => JSON.parse(message) as Record<string, unknown>));
  });
  const devtools: Devtools = new Devtools(commands, answers, () =>
    devtools.end(new DevtoolsError("it has closed its pipe")),
  );
  return { devtools, answers, sent };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the browser's protocol", () => {
  it("puts answers to their commands, however the pipe cuts them up", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        async (texts, cuts) => {
          const { devtools, answers } = played();
          const asked = texts.map((text) => devtools.send("Some.command", { text }));
          const replies = texts.map((text, i) => `${JSON.stringify({ id: i + 1, result: { text } })}\0`);
          const bytes = Buffer.from(replies.reverse().join(""));
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = cuts[i % cuts.length]!;
            answers.write(bytes.subarray(at, at + length));
            at += length;
          }
          expect((await Promise.all(asked)).map(({ text }) => text)).toEqual(texts);
          answers.destroy();
        },
      ),
      { numRuns: 50 },
    );
  });

  it("says for which page a command is, and hears events", async () => {
    const { devtools, answers, sent } = played();
    const heard: unknown[] = [];
    devtools.on("Page.loaded", (params) => heard.push(params));
    const asked = devtools.send("Page.enable", {}, "session-1");
    answers.write(
      '{"method":"Page.loaded","params":{"at":1}}\0{"method":"Other.event"}\0{"id":1,"result":{}}\0',
    );
    await asked;
    expect(heard).toEqual([{ at: 1 }]);
    expect(sent).toEqual([{ id: 1, method: "Page.enable", params: {}, sessionId: "session-1" }]);
  });

  it("rejects what the browser refuses, with its reason", async () => {
    const { devtools, answers } = played();
    const asked = devtools.send("Page.print");
    answers.write('{"id":1,"error":{"code":-32000,"message":"no printer"}}\0');
    await expect(asked).rejects.toThrow("Page.print: no printer");
  });

  it.each([
    ["the pipe closes", (answers: PassThrough) => void answers.destroy()],
    ["it sends no JSON", (answers: PassThrough) => void answers.write("hello\0")],
  ])("rejects everything where %s", async (_what, ends) => {
    const { devtools, answers } = played();
    const asked = [devtools.send("A.a"), devtools.send("B.b")];
    const all = Promise.allSettled(asked);
    ends(answers);
    for (const outcome of await all)
      expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(DevtoolsError);
    await turn();
    await expect(devtools.send("C.c")).rejects.toThrow(DevtoolsError);
  });
});
