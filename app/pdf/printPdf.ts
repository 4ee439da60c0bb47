// HTML to PDF by a browser of the Chromium family that is on this machine, for the command line and the browser host.
// The page runs no script, reads no file and reaches no network; the same HTML in the same browser gives the same
// bytes. Refuses where there is no browser, and says what to do instead.
import { HostError } from "../contract/hostError";
import { browsersHere, isExecutable } from "./browserPlaces.mjs";
import { BrowserProcess } from "./browserProcess";
import { type Devtools, DevtoolsError } from "./devtools";
import { MARGINS, PAPER, PRINTED, REPORT_POLICY } from "./pages";
import { withSameBytes } from "./sameBytes";

export interface PrintOptions {
  readonly signal?: AbortSignal;
  /** Executables to try; absent: CHROME_PATH, else what is in the usual places. */
  readonly browsers?: readonly string[];
}

/** A browser reads no longer message than 100 MiB, and base64 makes four bytes of three. */
const MAX_HTML_BYTES = 64 * 2 ** 20;
const START_MILLIS = 30_000;
const PRINT_MILLIS = 180_000;

/** Where the page seems to be. Nothing is asked of it: the one request is answered here. */
const ADDRESS = "https://report.invalid/";

const INSTEAD = "write .html and print it from any browser, or set CHROME_PATH";

/** The bytes of the PDF. Rejects with a HostError, or with the signal's reason where it was cancelled. */
export async function printPdf(html: Uint8Array, options: PrintOptions = {}): Promise<Uint8Array> {
  if (html.length > MAX_HTML_BYTES)
    throw failure(
      "too_large",
      `has ${html.length} bytes as a page, too many to print; choose fewer runs or sections`,
    );
  const { signal } = options;
  signal?.throwIfAborted();
  let reason = "";
  for (const executable of options.browsers ?? candidates()) {
    const browser = await BrowserProcess.start(executable);
    // Whatever goes wrong in stopping it is told below.
    const cancel = () => void browser.stop(signal?.reason as Error).catch(() => {});
    signal?.addEventListener("abort", cancel, { once: true });
    // It may have come while the browser was being started.
    if (signal?.aborted) cancel();
    try {
      const isUp = await started(browser);
      if (isUp === true) {
        const pdf = await printed(browser, html);
        await browser.close();
        return withSameBytes(pdf);
      }
      reason ||= `; ${executable}: ${isUp.message}`;
      signal?.throwIfAborted();
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof DevtoolsError)) throw thrown;
      throw failure("internal", `the browser could not print this: ${thrown.message}; ${INSTEAD}`, thrown);
    } finally {
      signal?.removeEventListener("abort", cancel);
      await browser.stop();
    }
  }
  throw failure("not_found", `no browser was found to print with; ${INSTEAD}${reason}`);
}

/** Throws what `printPdf` would reject with where no browser is here. Starts none. */
export function checkBrowser(): void {
  if (candidates().length === 0) throw failure("not_found", `no browser was found to print with; ${INSTEAD}`);
}

function failure(code: "too_large" | "internal" | "not_found", message: string, cause?: unknown): HostError {
  return new HostError({ code, where: "pdf", message }, { cause });
}

function candidates(): readonly string[] {
  const named = process.env["CHROME_PATH"];
  if (!named) return browsersHere();
  if (isExecutable(named)) return [named];
  throw failure(
    "not_found",
    `CHROME_PATH: ${named} cannot be started; a browser's executable would be right`,
  );
}

/** True, or why not. */
async function started(browser: BrowserProcess): Promise<true | DevtoolsError> {
  try {
    await within(START_MILLIS, "it does not answer", browser.devtools.send("Browser.getVersion"));
    return true;
  } catch (thrown) {
    if (thrown instanceof DevtoolsError) return thrown;
    throw thrown;
  }
}

async function printed({ devtools }: BrowserProcess, html: Uint8Array): Promise<Uint8Array> {
  const { data } = await within(PRINT_MILLIS, "it took too long", printPage(devtools, html));
  const pdf = Buffer.from(typeof data === "string" ? data : "", "base64");
  if (pdf.subarray(0, 5).toString("latin1") !== "%PDF-") throw new DevtoolsError("it printed no PDF");
  return new Uint8Array(pdf.buffer, pdf.byteOffset, pdf.length);
}

async function printPage(devtools: Devtools, html: Uint8Array) {
  const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank" });
  const attached = await devtools.send("Target.attachToTarget", { targetId, flatten: true });
  const ask = (method: string, params = {}) => devtools.send(method, params, attached["sessionId"] as string);
  const loaded = new Promise<void>((resolve) => devtools.on("Page.loadEventFired", () => resolve()));
  const crashed = new Promise<never>((_, reject) =>
    devtools.on("Inspector.targetCrashed", () => reject(new DevtoolsError("its page has crashed"))),
  );
  const answered = new Promise<never>((_, reject) =>
    devtools.on("Fetch.requestPaused", (paused) => void answer(ask, paused, html).catch(reject)),
  );
  await ask("Page.enable");
  await ask("Inspector.enable");
  await ask("Emulation.setScriptExecutionDisabled", { value: true });
  await ask("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
  const print = async () => {
    const { errorText } = await ask("Page.navigate", { url: ADDRESS });
    if (typeof errorText === "string") throw new DevtoolsError(`the page did not load: ${errorText}`);
    await loaded;
    return ask("Page.printToPDF", {
      ...PRINTED,
      paperWidth: PAPER.width,
      paperHeight: PAPER.height,
      marginTop: MARGINS.top,
      marginBottom: MARGINS.bottom,
      marginLeft: MARGINS.left,
      marginRight: MARGINS.right,
    });
  };
  return Promise.race([print(), crashed, answered]);
}

/** The page for its own address; nothing for any other. What is aborted leaves the page that is there. */
async function answer(
  ask: (method: string, params: object) => Promise<unknown>,
  { requestId, request }: Readonly<Record<string, unknown>>,
  html: Uint8Array,
): Promise<void> {
  if ((request as { url?: unknown }).url !== ADDRESS)
    return void (await ask("Fetch.failRequest", { requestId, errorReason: "Aborted" }));
  await ask("Fetch.fulfillRequest", {
    requestId,
    responseCode: 200,
    responseHeaders: [
      { name: "content-type", value: "text/html; charset=utf-8" },
      { name: "content-security-policy", value: REPORT_POLICY },
    ],
    body: Buffer.from(html.buffer, html.byteOffset, html.byteLength).toString("base64"),
  });
}

async function within<T>(millis: number, late: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DevtoolsError(`${late} within ${millis / 1000} s`)), millis);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
