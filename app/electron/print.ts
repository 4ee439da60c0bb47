// Reports to PDF by the app's own Chromium: a hidden window in a session of its own, which knows one address, runs no
// script, keeps nothing and reaches nothing, and is gone when the page is printed. One page at a time.
import { BrowserWindow, type BrowserWindowConstructorOptions, session } from "electron";
import { HostError } from "../contract/hostError";
import { Queue } from "../host/turns";
import { MARGINS, PAPER, PRINTED, REPORT_POLICY } from "../pdf/pages";
import { withSameBytes } from "../pdf/sameBytes";
import type { Print } from "../report/reports";
import { CONFINED, confineSession } from "./confinement";
import { SCHEME } from "./protocol";

/** The same for every report: addresses within the page end up in the PDF. */
const ADDRESS = `${SCHEME}://report/`;
const PRINT_MILLIS = 180_000;

const OPTIONS: BrowserWindowConstructorOptions = {
  show: false,
  width: 800,
  height: 1100,
  title: "Report",
  focusable: false,
  skipTaskbar: true,
  webPreferences: {
    partition: "report",
    javascript: false,
    ...CONFINED,
    devTools: false,
  },
};

/** To be called when the app is ready, once. */
export function pagePrinter(): Print {
  const turns = new Queue();
  let page: Uint8Array = new Uint8Array();
  const own = session.fromPartition("report", { cache: false });
  confineSession(own, (url) => url === ADDRESS || url.startsWith("data:"));
  own.protocol.handle(SCHEME, ({ url, method }) => {
    if (url !== ADDRESS || method !== "GET") return new Response(null, { status: 404 });
    return new Response(page as Uint8Array<ArrayBuffer>, {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": REPORT_POLICY },
    });
  });
  return (html, { signal } = {}) =>
    turns.run(async () => {
      page = html;
      const window = new BrowserWindow(OPTIONS);
      try {
        return withSameBytes(new Uint8Array(await printed(window, signal)));
      } finally {
        page = new Uint8Array();
        if (!window.isDestroyed()) window.destroy();
      }
    }, signal);
}

/** Rejects with a HostError, or with the signal's reason. */
function printed(window: BrowserWindow, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) => {
      const message = `the page could not be printed: ${why}; take .html, and print it from any browser`;
      reject(new HostError({ code: "internal", where: "pdf", message }, { cause }));
    };
    const cancel = () => reject(signal?.reason as Error);
    const late = setTimeout(() => fail(`it took longer than ${PRINT_MILLIS / 1000} s`), PRINT_MILLIS);
    signal?.addEventListener("abort", cancel, { once: true });
    window.once("closed", () => {
      clearTimeout(late);
      signal?.removeEventListener("abort", cancel);
      fail("its window was closed");
    });
    window.webContents.once("render-process-gone", (_event, { reason }) =>
      fail(`its process is gone (${reason})`),
    );
    print(window).then(resolve, (error: unknown) =>
      fail(error instanceof Error ? error.message : String(error), error),
    );
  });
}

async function print(window: BrowserWindow): Promise<Uint8Array> {
  await window.loadURL(ADDRESS);
  return window.webContents.printToPDF({
    ...PRINTED,
    pageSize: PAPER,
    margins: MARGINS,
  });
}
