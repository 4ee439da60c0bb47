// The page's way to its host and its shell in a real browser, over the real loopback server with a stand-in host
// behind it; and what a page of another origin gets from that server: nothing.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "@playwright/test";
import { build } from "esbuild";
import type { HostApi } from "../../../app/contract/hostApi";
import { HostError } from "../../../app/contract/hostError";
import { hostFromCalls } from "../../../app/contract/methodNames";
import { type LabServer, serveLab } from "../../../app/http/server";
import type { Connection } from "../../src/host/connect";

declare global {
  interface Window {
    readonly connected: Connection;
  }
}

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Fixtures {
  readonly calls: Call[];
  readonly server: LabServer;
}

/** Its import gives back the bytes that it gets, and it has no experiment. */
function echo(calls: Call[]): HostApi {
  return hostFromCalls((name, args) => {
    calls.push({ name, args });
    if (name === "importExperiments") return Promise.resolve({ imported: args, unchanged: [] });
    if (name === "openExperiment")
      return Promise.reject(new HostError({ code: "not_found", where: "id", message: "there is none" }));
    return Promise.resolve(undefined);
  });
}

/** A page that does nothing but connect. */
async function barePages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "initlab-e2e-"));
  await build({
    stdin: {
      contents: 'import { connect } from "./renderer/src/host/connect"; window.connected = connect();',
      resolveDir: join(import.meta.dirname, "../../.."),
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    outfile: join(folder, "app.js"),
  });
  const page =
    '<!doctype html><title>-</title><button>x</button><script type="module" src="/app.js"></script>';
  await writeFile(join(folder, "index.html"), page);
  return folder;
}

const test = base.extend<Fixtures, { readonly pages: string }>({
  pages: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const folder = await barePages();
      await use(folder);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  calls: async ({}, use) => use([]),
  server: async ({ calls, pages }, use) => {
    const server = await serveLab({ host: echo(calls), pages, port: 0 });
    await use(server);
    await server.close();
  },
});

test("the token leaves the address, and the page calls by its cookie", async ({ page, server, calls }) => {
  await page.goto(server.address);
  expect(page.url()).toBe(`${server.origin}/`);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const answer = await page.evaluate(async () => {
    const bytes = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const { imported } = (await window.connected.host.importExperiments(bytes)) as unknown as {
      imported: [Uint8Array];
    };
    return imported[0].length === bytes.length && imported[0].every((byte, i) => byte === bytes[i]);
  });
  expect(answer).toBe(true);
  expect(calls.map(({ name }) => name)).toEqual(["importExperiments"]);
});

test("a failure arrives as a HostError; a server that is gone as one that is unreachable", async ({
  page,
  server,
}) => {
  await page.goto(server.address);
  const fails = () =>
    page.evaluate(() =>
      window.connected.host.openExperiment("x").then(
        () => "answered",
        ({ name, code, where, message }: HostError) => ({ name, code, where, message }),
      ),
    );
  expect(await fails()).toEqual({
    name: "HostError",
    code: "not_found",
    where: "id",
    message: "there is none",
  });
  await server.close();
  expect(await fails()).toMatchObject({ name: "HostError", code: "unreachable" });
});

test("without the token the page says what to open", async ({ page, server, calls }) => {
  await page.goto(server.origin);
  const message = await page.evaluate(() =>
    window.connected.host.about().then(String, (error: Error) => error.message),
  );
  expect(message).toContain("open the address that the lab printed");
  expect(calls).toEqual([]);
});

test("a page of another origin gets nothing, though the browser has the cookie", async ({
  page,
  server,
  calls,
}) => {
  await page.goto(server.address);
  const foreign = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><body>"),
  );
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  // The same site, another port: a Strict cookie is sent along.
  await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
  const statuses: number[] = [];
  page.on("response", (response) => {
    if (response.url().startsWith(`${server.origin}/api/`)) statuses.push(response.status());
  });
  const got = await page.evaluate(async (origin) => {
    const call = (mode: RequestMode, type: string) =>
      fetch(`${origin}/api/emptyTrash`, {
        method: "POST",
        mode,
        credentials: "include",
        headers: { "content-type": type },
        body: "[]",
      }).then(
        (response) => response.type,
        () => "refused",
      );
    const script = () =>
      new Promise((resolve) => {
        const element = document.createElement("script");
        element.onload = () => resolve("loaded");
        element.onerror = () => resolve("refused");
        element.src = `${origin}/app.js`;
        document.body.append(element);
      });
    return [await call("cors", "application/json"), await call("cors", "text/plain"), await script()];
  }, server.origin);
  expect(got).toEqual(["refused", "refused", "refused"]);
  const form = page.waitForResponse(`${server.origin}/api/emptyTrash`);
  await page.evaluate((origin) => {
    const sent = document.createElement("form");
    Object.assign(sent, { method: "post", action: `${origin}/api/emptyTrash`, enctype: "text/plain" });
    document.body.append(sent);
    sent.submit();
  }, server.origin);
  expect((await form).status()).toBe(403);
  // The preflight, the plain text, the form.
  expect(statuses.filter((status) => status < 400)).toEqual([]);
  expect(calls).toEqual([]);
  foreign.closeAllConnections();
  foreign.close();
});

test("files are picked, or not", async ({ page, server }) => {
  await page.goto(server.address);
  const pick = () =>
    page.evaluate(async () =>
      (await window.connected.shell.pickFiles("experiment")).map(({ name, bytes }) => [name, ...bytes]),
    );
  const chooser = page.waitForEvent("filechooser");
  const picked = pick();
  const opened = await chooser;
  expect(opened.isMultiple()).toBe(true);
  await opened.setFiles([
    { name: "a.json", mimeType: "application/json", buffer: Buffer.from([1, 2, 255]) },
    { name: "b.initlab", mimeType: "application/zip", buffer: Buffer.from([]) },
  ]);
  expect(await picked).toEqual([["a.json", 1, 2, 255], ["b.initlab"]]);
  expect(await page.locator("input").count()).toBe(0);
});

test("a file is saved among the downloads, byte for byte", async ({ page, server }) => {
  await page.goto(server.address);
  const download = page.waitForEvent("download");
  const name = await page.evaluate(() =>
    window.connected.shell.saveFile("three.initlab", Uint8Array.of(0, 128, 255)),
  );
  expect(name).toBe("three.initlab");
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("three.initlab");
  expect([...(await readFile(await saved.path()))]).toEqual([0, 128, 255]);
});

test("the tab tells what is unsaved, and asks before that is lost", async ({ page, server }) => {
  await page.goto(server.address);
  const show = (name: string, isUnsaved: boolean) =>
    page.evaluate(([n, u]) => window.connected.shell.showDocument(n, u), [name, isUnsaved] as const);
  await show("Xavier", true);
  await expect(page).toHaveTitle("• Xavier – Init Lab");
  // It asks only for a page that was touched.
  await page.getByRole("button").click();
  const asked = page.waitForEvent("dialog");
  const leaving = page.reload();
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.accept();
  await leaving;
  await show("Xavier", true);
  await show("", false);
  await expect(page).toHaveTitle("Untitled – Init Lab");
  await page.getByRole("button").click();
  page.on("dialog", () => {
    throw new Error("asked though nothing is unsaved");
  });
  await page.reload();
});

test("no policy is broken and no header misread", async ({ page, server }) => {
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(server.address);
  expect(complaints).toEqual([]);
  const tried = page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    return [
      "ran" in window,
      WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
      (() => {
        try {
          new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
          return "compiled";
        } catch (error) {
          return (error as Error).name;
        }
      })(),
    ];
  });
  expect(await tried).toEqual([false, true, "CompileError"]);
});
