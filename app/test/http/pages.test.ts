// The built files as pages: what is found, what is refused, and the headers that all of them wear.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { PAGE_POLICY, servedFile, WORKER_POLICY } from "../../host/pages";
import { emptyFolder } from "../lab";
import { TRAVERSALS } from "./traversals";

let root: string;

beforeAll(() => {
  const outer = emptyFolder();
  root = join(outer, "renderer");
  mkdirSync(join(root, "fonts"), { recursive: true });
  for (const [name, text] of Object.entries({
    "secret.json": "{}",
    "renderer/index.html": "<!doctype html>",
    "renderer/app.js": "1",
    "renderer/app.js.map": "{}",
    "renderer/worker.js": "2",
    "renderer/conductor.js": "3",
    "renderer/core.wasm": "4",
    "renderer/digits.csv.gz": "5",
    "renderer/fonts/inter.woff2": "6",
  }))
    writeFileSync(join(outer, name), text);
  symlinkSync(join(outer, "secret.json"), join(root, "link.json"));
});

describe("a built file", () => {
  it.each([
    ["/", "text/html; charset=utf-8", "<!doctype html>"],
    ["/index.html?x=1", "text/html; charset=utf-8", "<!doctype html>"],
    ["/app.js", "text/javascript; charset=utf-8", "1"],
    ["/core.wasm", "application/wasm", "4"],
    ["/digits.csv.gz", "application/gzip", "5"],
    ["/fonts/inter.woff2", "font/woff2", "6"],
  ])("%s goes out as %s", async (path, mediaType, text) => {
    const file = await servedFile(root, path);
    expect(file?.headers["content-type"]).toBe(mediaType);
    expect(new TextDecoder().decode(file?.body)).toBe(text);
    expect(file?.headers).toMatchObject({
      "content-length": String(text.length),
      "content-security-policy": PAGE_POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
  });

  it.each(["/worker.js", "/conductor.js"])("%s alone may compile WebAssembly", async (path) => {
    expect((await servedFile(root, path))?.headers["content-security-policy"]).toBe(WORKER_POLICY);
  });

  it.each([
    "",
    "/nothing.js",
    "/APP.JS",
    "/app.js/",
    "//app.js",
    "/./app.js",
    "/fonts",
    "/fonts/",
    "/app.js.map",
    "/link.json",
    "app.js",
    "/app.js%00",
    "/app.js\0",
    "/constructor",
    "/__proto__.js",
  ])("%j is none", async (path) => {
    expect(await servedFile(root, path)).toBeNull();
  });

  it("cannot be reached from outside its folder, however it is spelled", async () => {
    expect(new Set(TRAVERSALS.map((way) => way("x"))).size).toBeGreaterThanOrEqual(30);
    for (const way of TRAVERSALS) expect(await servedFile(root, way("secret.json")), way("x")).toBeNull();
  });
});

describe("the policies", () => {
  it("the page's has no unsafe source, the worker's only WebAssembly's", () => {
    expect(PAGE_POLICY).not.toContain("unsafe");
    expect(PAGE_POLICY).toContain("default-src 'none'");
    expect(WORKER_POLICY.match(/'[^']*unsafe[^']*'/g)).toEqual(["'wasm-unsafe-eval'"]);
    for (const policy of [PAGE_POLICY, WORKER_POLICY]) expect(policy).not.toMatch(/\*|https?:/);
  });
});
