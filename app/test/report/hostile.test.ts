// Texts of people come out as text, whatever is in them, in every form; and what is not a result is refused with its
// place.
import fc from "fast-check";
import { HtmlValidate } from "html-validate";
import MarkdownIt from "markdown-it";
import { beforeAll, describe, expect, it } from "vitest";
import { SpecError } from "../../../core-as/spec/errors";
import { buildReport } from "../../report/report";
import { parsedCsv, parsedHtml } from "./parsed";
import { type Asked, asked, measured, reportText, runOf, trained } from "./samples";

const HOSTILE: Readonly<Record<string, string>> = {
  script: '<script>alert(1)</script><img src=x onerror="alert(2)"><svg onload=alert(3)>',
  closings: "</title></style></svg></table>--></desc><b>",
  latex: "\\href{javascript:alert(1)}{x} $\\includegraphics{/etc/passwd}$ \\def\\x{\\x\\x}\\x",
  formula: '=cmd|"/c calc"!A1',
  "plus, minus, at": "+1+1 -2 @SUM(A1)",
  directions: "\u202Eevil\u202C \u2067right\u2069 \u05E9\u05DC\u05D5\u05DD \u200F",
  "never closed": "\u202E\u2066\u2067never closed",
  emoji: "👩‍🔬🧪 e\u0301 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
  halves: "\uD800 lone \uDC00 halves \uDBFF",
  controls: "nul\u0000 bell\u0007 escape\u001B[31m vt\u000B del\u007F",
  markdown: "# *a* _b_ `c` [d](javascript:alert(1)) ![e](http://x/y.png) | f | <http://g> &amp; ~~h~~",
  lines: "one\r\ntwo\u2028three\n\n---\n\n# four",
  long: "x".repeat(10_000),
  "long words": "ab ".repeat(3333),
};

let good: Asked;
beforeAll(async () => {
  good = asked([await runOf("xavier-normal-tanh"), await runOf("he-normal-relu")]);
});

/** The same text in every place that a person writes. */
function everywhere(text: string): Asked {
  const runs = good.runs.map((run) => {
    const result = JSON.parse(run.result!) as { spec: { name: string } };
    return {
      ...run,
      name: text,
      notes: text,
      result: JSON.stringify({ ...result, spec: { ...result.spec, name: text.slice(0, 200) } }),
    };
  });
  return { ...good, title: text, author: text, notes: text, runs };
}

/** What stays of a text where it must stand on one line. */
const shown = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/\p{Surrogate}|[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/gu, "\uFFFD") // eslint-disable-line no-control-regex -- these are what is sent
    .replaceAll(/[\n\t\u2028\u2029]+/g, " ");

const ALLOWED =
  /^(html|head|meta|title|style|body|header|nav|main|section|div|span|bdi|p|h[1-6]|ol|ul|li|a|strong|em|s|code|pre|blockquote|hr|br|wbr|dl|dt|dd|table|caption|thead|tbody|tr|th|td|figure|figcaption|svg|desc|g|path|line|rect|circle|text|tspan|clippath|defs|math|semantics|annotation|m[a-z]+)$/i;

describe.each(Object.keys(HOSTILE))("%s", (name) => {
  const text = HOSTILE[name]!;

  it("is text in the HTML", async () => {
    const html = reportText(everywhere(text), "html");
    const document = parsedHtml(html);
    for (const element of document.querySelectorAll("*")) {
      expect(element.tagName).toMatch(ALLOWED);
      for (const { name: attribute, value } of element.attributes) {
        expect(attribute).not.toMatch(/^(on|src|srcset|action|formaction)/i);
        if (/href$/i.test(attribute)) expect(value).toMatch(/^#/);
      }
    }
    expect(document.querySelector("h1")!.textContent).toBe(shown(text).trim());
    expect(document.querySelector(".author")!.textContent).toBe(shown(text).trim());
    expect(document.querySelectorAll("script,img,iframe")).toHaveLength(0);
    const { results } = await new HtmlValidate({
      extends: ["html-validate:recommended"],
      elements: ["html5"],
      // A title is as long as it was given.
      rules: { "long-title": "off" },
    }).validateString(html);
    expect(
      results
        .flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId} ${message}`))
        .slice(0, 3),
    ).toEqual([]);
  });

  it("is text in the Markdown", () => {
    const markdown = reportText(everywhere(text), "md");
    const html = new MarkdownIt({ html: true, linkify: true }).render(markdown);
    const document = parsedHtml(`<body>${html}</body>`);
    for (const element of document.querySelectorAll("body *"))
      expect(element.tagName).toMatch(
        /^(h[1-6]|p|ol|ul|li|strong|em|s|code|pre|blockquote|hr|br|table|thead|tbody|tr|th|td)$/i,
      );
    const first = document.querySelector("h1")!.textContent.replaceAll(/[\u2066-\u2069\u202A-\u202E]/g, "");
    expect(squeezed(first)).toBe(squeezed(shown(text).replaceAll(/[\u2066-\u2069\u202A-\u202E]/g, "")));
  });

  it("is text in the CSV, and no formula", () => {
    const data = parsedCsv(reportText(everywhere(text), "csv"));
    for (const row of data) {
      expect(row).toHaveLength(8);
      for (const [c, cell] of row.entries()) if (c < 4 || c === 7) expect(cell).not.toMatch(/^\s*[=+\-@]/);
    }
  });

  it("is text in the JSON", () => {
    const report = JSON.parse(reportText(everywhere(text), "json")) as {
      author: string;
      runs: { name: string }[];
    };
    expect(report.author).toBe(text.trim());
    expect(report.runs[0]!.name).toBe(text);
  });
});

it.each(["\u200E=1", "\u2068 -1", "\u00AD@a"])(
  "%j is no formula in the CSV, though what hides it is not seen",
  (author) => {
    expect(parsedCsv(reportText({ ...good, author }, "csv"))).toContainEqual([
      "",
      "report",
      "report",
      "author",
      "",
      "",
      "",
      `'${author}`,
    ]);
  },
);

it("a heading keeps the signs at its end", () => {
  const html = new MarkdownIt().render(
    reportText({ ...good, title: "Run # ##", notes: "# About #1 \\#" }, "md"),
  );
  expect(html).toContain("<h1>Run # ##</h1>");
  expect(html).toMatch(/<h\d>About #1 #<\/h\d>/);
});

const squeezed = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

describe("any text", () => {
  it("leaves the table as it is, and no element of its own", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          "<",
          ">",
          "&",
          '"',
          "'",
          "`",
          "```",
          "$",
          "$$",
          "|",
          "\n",
          "\n\n",
          "\\",
          "[",
          "](",
          ")",
          "![",
          "<!--",
          "\u202E",
          "\uD83D",
          "\u0000",
          "- ",
          "1. ",
          "> ",
          "    ",
          "#",
          "*",
          "~~",
        ),
        fc.string({ unit: "binary", maxLength: 8 }),
      ),
      { maxLength: 24 },
    );
    const small = { ...good, sections: ["summary"] as const };
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        const request = { ...small, author: text, notes: text };
        const document = parsedHtml(reportText(request, "html"));
        for (const element of document.querySelectorAll("*")) expect(element.tagName).toMatch(ALLOWED);
        expect(document.querySelectorAll("main > section")).toHaveLength(1);
        const data = parsedCsv(reportText(request, "csv"));
        for (const row of data) expect(row).toHaveLength(8);
        const rendered = new MarkdownIt({ html: true, linkify: true }).render(reportText(request, "md"));
        expect(rendered).not.toMatch(/<(script|img|a|iframe|svg|style|title)\b/i);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a request that is wrong", () => {
  const refused = (change: Partial<Asked>): string => {
    try {
      buildReport({ ...good, ...change, format: "md" });
    } catch (thrown) {
      if (!(thrown instanceof SpecError)) throw thrown;
      return `${thrown.path}: ${thrown.message}`;
    }
    throw new Error("was not refused");
  };
  const withResult = (result: string) => refused({ runs: [good.runs[0]!, { name: "b", notes: "", result }] });
  const changed = async (change: (result: Record<string, unknown>) => void) => {
    const result = JSON.parse(await measured("xavier-normal-tanh")) as Record<string, unknown>;
    change(result);
    return withResult(JSON.stringify(result));
  };

  it("says where", async () => {
    expect(refused({ runs: [] })).toMatch(/^runs: nothing to report/);
    expect(withResult("{")).toMatch(/^runs\[1\]\.result: is not JSON/);
    expect(withResult("{}")).toMatch(/^runs\[1\]\.result: its format/);
    expect(withResult("null")).toMatch(/^runs\[1\]\.result: /);
    expect(refused({ runs: [{ name: "", notes: "", result: null }] })).toMatch(/^runs\[0\]: has neither/);
    expect(refused({ runs: [{ name: "", notes: "", result: null, training: "[]" }] })).toMatch(
      /^runs\[0\]\.training: /,
    );
    expect(refused({ runs: [{ ...good.runs[0]!, created: "yesterday" }] })).toMatch(/^runs\[0\]\.created: /);
    expect(refused({ comparison: "{}" })).toMatch(/^comparison\.format: nothing stands here/);
    expect(refused({ claims: { text: "[{}]", seed: 1 } })).toMatch(
      /^claims\.text\[0\]\.id: nothing stands here/,
    );
    expect(await changed((r) => ((r["layers"] as unknown[])[0] = null))).toMatch(
      /^runs\[1\]\.result\.layers\[0\]/,
    );
    expect(await changed((r) => (r["layers"] as unknown[]).pop())).toMatch(
      /^runs\[1\]\.result\.layers: 4 of them/,
    );
    expect(await changed((r) => delete (r["layers"] as { weights?: unknown }[])[2]!.weights)).toMatch(
      /^runs\[1\]\.result\.layers\[2\]\.weights: /,
    );
    expect(await changed((r) => ((r["spec"] as { seed: unknown }).seed = -1))).toMatch(
      /^runs\[1\]\.result\.spec\.seed: /,
    );
    const training = await trained("train-book-xavier", ["--steps", "4"]);
    const damaged = training.replace(/"records":\s*\[/, '"records": [null,');
    expect(refused({ runs: [{ name: "", notes: "", result: null, training: damaged }] })).toMatch(
      /^runs\[0\]\.training\[0\]\.records\[0\]: /,
    );
  });

  it("whatever is cut out of a result: refused with a place, or reported", async () => {
    const text = await measured("xavier-normal-tanh");
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]) => {
      if (typeof value !== "object" || value === null || path.length > 3) return;
      for (const [key, item] of Object.entries(value)) {
        // Layers are alike, and so are their tensors.
        if ((Array.isArray(value) && Number(key) > 0) || /^(bias|input)$/.test(key)) continue;
        paths.push([...path, key]);
        walk(item, [...path, key]);
      }
    };
    walk(JSON.parse(text), []);
    const bad: string[] = [];
    for (const path of paths)
      for (const put of [undefined, "text", {}]) {
        const result = JSON.parse(text) as Record<string, unknown>;
        let at = result;
        for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
        at[path.at(-1)!] = put;
        try {
          buildReport({
            ...asked([{ name: "", notes: "", result: JSON.stringify(result) }]),
            sections: ["summary", "findings", "network", "layers", "gradients", "appendix"],
            format: "md",
          });
        } catch (thrown) {
          if (!(thrown instanceof SpecError))
            bad.push(`${path.join(".")} = ${JSON.stringify(put)}: ${String(thrown)}`);
        }
      }
    expect(bad.slice(0, 10)).toEqual([]);
  });
});
