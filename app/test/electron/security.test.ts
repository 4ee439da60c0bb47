// Electron's security checklist, item by item under its documented title, against the running main process (with the
// double in Electron's place); and what the protocol and the IPC refuse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyFolder, ROOT } from "../lab";
import { Desktop } from "./desktop";

let desktop: Desktop;
interface Called {
  readonly what: string;
  readonly args: readonly unknown[];
}
let calls: readonly Called[] = [];
let options: Record<string, unknown> = {};
let preferences: Record<string, unknown> = {};
const main = readFileSync(join(ROOT, "dist/app/main.js"), "utf8");
const preload = readFileSync(join(ROOT, "dist/app/preload.js"), "utf8");
const json = (file: string) =>
  JSON.parse(readFileSync(join(ROOT, file), "utf8")) as { devDependencies: Record<string, string> };

beforeAll(async () => {
  desktop = await (await Desktop.start({ data: emptyFolder(), isPackaged: true })).opened();
  calls = (await desktop.ask("calls")) as Called[];
  options = (await desktop.ask("window"))!["options"] as Record<string, unknown>;
  preferences = options["webPreferences"] as Record<string, unknown>;
});
afterAll(() => desktop.kill());

const navigates = (event: string, url: string, isMainFrame = true) =>
  desktop.ask("emit", "contents", event, { url, isMainFrame }, [url]);
const get = (url: string, method = "GET") => desktop.ask("fetch", url, method);
const headersOf = async (url: string) => new Map((await get(url)).headers);
const requested = async (url: string) =>
  ((await desktop.ask("request", { url })) as { cancel: boolean }).cancel ? "aborted" : "passes";

describe("Electron's security checklist", () => {
  it("1. Only load secure content", async () => {
    expect(desktop.told.filter(({ event }) => event === "load").map(({ url }) => url)).toEqual([
      "app://lab/",
    ]);
    for (const url of [
      "http://example.com/",
      "https://example.com/",
      "ws://127.0.0.1:1/",
      "ftp://a/",
      "file:///",
    ])
      expect(await requested(url), url).toBe("aborted");
    const [scheme] = calls.find(({ what }) => what === "protocol.registerSchemesAsPrivileged")!.args[0] as [
      { scheme: string; privileges: Record<string, boolean> },
    ];
    expect(scheme.privileges["secure"]).toBe(true);
    expect(scheme.privileges["bypassCSP"]).toBeUndefined();
  });

  it("2. Do not enable Node.js integration for remote content", () => {
    expect(preferences).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    });
  });

  it("3. Enable Context Isolation", () => {
    expect(preferences["contextIsolation"]).toBe(true);
  });

  it("4. Enable process sandboxing", () => {
    expect(preferences["sandbox"]).toBe(true);
    expect(calls.map(({ what }) => what)).toContain("app.enableSandbox");
    // A sandboxed preload has `electron` and nothing of Node's.
    expect([...preload.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1])).toEqual(["electron"]);
  });

  it("5. Handle session permission requests from remote content", async () => {
    const ours = { requestingUrl: "app://lab/", isMainFrame: true, origin: "app://lab" };
    const refused = { requested: false, checked: false };
    for (const permission of [
      ...[
        "media",
        "geolocation",
        "notifications",
        "midi",
        "midiSysex",
        "pointerLock",
        "fullscreen",
        "hid",
        "usb",
      ],
      ...[
        "openExternal",
        "serial",
        "display-capture",
        "mediaKeySystem",
        "storage-access",
        "window-management",
      ],
      ...["idle-detection", "speaker-selection", "fileSystem", "keyboardLock", "top-level-storage-access"],
    ])
      expect(await desktop.ask("permission", permission, ours), permission).toEqual(refused);
    for (const permission of ["clipboard-sanitized-write", "clipboard-read"]) {
      expect(await desktop.ask("permission", permission, ours)).toEqual({ requested: true, checked: true });
      const others = { requestingUrl: "https://lab/", isMainFrame: true, origin: "https://lab" };
      expect(await desktop.ask("permission", permission, others)).toEqual(refused);
      expect(await desktop.ask("permission", permission, { ...ours, isMainFrame: false })).toMatchObject({
        requested: false,
      });
    }
    expect(await desktop.ask("device", { deviceType: "usb", origin: "app://lab" })).toBe(false);
  });

  it("6. Do not disable webSecurity", () => {
    expect(preferences["webSecurity"]).toBe(true);
    expect(calls.filter(({ args }) => args[0] === "disable-web-security")).toEqual([]);
  });

  it("7. Define a Content Security Policy", async () => {
    const policy = (await headersOf("app://lab/")).get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  it("8. Do not enable allowRunningInsecureContent", () => {
    expect(preferences["allowRunningInsecureContent"]).toBe(false);
  });

  it("9. Do not enable experimental features", () => {
    expect(preferences["experimentalFeatures"]).toBe(false);
  });

  it("10. Do not use enableBlinkFeatures", () => {
    expect(preferences).not.toHaveProperty("enableBlinkFeatures");
    expect(calls.filter(({ args }) => String(args[0]).startsWith("enable-"))).toEqual([]);
  });

  it("11. Do not use allowpopups for WebViews", () => {
    expect(main).not.toContain("allowpopups");
  });

  it("12. Verify WebView options before creation", async () => {
    expect(preferences["webviewTag"]).toBe(false);
    expect(await desktop.ask("emit", "contents", "will-attach-webview", {}, [{}, {}])).toBe(true);
  });

  it("13. Disable or limit navigation", async () => {
    for (const event of ["will-navigate", "will-frame-navigate", "will-redirect"])
      for (const url of [
        "https://example.com/",
        "file:///etc/passwd",
        "app://other/",
        "app://lab/worker.js",
        "data:,",
      ])
        expect(await navigates(event, url), `${event} ${url}`).toBe(true);
    expect(await navigates("will-frame-navigate", "app://lab/", false)).toBe(true);
    expect(await navigates("will-navigate", "app://lab/")).toBe(false);
    expect(preferences["navigateOnDragDrop"]).toBe(false);
    expect(await desktop.ask("emit", "session", "will-download", {}, [])).toBe(true);
  });

  it("14. Disable or limit creation of new windows", async () => {
    for (const url of ["https://example.com/", "app://lab/", "about:blank"])
      expect(await desktop.ask("opens", url)).toEqual({ action: "deny" });
  });

  it("15. Do not use shell.openExternal with untrusted content", () => {
    expect(main).not.toMatch(/openExternal|openPath/);
  });

  it("16. Use a current version of Electron", () => {
    expect(Number(json("package.json").devDependencies["electron"]!.split(".")[0])).toBeGreaterThanOrEqual(
      45,
    );
  });

  it("17. Validate the sender of all IPC messages", async () => {
    const about = [{ method: "about", args: [] }];
    expect(await desktop.ask("invoke", "host", about)).toMatchObject({ ok: true });
    for (const frame of [
      { url: "app://lab/" },
      { isNull: true },
      { isOtherContents: true, url: "app://lab/" },
    ]) {
      for (const [channel, ...args] of [
        ["host", ...about],
        ["shell:pickFiles", "experiment"],
        ["shell:saveFile", "a.json", new Uint8Array(1)],
      ] as const)
        expect(await desktop.ask("invoke", channel, [...args], frame)).toEqual({
          ok: false,
          failure: { code: "unreachable", message: "only Init Lab's own page may ask this" },
        });
      await desktop.ask("send", "shell:document", ["taken over", false], frame);
      expect((await desktop.ask("window"))!["title"]).toBe("Init Lab");
    }
    for (const url of [
      "https://example.com/",
      "app://other/",
      "app://lab.example.com/",
      "app://lab@other/",
      "app://x@lab/",
      "about:blank",
      "",
    ])
      expect(await desktop.ask("invoke", "host", about, { isMain: true, url }), url).toMatchObject({
        failure: { code: "unreachable" },
      });
    expect(await desktop.ask("invoke", "host", about, { isMain: true, url: "app://lab/" })).toMatchObject({
      ok: true,
    });
  });

  it("18. Avoid usage of the file:// protocol and prefer usage of custom protocols", async () => {
    expect(main).not.toMatch(/loadFile\(/);
    expect(await requested("file:///etc/passwd")).toBe("aborted");
    expect(calls.find(({ what }) => what === "protocol.handle")?.args).toEqual(["app"]);
  });

  it("19. Check which fuses you can change", () => {
    const settings = readFileSync(join(ROOT, "electron-builder.yml"), "utf8");
    for (const fuse of [
      "runAsNode: false",
      "enableCookieEncryption: true",
      "enableNodeOptionsEnvironmentVariable: false",
      "enableNodeCliInspectArguments: false",
      "enableEmbeddedAsarIntegrityValidation: true",
      "onlyLoadAppFromAsar: true",
      "grantFileProtocolExtraPrivileges: false",
    ])
      expect(settings).toContain(fuse);
  });

  it("20. Do not expose Electron APIs to untrusted web content", () => {
    expect(preload.match(/exposeInMainWorld/g)).toHaveLength(1);
    expect(preload).toMatch(/exposeInMainWorld\("initlab", \{ host, shell \}\)/);
  });
});

describe("no network", () => {
  it("every request but the app's own is aborted", async () => {
    for (const url of [
      "app://lab/app.js",
      "app://lab/worker.js?x",
      "blob:app://lab/5f-3",
      "data:image/png;base64,",
    ])
      expect(await requested(url), url).toBe("passes");
    for (const url of [
      ...[
        "app://other/app.js",
        "blob:https://example.com/1",
        "blob:app://other/1",
        "chrome://gpu",
        "nonsense",
        "",
      ],
      // Only while it is developed.
      "devtools://devtools/bundled/inspector.html",
    ])
      expect(await requested(url), url).toBe("aborted");
    expect(calls).toContainEqual({
      what: "commandLine.appendSwitch",
      args: ["host-resolver-rules", "MAP * ~NOTFOUND"],
    });
    expect(calls).toContainEqual({
      what: "webContents.setWebRTCIPHandlingPolicy",
      args: ["disable_non_proxied_udp"],
    });
    // Its dictionaries would be fetched.
    expect(calls).toContainEqual({ what: "session.setSpellCheckerEnabled", args: [false] });
    expect(preferences).toMatchObject({ spellcheck: false, devTools: false });
  });
});

describe("app://", () => {
  it("gives WebAssembly to the workers' scripts alone", async () => {
    for (const name of ["index.html", "app.js", "app.css", "core.wasm", "digits.csv.gz"])
      expect((await headersOf(`app://lab/${name}`)).get("content-security-policy"), name).not.toContain(
        "wasm",
      );
    for (const name of ["conductor.js", "worker.js"])
      expect((await headersOf(`app://lab/${name}`)).get("content-security-policy"), name).toContain(
        "script-src 'self' 'wasm-unsafe-eval';",
      );
  });

  it("answers with types that a browser takes, and nosniff", async () => {
    expect((await headersOf("app://lab/core.wasm")).get("content-type")).toBe("application/wasm");
    expect((await headersOf("app://lab/app.js")).get("content-type")).toContain("text/javascript");
    for (const url of ["app://lab/", "app://lab/gone.js"])
      expect(Object.fromEntries((await get(url)).headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
      });
  });

  const UP = [
    ...["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "%2E%2E%2F", ".%2e/", "%2e./", "..\\", "..%5c", "%2e%2e%5c"],
    ...["....//", "..;/", "%252e%252e%252f", "%c0%ae%c0%ae/", "%c0%af", "%e0%80%ae%e0%80%ae/", "..%00/"],
    ...["..%c1%9c", "%uff0e%uff0e/", "\u002e\u002e\u2215", "．．/", "..%252f", "..%255c", "./../", "/../"],
    ...["//", "\\\\", "..\u0000/", "%2f", "C:/", "file:///", "..%0a/", "..%20/", "~/", "..%ef%bc%8f"],
  ];
  it.each(UP)("%j leads to nothing outside", async (up) => {
    for (const target of ["app/main.js", "etc/passwd", "package.json", "windows/win.ini"])
      for (const prefix of ["app://lab/", "app://lab/chunk/", "app://lab//"]) {
        const { status, text } = await get(prefix + up.repeat(6) + target);
        expect(status, prefix + up + target).toBe(404);
        expect(text).toBe("There is no such file in Init Lab.");
      }
  });

  it("is thirty encodings and more", () => {
    expect(new Set(UP).size).toBeGreaterThanOrEqual(30);
  });

  it("answers GET for its own host, without a name or a port, and nothing else", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      expect((await get("app://lab/", method)).status).toBe(405);
    for (const url of [
      "app://other/",
      "app://lab:80/",
      "app://user@lab/",
      "app://LAB.example/",
      "app:/lab/",
      "http://lab/",
    ])
      expect((await get(url)).status, url).toBe(404);
    for (const url of ["app://lab/app.js.map", "app://lab/worker.js.map", "app://lab/.", "app://lab/fonts"])
      expect([200, 404], url).toContain((await get(url)).status);
    expect((await get("app://lab/app.js.map")).status).toBe(404);
  });
});

describe("the host's channel", () => {
  it.each([
    ["nothing", undefined],
    ["a text", "about"],
    ["no method", { args: [] }],
    ["an unknown method", { method: "eval", args: [] }],
    ["a method of every object", { method: "constructor", args: [] }],
    ["arguments that are no list", { method: "about", args: "x" }],
    ["too many arguments", { method: "about", args: [1] }],
    ["a wrong argument", { method: "openExperiment", args: ["../../etc"] }],
    ["a setting out of its bounds", { method: "changeSettings", args: [{ workers: 1e9 }] }],
  ])("refuses %s", async (_what, call) => {
    expect(await desktop.ask("invoke", "host", [call])).toMatchObject({
      ok: false,
      failure: { code: "invalid" },
    });
  });
});
