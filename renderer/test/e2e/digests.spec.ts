// The browser computes what the command line computes: the golden digests are the command line's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { parseExperiment } from "../../../core-as/spec/parse";
import { PRESETS } from "../../../core-as/spec/presets";
import type { RunResult } from "../../../core-as/spec/result";
import type { FromConductor, ToConductor } from "../../src/compute/messages";
import { servePages } from "./staticPages";

const GOLDEN = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../core-as/test/golden/digests.json"), "utf8"),
) as { readonly presets: Readonly<Record<string, { readonly digest: string }>> };

/** The digests that a conductor with so many workers computes, in the page's browser. */
async function digestsIn(page: Page, workers: number): Promise<Record<string, string>> {
  const named = PRESETS.map(({ name, spec }) => ({ name, spec: parseExperiment(spec) }));
  return page.evaluate(
    async ([presets, workers]) => {
      const conductor = new Worker("/conductor.js", { type: "module" });
      const say = (message: ToConductor) => conductor.postMessage(message);
      const digests: Record<string, string> = {};
      await new Promise<void>((resolve, reject) => {
        conductor.onerror = (event) => reject(new Error(event.message));
        conductor.onmessage = ({ data }: MessageEvent<FromConductor>) => {
          if (data.type === "failed") reject(new Error(`${presets[data.id]?.name}: ${data.failure.message}`));
          if (data.type === "broken") reject(new Error(data.reason));
          if (data.type !== "done") return;
          digests[presets[data.id]!.name] = (data.value as RunResult).digest;
          if (Object.keys(digests).length === presets.length) resolve();
        };
        say({ type: "start", workers, memoryLimitBytes: 4 * 2 ** 30 });
        presets.forEach(({ spec }, id) =>
          say({ type: "order", id, order: { kind: "measure", spec, files: new Map(), remedies: false } }),
        );
      });
      conductor.terminate();
      return digests;
    },
    [named, workers] as const,
  );
}

const expected = Object.fromEntries(
  Object.entries(GOLDEN.presets).map(([name, { digest }]) => [name, digest]),
);

test.describe("the digest in the browser is the command line's, for every preset", () => {
  for (const workers of [1, 2])
    test(`with ${workers === 1 ? "one worker" : `${workers} workers`}`, async ({ page }) => {
      test.setTimeout(600_000);
      const pages = await servePages();
      try {
        await page.goto(`${pages.address}icon.svg`);
        expect(await digestsIn(page, workers)).toEqual(expected);
      } finally {
        pages.close();
      }
    });
});

test("a run whose remedies are asked for tries them", async ({ page }) => {
  const spec = parseExperiment(PRESETS.find(({ name }) => name === "xavier-normal-sigmoid")!.spec);
  const pages = await servePages();
  try {
    await page.goto(`${pages.address}icon.svg`);
    const { tried, titles } = await page.evaluate(async (experiment) => {
      const conductor = new Worker("/conductor.js", { type: "module" });
      const say = (message: ToConductor) => conductor.postMessage(message);
      const tried: string[] = [];
      const result = await new Promise<RunResult>((resolve, reject) => {
        conductor.onmessage = ({ data }: MessageEvent<FromConductor>) => {
          if (data.type === "failed") reject(new Error(data.failure.message));
          if (data.type === "trial") tried.push(data.title);
          if (data.type === "done") resolve(data.value as RunResult);
        };
        say({ type: "start", workers: 2, memoryLimitBytes: 4 * 2 ** 30 });
        const order = { kind: "measure", spec: experiment, files: new Map(), remedies: true } as const;
        say({ type: "order", id: 1, order });
      });
      conductor.terminate();
      return { tried, titles: result.diagnosis.map(({ remedy }) => remedy?.title ?? null) };
    }, spec);
    expect(tried.length).toBeGreaterThan(0);
    expect(titles.filter((title) => title !== null)).not.toEqual([]);
    for (const title of titles) if (title !== null) expect(tried).toContain(title);
  } finally {
    pages.close();
  }
});
