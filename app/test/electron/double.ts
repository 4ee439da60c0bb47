// A test double of the `electron` module for the main process: keeps what was configured, behaves as Electron does
// where the app relies on it (events that can be prevented, windows that close, a single instance), and is driven
// over the process's own channel. Serves the protocol handler's answers on loopback, where a real browser fetches
// them. Never part of the app.
import { EventEmitter } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

type Any = Record<string, unknown>;
type Call = (...args: unknown[]) => unknown;

const SCRIPT = process.env["INITLAB_DOUBLE"];
const setting = JSON.parse(SCRIPT ?? "{}") as { isPackaged?: boolean; version?: string; displays?: Any[] };

/** What was asked of Electron, in order. */
const calls: { readonly what: string; readonly args: readonly unknown[] }[] = [];
function note(what: string, ...args: unknown[]): void {
  calls.push({ what, args: args.map(plain) });
}
/** As it can cross the channel: functions become marks. */
function plain(value: unknown): unknown {
  if (typeof value === "function") return "[function]";
  if (value instanceof Uint8Array || value === null || typeof value !== "object") return value;
  if (value instanceof BrowserWindow) return "[window]";
  if (value instanceof AbortSignal) return "[signal]";
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

class Preventable {
  isPrevented = false;
  readonly preventDefault = () => {
    this.isPrevented = true;
  };
}
/** Whether a listener prevented it. */
function isPrevented(emitter: EventEmitter, event: string, fields: Any = {}, ...args: unknown[]): boolean {
  const given = Object.assign(new Preventable(), fields);
  emitter.emit(event, given, ...args);
  return given.isPrevented;
}

class App extends EventEmitter {
  isPackaged = setting.isPackaged ?? false;
  readonly #paths = new Map<string, string>([
    ["userData", join(homedir(), ".config", "Electron")],
    ["temp", tmpdir()],
  ]);
  #isReady = false;
  #isQuitting = false;
  readonly #ready: Promise<void>;
  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => note("commandLine.appendSwitch", name, value),
  };

  constructor() {
    super();
    this.#ready = new Promise((resolve) =>
      setTimeout(() => {
        this.#isReady = true;
        this.emit("ready");
        resolve();
      }, 20),
    );
  }
  whenReady = () => this.#ready;
  isReady = () => this.#isReady;
  getVersion = () => setting.version ?? "0.0.0";
  setName = (name: string) => note("app.setName", name);
  setAppUserModelId = (id: string) => note("app.setAppUserModelId", id);
  enableSandbox = () => {
    if (this.#isReady) throw new Error("enableSandbox: the app is ready already");
    note("app.enableSandbox");
  };
  setPath = (name: string, path: string) => {
    note("app.setPath", name, path);
    this.#paths.set(name, path);
  };
  getPath = (name: string) => this.#paths.get(name) ?? tmpdir();
  setAboutPanelOptions = (options: Any) => note("app.setAboutPanelOptions", options);
  showAboutPanel = () => note("app.showAboutPanel");
  addRecentDocument = (path: string) => note("app.addRecentDocument", path);
  clearRecentDocuments = () => note("app.clearRecentDocuments");

  /** By a file in the user-data folder; what a second process says is left beside it. */
  requestSingleInstanceLock = (data: unknown) => {
    const folder = this.getPath("userData");
    const lock = join(folder, "singleton.json");
    mkdirSync(folder, { recursive: true });
    const holder = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (holder > 0 && isAlive(holder)) {
      const said = JSON.stringify({ argv: process.argv, folder: process.cwd(), data });
      writeFileSync(join(folder, `singleton-${process.pid}.json`), said);
      return false;
    }
    writeFileSync(lock, String(process.pid));
    setInterval(() => {
      for (const name of readdirSync(folder).filter((each) => /^singleton-\d+\.json$/.test(each))) {
        const text = readFileSync(join(folder, name), "utf8");
        if (!text.endsWith("}")) continue;
        rmSync(join(folder, name));
        const { argv, folder: from, data: given } = JSON.parse(text) as Any;
        this.emit("second-instance", {}, argv, from, given);
      }
    }, 25).unref();
    return true;
  };

  quit = () => {
    setImmediate(() => {
      if (this.#isQuitting) return;
      this.#isQuitting = true;
      const isStopped = isPrevented(this, "before-quit") || !closedAll() || isPrevented(this, "will-quit");
      this.#isQuitting = false;
      if (isStopped) return;
      this.emit("quit", {}, 0);
      this.exit(0);
    });
  };
  exit = (code = 0) => {
    tell({ event: "exit", code });
    // What was told still has to leave.
    if (process.connected) process.disconnect();
    process.exit(code);
  };
}

function closedAll(): boolean {
  for (const window of [...BrowserWindow.all]) window.close();
  return BrowserWindow.all.size === 0;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new App();

/** What a test has the next printing do. */
let printing: "prints" | "fails" | "crashes" | "waits" = "prints";

class WebContents extends EventEmitter {
  /** Of the window's partition. */
  constructor(readonly session: Session) {
    super();
  }
  readonly mainFrame = { url: "", isMain: true };
  #openHandler: Call = () => ({ action: "allow" });
  setWindowOpenHandler = (handler: Call) => (this.#openHandler = handler);
  setWebRTCIPHandlingPolicy = (policy: string) => note("webContents.setWebRTCIPHandlingPolicy", policy);
  send = (channel: string, ...args: unknown[]) => tell({ event: "message", channel, args });
  forcefullyCrashRenderer = () => {
    note("webContents.forcefullyCrashRenderer");
    this.emit("render-process-gone", {}, { reason: "killed", exitCode: 9 });
  };
  opens = (url: string) => this.#openHandler({ url });
  /** A PDF of what the session answered, with the date that Chromium writes into it. */
  printToPDF = async (options: Any): Promise<Buffer> => {
    note("webContents.printToPDF", options);
    tell({ event: "print" });
    const act = printing;
    printing = "prints";
    if (act === "fails") throw new Error("Printing failed");
    if (act === "crashes") this.emit("render-process-gone", {}, { reason: "crashed", exitCode: 5 });
    if (act !== "prints") await new Promise(() => {});
    const length = Buffer.byteLength(this.page);
    const date = new Date().toISOString().replaceAll(/[-:T]|\..*/g, "");
    const information = `<</Creator (Mozilla/5.0 \\(X11\\))\n/CreationDate (D:${date}+00'00')\n/ModDate (D:${date}+00'00')>>`;
    return Buffer.from(
      `%PDF-1.4\n1 0 obj\n${information}\nendobj\n2 0 obj\n<</Length ${length}>>\nstream\n${this.page}\nendstream\nendobj\n%%EOF\n`,
    );
  };
  /** What the window shows, where it is not served over loopback. */
  page = "";
}

export class BrowserWindow extends EventEmitter {
  static readonly all = new Set<BrowserWindow>();
  readonly webContents: WebContents;
  readonly options: Any;
  readonly #partition: string | undefined;
  title: unknown;
  backgroundColor: unknown;
  #isVisible = false;
  #isDestroyed = false;
  #isMinimized = false;
  #isMaximized = false;
  bounds: Any;
  /** What the page does while it goes. */
  lastWords: () => void = () => {};

  constructor(options: Any) {
    super();
    this.options = options;
    this.#partition = ((options["webPreferences"] ?? {}) as { partition?: string }).partition;
    this.webContents = new WebContents(
      this.#partition === undefined ? session.defaultSession : session.fromPartition(this.#partition),
    );
    this.title = options["title"];
    this.backgroundColor = options["backgroundColor"];
    const { x, y, width, height } = options;
    this.bounds = { x, y, width, height };
    BrowserWindow.all.add(this);
    note("new BrowserWindow", options);
    app.emit("web-contents-created", {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    if (this.#partition !== undefined) return this.#loadOwn(url);
    this.webContents.mainFrame.url = url;
    this.webContents.emit("did-start-navigation", { isMainFrame: true, isSameDocument: false, url });
    tell({ event: "load", url });
    await new Promise((resolve) => setImmediate(resolve));
    this.webContents.emit("did-finish-load");
    this.emit("ready-to-show");
  }
  /** A window with a session of its own: what that session lets through, from its own handler. */
  async #loadOwn(url: string): Promise<void> {
    const { session } = this.webContents;
    let isAborted = false;
    session.handlers["request"]?.({ url }, ({ cancel }: { cancel: boolean }) => (isAborted = cancel));
    if (isAborted) throw new Error(`ERR_BLOCKED_BY_CLIENT (-20) loading '${url}'`);
    const scheme = new URL(url).protocol.slice(0, -1);
    const response = await session.answers.get(scheme)?.({ url, method: "GET" } as Request);
    if (!response?.ok) throw new Error(`ERR_FAILED (-2) loading '${url}'`);
    this.webContents.page = await response.text();
    tell({ event: "loadOwn", url, headers: [...response.headers] });
  }
  close = () => {
    if (this.#isDestroyed || isPrevented(this, "close")) return;
    this.lastWords();
    this.destroy();
  };
  /** Asks nobody. */
  destroy = () => {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    BrowserWindow.all.delete(this);
    tell({ event: this.#partition === undefined ? "closed" : "closedOwn" });
    this.emit("closed");
    if (BrowserWindow.all.size === 0 && !app.emit("window-all-closed")) app.quit();
  };
  isDestroyed = () => this.#isDestroyed;
  isVisible = () => this.#isVisible;
  isMinimized = () => this.#isMinimized;
  isMaximized = () => this.#isMaximized;
  isFullScreen = () => false;
  getNormalBounds = () => this.bounds;
  show = () => (this.#isVisible = true);
  focus = () => note("window.focus");
  minimize = () => (this.#isMinimized = true);
  restore = () => (this.#isMinimized = false);
  maximize = () => {
    this.#isMaximized = true;
    this.emit("maximize");
  };
  setTitle = (title: string) => (this.title = title);
  setDocumentEdited = (isEdited: boolean) => note("window.setDocumentEdited", isEdited);
  setBackgroundColor = (color: string) => (this.backgroundColor = color);
}

class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, Call>();
  handle = (channel: string, handler: Call) => {
    if (this.handlers.has(channel)) throw new Error(`${channel} has a handler already`);
    this.handlers.set(channel, handler);
  };
}
export const ipcMain = new IpcMain();

class Session extends EventEmitter {
  readonly handlers: Record<string, Call> = {};
  readonly answers = new Map<string, (request: Request) => Promise<Response> | Response>();
  setPermissionRequestHandler = (handler: Call) => (this.handlers["permissionRequest"] = handler);
  setPermissionCheckHandler = (handler: Call) => (this.handlers["permissionCheck"] = handler);
  setDevicePermissionHandler = (handler: Call) => (this.handlers["device"] = handler);
  setSpellCheckerEnabled = (isOn: boolean) => note("session.setSpellCheckerEnabled", isOn);
  readonly webRequest = { onBeforeRequest: (handler: Call) => (this.handlers["request"] = handler) };
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response> | Response) =>
      void this.answers.set(scheme, handler),
  };
}
const partitions = new Map<string, Session>();
export const session = {
  defaultSession: new Session(),
  fromPartition: (name: string, options?: Any) => {
    const found = partitions.get(name);
    if (found) return found;
    note("session.fromPartition", name, options);
    const made = new Session();
    partitions.set(name, made);
    return made;
  },
};
const onSession = session.defaultSession.handlers;

let answerOf: ((request: Request) => Promise<Response>) | null = null;
export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => {
    if (app.isReady()) throw new Error("registerSchemesAsPrivileged: the app is ready already");
    note("protocol.registerSchemesAsPrivileged", schemes);
  },
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
    note("protocol.handle", scheme);
    answerOf = handler;
  },
};

let menu: Any[] = [];
export const Menu = {
  buildFromTemplate: (template: Any[]) => ({ template }),
  setApplicationMenu: ({ template }: { template: Any[] }) => (menu = template),
};

class NativeTheme extends EventEmitter {
  #source = "system";
  isSystemDark = false;
  get themeSource(): string {
    return this.#source;
  }
  set themeSource(source: string) {
    this.#source = source;
    this.emit("updated");
  }
  get shouldUseDarkColors(): boolean {
    return this.#source === "dark" || (this.#source === "system" && this.isSystemDark);
  }
}
export const nativeTheme = new NativeTheme();

const FIRST_DISPLAY = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
const displays = setting.displays ?? [FIRST_DISPLAY];
export const screen = { getPrimaryDisplay: () => displays[0], getAllDisplays: () => displays };

/** What the person will answer, by kind of dialog; without an answer a dialog is cancelled. */
const answers: Record<string, unknown[]> = { message: [], open: [], save: [] };
const asked =
  (kind: string, cancelled: (options: Any) => unknown) => async (first: unknown, second?: unknown) => {
    const options = (first instanceof BrowserWindow ? second : first) as Any;
    note(`dialog.${kind}`, options);
    tell({ event: "dialog", kind, options: plain(options) });
    return Promise.resolve(answers[kind]?.shift() ?? cancelled(options));
  };
export const dialog = {
  showMessageBox: asked("message", ({ cancelId = 0 }) => ({ response: cancelId, checkboxChecked: false })),
  showOpenDialog: asked("open", () => ({ canceled: true, filePaths: [] })),
  showSaveDialog: asked("save", () => ({ canceled: true, filePath: "" })),
  showErrorBox: (title: string, text: string) => {
    note("dialog.showErrorBox", title, text);
    tell({ event: "dialog", kind: "error", options: { title, text } });
  },
};

// What the test asks, over the process's channel.

const [only, emitters] = [
  () => {
    const [window] = BrowserWindow.all;
    if (!window) throw new Error("no window is open");
    return window;
  },
  {
    app: () => app as EventEmitter,
    window: () => only() as EventEmitter,
    contents: () => only().webContents as EventEmitter,
    session: () => session.defaultSession as EventEmitter,
    theme: () => nativeTheme as EventEmitter,
  },
];

/** A message's event: from the page's main frame, or from a frame that the test describes. */
function senderOf(frame: Any | undefined): Any {
  const window = only();
  if (!frame) return { sender: window.webContents, senderFrame: window.webContents.mainFrame };
  const sender = frame["isOtherContents"] ? new WebContents(session.defaultSession) : window.webContents;
  if (frame["isNull"]) return { sender, senderFrame: null };
  const isMain = frame["isMain"] === true;
  if (isMain && typeof frame["url"] === "string") window.webContents.mainFrame.url = frame["url"];
  return { sender, senderFrame: isMain ? window.webContents.mainFrame : { url: frame["url"] } };
}

function itemById(items: readonly Any[], id: string): Any | null {
  for (const item of items) {
    if (item["id"] === id || item["label"] === id) return item;
    const below = item["submenu"];
    const found = Array.isArray(below) ? itemById(below as Any[], id) : null;
    if (found) return found;
  }
  return null;
}

export interface Asks {
  address(): Promise<string>;
  calls(): unknown;
  invoke(channel: string, args: unknown[], frame?: Any): Promise<unknown>;
  send(channel: string, args: unknown[], frame?: Any): void;
  menu(): unknown;
  click(id: string): void;
  /** Whether a listener prevented it. */
  emit(target: keyof typeof emitters, event: string, fields: Any, args: unknown[]): boolean;
  /** What the next printing does. */
  printing(does: typeof printing): void;
  /** How many windows there are, the hidden ones included. */
  windows(): number;
  /** Of a session of its own: what it does with a request. */
  requestOf(partition: string, url: string): Promise<{ cancel: boolean; status: number }>;
  answer(kind: "message" | "open" | "save", answer: unknown): void;
  window(): Any | null;
  setBounds(bounds: Any): void;
  request(details: Any): unknown;
  permission(permission: string, details: Any): unknown;
  device(details: Any): unknown;
  opens(url: string): unknown;
  /** The page will ask this while it goes. */
  lastWords(channel: string, args: unknown[]): void;
  closeWindow(): void;
  quit(): void;
  fetch(url: string, method: string): Promise<{ status: number; headers: [string, string][]; text: string }>;
}

const asks: Asks = {
  address: () => address,
  calls: () => calls,
  invoke: async (channel, args, frame) => {
    const handler = ipcMain.handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler(senderOf(frame), ...args));
  },
  send: (channel, args, frame) => void ipcMain.emit(channel, senderOf(frame), ...args),
  menu: () => plain(menu),
  click: (id) => {
    const item = itemById(menu, id);
    if (!item) throw new Error(`the menu has no ${id}`);
    (item["click"] as Call)();
  },
  emit: (target, event, fields, args) => isPrevented(emitters[target](), event, fields, ...args),
  printing: (does) => void (printing = does),
  windows: () => BrowserWindow.all.size,
  requestOf: async (partition, url) => {
    const { handlers, answers } = session.fromPartition(partition);
    let cancel = false;
    handlers["request"]!({ url }, (decision: { cancel: boolean }) => (cancel = decision.cancel));
    const response = await answers.get("app")?.({ url, method: "GET" } as Request);
    return { cancel, status: response?.status ?? 0 };
  },
  answer: (kind, answer) => void answers[kind]!.push(answer),
  window: () => {
    const [window] = BrowserWindow.all;
    if (!window) return null;
    const { title, backgroundColor, options, bounds } = window;
    return {
      title,
      backgroundColor,
      options,
      bounds,
      isVisible: window.isVisible(),
      isMinimized: window.isMinimized(),
      isMaximized: window.isMaximized(),
      theme: nativeTheme.themeSource,
    };
  },
  setBounds: (bounds) => {
    only().bounds = bounds;
    only().emit("moved");
  },
  request: (details) => {
    let decided: unknown = null;
    onSession["request"]!(details, (decision: unknown) => (decided = decision));
    return decided;
  },
  permission: (permission, details) => {
    let requested: unknown = null;
    onSession["permissionRequest"]!(
      null,
      permission,
      (isGranted: unknown) => (requested = isGranted),
      details,
    );
    const checked = onSession["permissionCheck"]!(null, permission, details["origin"], details);
    return { requested, checked };
  },
  device: (details) => onSession["device"]!(details),
  opens: (url) => only().webContents.opens(url),
  lastWords: (channel, args) => {
    only().lastWords = () => void asks.invoke(channel, args);
  },
  closeWindow: () => only().close(),
  quit: () => app.quit(),
  fetch: async (url, method) => {
    // As Electron hands it over: the address is not always one that Request would make.
    const response = await answerOf!({ url, method } as Request);
    return { status: response.status, headers: [...response.headers], text: await response.text() };
  },
};

function tell(message: Any): void {
  if (process.connected) process.send!(message);
}

process.on("message", (message: { id: number; ask: keyof Asks; args: unknown[] }) => {
  void (async () => {
    try {
      const value: unknown = await (asks[message.ask] as Call)(...message.args);
      tell({ id: message.id, value: plain(value) });
    } catch (error) {
      tell({ id: message.id, error: error instanceof Error ? error.message : String(error) });
    }
  })();
});
// A test that ends takes its app along.
process.on("disconnect", () => process.exit(0));

/** The protocol handler on loopback: `http://127.0.0.1:PORT/x` is `app://lab/x`. */
const server = createServer((request, reply) => {
  void (async () => {
    const url = `app://lab${request.url ?? "/"}`;
    const response = await answerOf!(new Request(url, { method: request.method ?? "GET" }));
    reply.writeHead(response.status, Object.fromEntries(response.headers));
    reply.end(new Uint8Array(await response.arrayBuffer()));
  })().catch((error: unknown) => reply.writeHead(500).end(String(error)));
});
server.unref();
const address = new Promise<string>((resolve) =>
  server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)),
);
