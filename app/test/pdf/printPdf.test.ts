// HTML to PDF by a browser of this machine. Where there is none, what needs one is skipped, and says so.
import { execFileSync, fork, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HostError } from "../../contract/hostError";
import { browsersHere } from "../../pdf/browserPlaces.mjs";
import { printPdf } from "../../pdf/printPdf";
import { directReports } from "../../report/direct";
import type { WrittenReport } from "../../report/reports";
import { reportRequest } from "../host/reports";
import { refusal } from "../host/suite";
import { emptyFolder, ROOT } from "../lab";

const isHere = Boolean(process.env["CHROME_PATH"]) || browsersHere().length > 0;
if (!isHere) console.log("skipped: printing, since this machine has no browser of the Chromium family");
const isWindows = process.platform === "win32";
if (isWindows) console.log("skipped: browsers that die or hang, which are shell scripts here");
const hasPdftotext = spawnSync("pdftotext", ["-v"]).error === undefined;
if (!hasPdftotext) console.log("skipped: the words in a PDF, since pdftotext is not on this machine");

const bytesOf = (html: string) => new TextEncoder().encode(html);
const page = (body: string, title = "A page") =>
  bytesOf(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`,
  );
const latin1 = (pdf: Uint8Array) => Buffer.from(pdf).toString("latin1");
const pagesIn = (pdf: Uint8Array) => [...latin1(pdf).matchAll(/\/Type\s*\/Page\b/g)].length;

const SCRATCH = emptyFolder();
let files = 0;
/** A place for a file that no browser makes. */
const scratch = (name: string) => join(SCRATCH, `${files++}-${name}`);

/** Everything that a browser leaves behind would lie here. */
let folder: string;
let before: string | undefined;
beforeEach(() => {
  folder = emptyFolder();
  before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
});
afterEach(async () => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  expect(isWindows ? [] : readdirSync(folder)).toEqual([]);
  await allEnded(folder);
});

/** What was killed is gone as soon as the system has had its turn. */
const allEnded = (mark: string) =>
  vi.waitFor(() => expect(processesOf(mark)).toEqual([]), { timeout: 60_000 });

/** Command lines of what runs with this folder; none are known but on Linux. */
function processesOf(folder: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((line) => line.includes(folder));
}

/** Words as they are, whatever the spaces between them are. */
function wordsIn(pdf: Uint8Array): string {
  const file = scratch("a.pdf");
  writeFileSync(file, pdf);
  return plain(execFileSync("pdftotext", [file, "-"], { encoding: "utf8" }));
}
const plain = (text: string) => text.replaceAll(/[\s\u00A0\u202F\u2009\u00AD]+/g, "");

/** An executable that is no browser. */
function pretender(script: string): string {
  const file = scratch("pretender");
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
}
/** Answers so many commands as a browser would, then does something else. */
const answering = (count: number, then: string) =>
  pretender(`#!${process.execPath}
const { createReadStream, writeSync } = require("node:fs");
let answered = 0;
createReadStream(null, { fd: 3 }).on("data", (bytes) => {
  for (const text of bytes.toString().split("\\0").filter(Boolean)) {
    if (answered++ >= ${count}) { ${then}; return; }
    writeSync(4, JSON.stringify({ id: JSON.parse(text).id, result: { targetId: "t", sessionId: "s" } }) + "\\0");
  }
});
setInterval(() => {}, 1000);
`);

describe.skipIf(!isHere)("a printed page", () => {
  it("is a PDF with its pages, tags, an outline, a title and no clock time", async () => {
    const breaks = '<p style="break-after:page">x</p>'.repeat(4);
    const pdf = await printPdf(
      page(`<h1>One</h1>${breaks}<h2>Two</h2><table><tr><th>a</th><td>1</td></tr></table>`, "Grün"),
    );
    const text = latin1(pdf);
    expect(text).toMatch(/^%PDF-1\./);
    expect(text.trimEnd()).toMatch(/%%EOF$/);
    expect(pagesIn(pdf)).toBe(5);
    expect(text).toMatch(/\/MarkInfo\s*<<[^>]*\/Marked\s+true/);
    expect(text).toContain("/StructTreeRoot");
    expect(text).toMatch(/\/S\s*\/Table\b/);
    expect(text).toMatch(/\/Outlines\s+\d+ 0 R/);
    expect(text).toContain("/Title <FEFF004700720075".slice(0, 14));
    expect(text).toMatch(/\/Lang\s*\(en\)/);
    expect(text).not.toMatch(/CreationDate|ModDate|Mozilla|initlab-pdf-/);
    expect(text).not.toContain(String(new Date().getFullYear()));
    expect(text).toContain("/Creator (Init Lab)");
  });

  it("is the same bytes again, in another second", async () => {
    const table = "<table><tr><th scope=col>a<th scope=col>b</tr><tr><td>1<td>2</tr></table>";
    const html = page(`<h1>Same</h1><p><a href='#b'>to b</a></p><p id='b'>b</p>${table}`);
    const first = await printPdf(html);
    // The numbers of its cells are ours: Chromium's own differ in one printing of twenty.
    expect(latin1(first).match(/\/ID \(node\d+\)/g)).toEqual(["/ID (node00000001)", "/ID (node00000002)"]);
    const second = () => Math.floor(Date.now() / 1000);
    const began = second();
    while (second() === began) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Buffer.from(await printPdf(html)).equals(Buffer.from(first))).toBe(true);
  });

  it("runs no script, reads no file, asks no server", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end("x");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const secret = scratch("secret.html");
    writeFileSync(secret, "SECRET");
    const pdf = await printPdf(
      page(
        `<p>words</p><img src="${at}/image" alt=""><link rel="stylesheet" href="${at}/style"><iframe src="file://${secret}"></iframe>
         <iframe src="${at}/frame"></iframe><style>@import url("${at}/import");body{background:url(${at}/background)}</style>
         <meta http-equiv="refresh" content="0;url=${at}/refresh"><script>document.body.append("SCRIPTED");fetch("${at}/script")</script>`,
      ),
    );
    server.close();
    expect(asked).toEqual([]);
    expect(pagesIn(pdf)).toBe(1);
    if (hasPdftotext) expect(wordsIn(pdf)).toMatch(/^words/);
    if (hasPdftotext) expect(wordsIn(pdf)).not.toMatch(/SECRET|SCRIPTED/);
  });

  it.skipIf(!hasPdftotext)("has its title and its number at the foot of each page, and no date", async () => {
    const words = wordsIn(
      await printPdf(page('<p style="break-after:page">first</p><p>second</p>', "&lt;b&gt; title")),
    );
    expect(words).toBe("first<b>title1/2second<b>title2/2");
  });

  it.skipIf(!hasPdftotext)("of a report holds its findings and every cell of its tables", async () => {
    const request = (await reportRequest({ title: "Everything" })) as WrittenReport;
    const html = await directReports.build(request);
    const words = wordsIn(await printPdf(html));
    const text = Buffer.from(html)
      .toString()
      .replace(/^[^]*<body/, "<body");
    const cells = [...text.matchAll(/<(?:td|th|caption|h[1-6])\b[^>]*>([^<]+)</g)].map(([, cell]) =>
      plain(entities(cell!)),
    );
    expect(cells.length).toBeGreaterThan(100);
    expect(cells.filter((cell) => !words.includes(cell))).toEqual([]);
    for (const { message } of (JSON.parse(request.runs[0]!.result!) as { diagnosis: { message: string }[] })
      .diagnosis)
      expect(words).toContain(plain(message));
  });

  it("is given up when it is cancelled, and nothing is left", async () => {
    const long = page("<table>" + "<tr><td>1</td><td>2</td></tr>".repeat(60_000) + "</table>");
    const cancelled = new AbortController();
    const printing = printPdf(long, { signal: cancelled.signal });
    // Once its profile is there the browser is.
    while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    cancelled.abort(new Error("not needed any more"));
    await expect(printing).rejects.toThrow("not needed any more");
    await expect(printPdf(long, { signal: cancelled.signal })).rejects.toThrow("not needed any more");
  });

  it("takes the next browser where the first is none", async () => {
    const real = process.env["CHROME_PATH"] || browsersHere()[0]!;
    const pdf = await printPdf(page("x"), { browsers: [join(folder, "gone"), real] });
    expect(pagesIn(pdf)).toBe(1);
  });
});

describe("without a browser", () => {
  it("says what to do instead", async () => {
    const error = await refusal(printPdf(page("x"), { browsers: [] }));
    expect(error.failure).toEqual({
      code: "not_found",
      where: "pdf",
      message:
        "no browser was found to print with; write .html and print it from any browser, or set CHROME_PATH",
    });
  });

  it("says so where CHROME_PATH names none", async () => {
    const named = process.env["CHROME_PATH"];
    try {
      for (const path of [join(folder, "chrome"), folder]) {
        process.env["CHROME_PATH"] = path;
        expect((await refusal(printPdf(page("x")))).message).toBe(
          `CHROME_PATH: ${path} cannot be started; a browser's executable would be right`,
        );
      }
    } finally {
      if (named === undefined) delete process.env["CHROME_PATH"];
      else process.env["CHROME_PATH"] = named;
    }
  });

  it("refuses a page that no browser could be sent", async () => {
    const error = await refusal(printPdf(new Uint8Array(64 * 2 ** 20 + 1), { browsers: [] }));
    expect(error).toMatchObject({ code: "too_large", where: "pdf" });
  });
});

describe.skipIf(isWindows)("a browser that goes wrong", () => {
  it.each([
    ["is not there", () => join(folder, "gone"), /ENOENT/],
    [
      "ends at once",
      () => pretender("#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 127\n"),
      /it has ended: error while loading shared libraries/,
    ],
    ["is no program", () => pretender("\u0000nothing"), /cannot be started|has ended/],
    ["says nonsense", () => pretender(`#!/bin/sh\nprintf 'hello\\0' >&4\nsleep 60\n`), /no message/],
  ])("and %s is none", async (_what, executable, message) => {
    const error = await refusal(printPdf(page("x"), { browsers: [executable()] }));
    expect(error).toMatchObject({ code: "not_found", where: "pdf" });
    expect(error.message).toMatch(/^no browser was found to print with; write \.html .*CHROME_PATH; /);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
  });

  it.each([
    ["dies over a page", "process.exit(9)", /it has ended/],
    ["is killed", "process.kill(process.pid, 'SIGKILL')", /it has ended/],
  ])("and %s costs that page", async (_what, then, message) => {
    for (const count of [1, 3, 7]) {
      const error = await refusal(printPdf(page("x"), { browsers: [answering(count, then)] }));
      expect(error).toMatchObject({ code: "internal", where: "pdf" });
      expect(error.message).toMatch(message);
      expect(error.message).toContain("write .html and print it from any browser");
    }
  });

  it("and prints no PDF is told so", async () => {
    const none = answering(99, "");
    const text = readFileSync(none, "utf8").replace(
      "const { createReadStream",
      `setTimeout(() => writeSync(4, '{"method":"Page.loadEventFired","params":{}}\\0'), 300);\nconst { createReadStream`,
    );
    const error = await refusal(printPdf(page("x"), { browsers: [pretender(text)] }));
    expect(error).toMatchObject({
      code: "internal",
      message: expect.stringMatching(/printed no PDF/) as string,
    });
  });

  it.each([0, 2, 7])("and hangs after %i answers can be cancelled, with what it started", async (count) => {
    const marker = scratch("child");
    const then = `require("node:child_process").spawn("sleep", ["60"], { argv0: ${JSON.stringify(marker)}, stdio: "ignore" }).on("spawn", () => require("node:fs").writeFileSync(${JSON.stringify(`${marker}.there`)}, ""))`;
    const cancelled = new AbortController();
    const printing = printPdf(page("x"), { browsers: [answering(count, then)], signal: cancelled.signal });
    const outcome = expect(printing).rejects.toThrow("enough");
    while (!existsSync(`${marker}.there`)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(process.platform !== "linux" || processesOf(marker).length > 0).toBe(true);
    cancelled.abort(new Error("enough"));
    await outcome;
    await allEnded(marker);
  });

  it("goes with the process that started it", async () => {
    const entry = scratch("prints.ts");
    const script = scratch("prints.mjs");
    writeFileSync(
      entry,
      `import { printPdf } from ${JSON.stringify(join(ROOT, "app/pdf/printPdf"))};
       void printPdf(new Uint8Array(1), { browsers: [process.argv[2]] });
       process.on("message", () => process.exit(0));`,
    );
    await build({ entryPoints: [entry], outfile: script, bundle: true, platform: "node", format: "esm" });
    const there = scratch("there");
    const hanging = answering(1, `require("node:fs").writeFileSync(${JSON.stringify(there)}, "")`);
    const child = fork(script, [hanging], { env: { ...process.env, TMPDIR: folder } });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    while (!existsSync(there)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(readdirSync(folder)).toHaveLength(1);
    child.send("end");
    expect(await ended).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not hide a disk that takes no profile", async () => {
    process.env["TMPDIR"] = join(folder, "gone");
    const thrown: unknown = await printPdf(page("x"), { browsers: ["/bin/true"] }).catch(
      (error: unknown) => error,
    );
    process.env["TMPDIR"] = folder;
    expect(thrown).not.toBeInstanceOf(HostError);
    expect(thrown).toMatchObject({ code: "ENOENT" });
    mkdirSync(folder, { recursive: true });
  });
});

function entities(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
