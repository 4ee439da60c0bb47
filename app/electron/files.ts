// The ShellApi's files: native open and save dialogs. The main process itself reads what was picked and writes where
// the person said; the page never names a path.
import type { BrowserWindow, Dialog, FileFilter, IpcMain } from "electron";
import { basename, dirname, extname, join } from "node:path";
import { HostError } from "../contract/hostError";
import { LIMITS } from "../contract/limits";
import type { FileKind } from "../contract/shell";
import { codeOf, nodeDisk, writeWhole } from "../host/disk";
import { hostError } from "../host/failure";
import { ASK } from "./channels";
import { isFromPage, replyOf } from "./ipc";
import { readFiles } from "./pickedFile";
import type { RecentFiles } from "./recent";

const ALL: FileFilter = { name: "All files", extensions: ["*"] };

const FILTERS: Readonly<Record<FileKind, readonly FileFilter[]>> = {
  experiment: [{ name: "Experiments", extensions: ["initlab", "json"] }],
  // IDX files have no suffix that could be told.
  data: [{ name: "Data", extensions: ["csv", "npz", "idx", "gz"] }, ALL],
  weights: [{ name: "Weights", extensions: ["npy", "npz", "safetensors"] }, ALL],
};

const NAME_OF: Readonly<Record<string, string>> = {
  ".initlab": "Init Lab experiments",
  ".json": "Spec",
  ".html": "Web page",
  ".pdf": "PDF",
  ".md": "Markdown",
  ".csv": "Table",
  ".svg": "Drawing",
  ".png": "Picture",
  ".npz": "Tensors",
  ".safetensors": "Tensors",
  ".py": "Python source",
};

const LONGEST_NAME = 200;

export class FileDialogs {
  /** Where the last dialog ended; the system's own choice at first. */
  #folder = "";

  constructor(
    ipc: IpcMain,
    private readonly dialog: Dialog,
    private readonly window: () => BrowserWindow | null,
    private readonly recent: RecentFiles,
  ) {
    const isTrusted = (event: Parameters<typeof isFromPage>[0]) =>
      isFromPage(event, this.window()?.webContents ?? null);
    ipc.handle(ASK.pickFiles, (event, kind: unknown) => replyOf(isTrusted(event), () => this.#pick(kind)));
    ipc.handle(ASK.saveFile, (event, name: unknown, bytes: unknown) =>
      replyOf(isTrusted(event), () => this.#save(name, bytes)),
    );
  }

  async #pick(kind: unknown): Promise<unknown> {
    if (!isFileKind(kind))
      throw new HostError({
        code: "invalid",
        where: "kind",
        message: `write one of: ${Object.keys(FILTERS).join(", ")}`,
      });
    const { canceled, filePaths } = await this.dialog.showOpenDialog(this.#parent(), {
      title: "Open",
      properties: ["openFile", "multiSelections", "dontAddToRecent"],
      filters: [...FILTERS[kind]],
      ...(this.#folder === "" ? {} : { defaultPath: this.#folder }),
    });
    if (canceled || filePaths.length === 0) return [];
    this.#folder = dirname(filePaths[0]!);
    const files = await readFiles(filePaths, kind);
    if (kind === "experiment") for (const path of filePaths) await this.recent.add(path);
    return files;
  }

  async #save(suggested: unknown, bytes: unknown): Promise<string | null> {
    if (typeof suggested !== "string")
      throw new HostError({ code: "invalid", where: "suggestedName", message: "write the name of a file" });
    if (!(bytes instanceof Uint8Array) || bytes.length > LIMITS.archiveBytes)
      throw new HostError({
        code: "invalid",
        where: "bytes",
        message: `at most ${LIMITS.archiveBytes} bytes (a Uint8Array) would be right`,
      });
    const name = fileName(suggested);
    const suffix = extname(name).toLowerCase();
    const { canceled, filePath } = await this.dialog.showSaveDialog(this.#parent(), {
      title: "Save",
      defaultPath: join(this.#folder, name),
      properties: ["showOverwriteConfirmation", "createDirectory", "dontAddToRecent"],
      filters:
        suffix === "" ? [ALL] : [{ name: NAME_OF[suffix] ?? "File", extensions: [suffix.slice(1)] }, ALL],
    });
    if (canceled || filePath === "") return null;
    this.#folder = dirname(filePath);
    try {
      await writeWhole(nodeDisk, filePath, [bytes]);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw hostError(error, filePath);
      const message = "its folder is not there; choose another one";
      throw new HostError({ code: "not_writable", where: filePath, message }, { cause: error });
    }
    if (suffix === ".initlab") await this.recent.add(filePath);
    return filePath;
  }

  #parent(): BrowserWindow {
    const window = this.window();
    if (!window) throw new HostError({ code: "unreachable", message: "the window is closed" });
    return window;
  }
}

const isFileKind = (kind: unknown): kind is FileKind =>
  typeof kind === "string" && Object.hasOwn(FILTERS, kind);

/** What can be a file's name on every system, without a folder. */
export function fileName(suggested: string): string {
  const plain = basename(suggested.replaceAll("\\", "/"))
    // eslint-disable-next-line no-control-regex -- they are what must go
    .replaceAll(/[\u0000-\u001f<>:"/|?*\u007f]/g, "-")
    .replace(/^[. ]+|[. ]+$/g, "");
  const suffix = extname(plain);
  const stem = plain.slice(0, plain.length - suffix.length).slice(0, LONGEST_NAME - suffix.length);
  return stem === "" ? `experiment${suffix}` : `${stem}${suffix}`;
}
