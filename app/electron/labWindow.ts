// The window of the lab: made shut in on every side, shown when it has something to show, and never closed over
// unsaved work without a question. A page that dies or hangs is loaded again; its draft is the host's to offer.
import type { BrowserWindow, BrowserWindowConstructorOptions, Dialog, IpcMain, IpcMainEvent } from "electron";
import type { CommandId } from "../contract/commands";
import type { PickedFile } from "../contract/shell";
import { NAME } from "./about";
import { HEAR, type Heard, TELL } from "./channels";
import { CONFINED } from "./confinement";
import { isFromPage } from "./ipc";
import type { Log } from "./log";
import { PAGE } from "./protocol";
import { type Rectangle, SMALLEST } from "./windowPlace";

/** The page's own `paper`, so that nothing flashes before it is drawn. */
const PAPER = { light: "#FDFDFB", dark: "#181C22" };
/** A page that is not drawn by then has failed, and is shown as it is. */
const SHOW_MILLIS = 4000;
/** Input that says the person is working again: a save that was asked for on closing then closes nothing. */
const WORKING: ReadonlySet<string> = new Set(["mouseDown", "rawKeyDown", "keyDown", "touchStart"]);
/** So many ends within a minute, and it is not loaded again without asking. */
const MOST_CRASHES = 3;
const CRASH_MILLIS = 60_000;
const LONGEST_NAME = 300;

export const paper = (isDark: boolean): string => (isDark ? PAPER.dark : PAPER.light);

export function windowOptions(
  place: Rectangle,
  isDark: boolean,
  preload: string,
  icon: string,
  isDevelopment: boolean,
): BrowserWindowConstructorOptions {
  return {
    ...place,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: NAME,
    backgroundColor: paper(isDark),
    ...(process.platform === "linux" ? { icon } : {}),
    webPreferences: {
      preload,
      ...CONFINED,
      devTools: isDevelopment,
    },
  };
}

export interface Around {
  readonly dialog: Dialog;
  readonly log: Log;
  /** What the page has kept of unsaved work is thrown away. */
  discardDrafts(): Promise<void>;
  /** What the page before has kept is left to be offered. */
  leaveDrafts(): void;
  /** What the page waits for, nobody waits for any more. */
  cancelJobs(): void;
  /** The person chose to stay. */
  onStay(): void;
}

export class LabWindow {
  #isUnsaved = false;
  #isAsking = false;
  #mayClose = false;
  #hasCrashed = false;
  /** The person chose "Don't save" on closing. */
  #isLetGo = false;
  /** The person chose "Save" on closing. */
  #closesWhenSaved = false;
  #crashes: number[] = [];
  #listens = new Set<string>();
  /** Messages for a page that does not hear yet. */
  readonly #waiting: { readonly what: Heard; readonly value: unknown }[] = [];

  constructor(
    readonly window: BrowserWindow,
    ipc: IpcMain,
    private readonly around: Around,
  ) {
    const fromPage =
      <Args extends unknown[]>(hear: (...args: Args) => void) =>
      (event: IpcMainEvent, ...args: Args) => {
        if (!window.isDestroyed() && isFromPage(event, window.webContents)) hear(...args);
      };
    const onDocument = fromPage((name: unknown, isUnsaved: unknown) =>
      this.#showDocument(typeof name === "string" ? name.slice(0, LONGEST_NAME) : "", isUnsaved === true),
    );
    const onListens = fromPage((what: unknown) => this.#hears(what));
    ipc.on(TELL.document, onDocument);
    ipc.on(TELL.listens, onListens);
    window.on("closed", () => {
      this.around.cancelJobs();
      ipc.off(TELL.document, onDocument);
      ipc.off(TELL.listens, onListens);
      // The page had no time to say that its draft has become needless, or has kept one more while it went.
      if ((!this.#isUnsaved || this.#isLetGo) && !this.#hasCrashed) void this.#discardDrafts();
    });
    // The document gives the title, not the page's <title>.
    window.on("page-title-updated", (event) => event.preventDefault());
    window.on("close", (event) => this.#onClose(event));
    this.#showWhenDrawn();
    this.#watchPage();
    void window.loadURL(PAGE).catch((error: unknown) => this.around.log.error("loading the page", error));
  }

  command(id: CommandId): void {
    this.#send("command", id);
  }

  files(files: readonly PickedFile[]): void {
    if (files.length > 0) this.#send("files", files);
  }

  /** In front, whatever it was. */
  raise(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.show();
    this.window.focus();
  }

  #send(what: Heard, value: unknown): void {
    if (this.#listens.has(what)) this.window.webContents.send(HEAR[what], value);
    else this.#waiting.push({ what, value });
  }

  #hears(what: unknown): void {
    if (what !== "command" && what !== "files") return;
    this.#listens.add(what);
    for (const message of this.#waiting.splice(0)) this.#send(message.what, message.value);
  }

  #showDocument(name: string, isUnsaved: boolean): void {
    this.#isUnsaved = isUnsaved;
    const isMac = process.platform === "darwin";
    if (isMac) this.window.setDocumentEdited(isUnsaved);
    const title = name === "" ? NAME : `${name} – ${NAME}`;
    this.window.setTitle(isUnsaved && !isMac ? `• ${title}` : title);
    if (!isUnsaved && this.#closesWhenSaved) this.#close();
  }

  #onClose(event: { preventDefault(): void }): void {
    // A page that is gone can save nothing; its draft is kept.
    if (this.#mayClose || this.#hasCrashed || !this.#isUnsaved) return;
    event.preventDefault();
    if (!this.#isAsking)
      void this.#askBeforeClosing().catch((error: unknown) => this.around.log.error("closing", error));
  }

  async #askBeforeClosing(): Promise<void> {
    this.#isAsking = true;
    const { response } = await this.around.dialog
      .showMessageBox(this.window, {
        type: "question",
        title: NAME,
        message: "Save the experiment before closing?",
        detail: "What has changed since the last save is lost otherwise.",
        buttons: ["Save", "Don’t save", "Cancel"],
        defaultId: 0,
        cancelId: 2,
        noLink: true,
      })
      .finally(() => (this.#isAsking = false));
    if (response === 0) {
      // It may have been saved while the question stood.
      if (!this.#isUnsaved) return this.#close();
      this.#closesWhenSaved = true;
      this.command("file.save");
    } else if (response === 1) {
      await this.#discardDrafts();
      this.#isLetGo = true;
      this.#close();
    } else this.around.onStay();
  }

  async #discardDrafts(): Promise<void> {
    await this.around.discardDrafts().catch((error: unknown) => this.around.log.error("draft", error));
  }

  #close(): void {
    this.#mayClose = true;
    this.window.close();
  }

  #showWhenDrawn(): void {
    const show = () => {
      clearTimeout(late);
      if (!this.window.isDestroyed() && !this.window.isVisible()) this.window.show();
    };
    const late = setTimeout(show, SHOW_MILLIS);
    this.window.once("ready-to-show", show);
    this.window.once("closed", () => clearTimeout(late));
  }

  #watchPage(): void {
    const { webContents } = this.window;
    const { log } = this.around;
    // A page that is loaded anew hears nothing before it says so, and has no document.
    webContents.on("did-start-navigation", (details) => {
      if (!details.isMainFrame || details.isSameDocument) return;
      this.#listens = new Set();
      this.around.leaveDrafts();
      this.around.cancelJobs();
      this.#isUnsaved = false;
      this.#closesWhenSaved = false;
    });
    webContents.on("input-event", (_event, { type }) => {
      if (!this.#closesWhenSaved || !WORKING.has(type)) return;
      this.#closesWhenSaved = false;
      this.around.onStay();
    });
    webContents.on("did-finish-load", () => (this.#hasCrashed = false));
    webContents.on("preload-error", (_event, _path, error) => log.error("preload", error));
    webContents.on("did-fail-load", (_event, code, text) =>
      log.error(`the page did not load: ${code} ${text}`),
    );
    webContents.on("render-process-gone", (_event, { reason, exitCode }) => {
      if (reason === "clean-exit" || this.window.isDestroyed()) return;
      log.error(`the page's process is gone: ${reason}, exit code ${exitCode}`);
      this.#hasCrashed = true;
      this.around.cancelJobs();
      void this.#loadAgain().catch((error: unknown) => log.error("loading again", error));
    });
    this.window.on("unresponsive", () => {
      log.warn("the page does not answer");
      void this.#askWhileHanging().catch((error: unknown) => log.error("not answering", error));
    });
  }

  async #loadAgain(): Promise<void> {
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((time) => now - time < CRASH_MILLIS), now];
    if (this.#crashes.length >= MOST_CRASHES) {
      const { response } = await this.around.dialog.showMessageBox(this.window, {
        type: "error",
        title: NAME,
        message: "The window has stopped working several times.",
        detail: "Unsaved work is kept as a draft and is offered when the window works again.",
        buttons: ["Try again", "Close"],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      });
      this.#crashes = [];
      if (response === 1) return this.#close();
    }
    if (!this.window.isDestroyed()) await this.window.loadURL(PAGE);
  }

  async #askWhileHanging(): Promise<void> {
    // Answered by itself when the page comes back.
    const back = new AbortController();
    const onBack = () => back.abort();
    this.window.once("responsive", onBack);
    const { response } = await this.around.dialog.showMessageBox(this.window, {
      type: "warning",
      title: NAME,
      message: "The window does not answer.",
      detail: "Wait for it, or load it again. Unsaved work is kept as a draft and is offered then.",
      buttons: ["Wait", "Load again"],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
      signal: back.signal,
    });
    this.window.off("responsive", onBack);
    // Its end is what loads it again.
    if (response === 1 && !this.window.isDestroyed()) this.window.webContents.forcefullyCrashRenderer();
  }
}
