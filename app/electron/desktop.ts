// The desktop app's start: one process a data folder, the host, the window, the menu, and what joins them. Everything
// that could be done elsewhere is; this file only puts the parts together.
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, screen, session } from "electron";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandId } from "../contract/commands";
import type { Settings } from "../contract/hostApi";
import { failureOf } from "../contract/hostError";
import { dataFolder } from "../host/dataFolder";
import { hostError } from "../host/failure";
import { openHost } from "../host/host";
import { ReportThread } from "../host/reportThread";
import type { Print } from "../report/reports";
import { aboutHere, NAME, prepareAboutPanel, showAbout } from "./about";
import { confineProcess, confineSession, mayLoad } from "./confinement";
import { FileDialogs } from "./files";
import { HostChannel } from "./ipc";
import { KeptFile } from "./keptFile";
import { LabWindow, paper, windowOptions } from "./labWindow";
import { openLog } from "./log";
import { menuTemplate } from "./menu";
import { filesNamedIn, readFiles } from "./pickedFile";
import { pagePrinter } from "./print";
import { SCHEMES, serveApp } from "./protocol";
import { RecentFiles } from "./recent";
import { parseMemory, placeOn, type WindowMemory } from "./windowPlace";

const BUILT = fileURLToPath(new URL(".", import.meta.url));
/** So long the end of the app waits for what is being written. */
const END_MILLIS = 5000;

/** Takes the process: to be called before the app is ready, once. */
export function startDesktop(): void {
  app.setName(NAME);
  app.setAppUserModelId("lab.initlab.desktop");
  const folder = dataFolder(valueOf("--data"));
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    dialog.showErrorBox(`${NAME} cannot start`, hostError(error, folder).message);
    app.exit(1);
    return;
  }
  // The system's own files of the window, and the lock of the single instance, go with the data.
  app.setPath("userData", folder);
  app.setPath("sessionData", join(folder, "window"));
  confineProcess(app);
  protocol.registerSchemesAsPrivileged(SCHEMES);
  const given = filesNamedIn(process.argv.slice(1), process.cwd());
  if (app.requestSingleInstanceLock({ files: given })) run(folder, given);
  else app.quit();
}

function run(folder: string, given: readonly string[]): void {
  const isDevelopment = !app.isPackaged;
  const log = openLog(folder);
  const about = aboutHere(app, folder);
  const reports = new ReportThread(new URL("./report.cjs", import.meta.url));
  const printer = app.whenReady().then(pagePrinter);
  const print: Print = async (html, options) => (await printer)(html, options);
  const host = openHost(folder, about, { reports, print });
  host.catch((error: unknown) => log.error("opening the data folder", error));
  const onFault = (error: unknown) => log.error("a file of the shell", error);
  const memoryFile = new KeptFile<WindowMemory>(join(folder, "window.json"), parseMemory, onFault);
  const recent = new RecentFiles(app, folder, onFault);
  let memory = parseMemory(null);
  let lab: LabWindow | null = null;
  let isQuitting = false;

  const channel = new HostChannel(ipcMain, host, () => lab?.window.webContents ?? null, log);
  new FileDialogs(ipcMain, dialog, () => lab?.window ?? null, recent);

  const remember = (change: Partial<WindowMemory>) => {
    memory = { ...memory, ...change };
    void memoryFile.write(memory);
  };

  const applyTheme = (theme: Settings["theme"]) => {
    nativeTheme.themeSource = theme;
    lab?.window.setBackgroundColor(paper(nativeTheme.shouldUseDarkColors));
  };
  channel.onSettings = ({ theme }) => {
    if (theme === memory.theme) return;
    remember({ theme });
    applyTheme(theme);
    showMenu();
  };
  nativeTheme.on("updated", () => lab?.window.setBackgroundColor(paper(nativeTheme.shouldUseDarkColors)));

  const openWindow = (): LabWindow => {
    if (lab) return lab;
    const [primary, others] = [screen.getPrimaryDisplay(), screen.getAllDisplays()];
    const areas = others.filter(({ id }) => id !== primary.id).map(({ workArea }) => workArea);
    const place = placeOn([primary.workArea, ...areas], memory.place);
    const window = new BrowserWindow(
      windowOptions(
        place,
        nativeTheme.shouldUseDarkColors,
        join(BUILT, "preload.js"),
        join(BUILT, "icon.png"),
        isDevelopment,
      ),
    );
    if (memory.isMaximized) window.maximize();
    const keepPlace = () => {
      if (!window.isDestroyed() && !window.isMinimized() && !window.isFullScreen())
        remember({ place: window.getNormalBounds(), isMaximized: window.isMaximized() });
    };
    window.on("resized", keepPlace).on("moved", keepPlace);
    window.on("maximize", keepPlace).on("unmaximize", keepPlace).on("close", keepPlace);
    lab = new LabWindow(window, ipcMain, {
      dialog,
      log,
      discardDrafts: () => channel.discardDrafts(),
      leaveDrafts: () => channel.leaveDrafts(),
      cancelJobs: () => channel.cancelJobs(),
      onStay: () => (isQuitting = false),
    });
    window.on("closed", () => {
      lab = null;
      // On a Mac the question about unsaved work has stopped the quitting.
      if (isQuitting) app.quit();
    });
    return lab;
  };

  const openFiles = async (paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return;
    const target = openWindow();
    try {
      target.files(await readFiles(paths, "experiment"));
      for (const path of paths) await recent.add(path);
    } catch (error) {
      const { code, message, where = basename(paths[0]!) } = failureOf(error);
      log.warn(`opening a file: ${code}`);
      if (code === "not_found") for (const path of paths) await recent.forget(path);
      await dialog.showMessageBox(target.window, {
        type: "error",
        title: NAME,
        message: `${where} cannot be opened.`,
        detail: message,
        buttons: ["Close"],
        noLink: true,
      });
    }
  };
  const open = (paths: readonly string[]) =>
    void openFiles(paths).catch((error: unknown) => log.error("opening files", error));

  const command = (id: CommandId) => openWindow().command(id);
  const showMenu = () => {
    const { theme } = memory;
    const state = { platform: process.platform, theme, recent: recent.paths, isDevelopment };
    const template = menuTemplate(state, {
      command,
      about: () => void showAbout(app, dialog, about, lab?.window ?? null),
      openRecent: (path) => open([path]),
      clearRecent: () => void recent.clear(),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  recent.onChange = showMenu;

  // A Mac hands files over before the app is ready, too.
  const early: string[] = [...given];
  let isReady = false;
  app.on("open-file", (event, path) => {
    event.preventDefault();
    if (isReady) open([path]);
    else early.push(path);
  });
  app.on("second-instance", (_event, _argv, _folder, data) => {
    openWindow().raise();
    const { files } = (data ?? {}) as { files?: unknown };
    if (Array.isArray(files)) open(files.filter((file): file is string => typeof file === "string"));
  });
  app.on("activate", () => openWindow().raise());
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("before-quit", () => (isQuitting = true));
  app.on("child-process-gone", (_event, { type, reason }) => log.error(`${type} process is gone: ${reason}`));

  let isFlushed = false;
  app.on("will-quit", (event) => {
    if (isFlushed) return;
    event.preventDefault();
    // Nobody is left to read a report.
    void reports.close();
    const closed = channel.settled().then(async () => (await host).close());
    const written = Promise.allSettled([closed, memoryFile.write(memory)]);
    const late = new Promise((resolve) => setTimeout(resolve, END_MILLIS));
    void Promise.race([written, late]).finally(() => {
      isFlushed = true;
      app.quit();
    });
  });

  const onFatal = (error: unknown) => {
    log.error("fault in the main process", error);
    dialog.showErrorBox(
      `${NAME} has to end`,
      `${failureOf(error).message}\nUnsaved work is kept as a draft and is offered at the next start.`,
    );
    app.exit(1);
  };
  process.on("uncaughtException", onFatal);
  process.on("unhandledRejection", (error) => log.error("a promise was left alone", error));

  void (async () => {
    [memory] = await Promise.all([memoryFile.read(), app.whenReady()]);
    applyTheme(memory.theme);
    confineSession(session.defaultSession, mayLoad(isDevelopment));
    serveApp(protocol, join(BUILT, "../renderer"), (error) => log.error("the app's own files", error));
    prepareAboutPanel(app, about);
    showMenu();
    openWindow();
    isReady = true;
    open(early);
    await recent.load();
    log.info(`started ${about.version}`);
  })().catch(onFatal);
}

/** Of `--name VALUE` or `--name=VALUE`. */
function valueOf(name: string): string | undefined {
  const args = process.argv;
  const at = args.indexOf(name);
  if (at >= 0) return args[at + 1];
  return args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}
