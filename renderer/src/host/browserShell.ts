// The shell of a plain browser: its own file chooser, its downloads, the tab's title. It has no menu and is handed
// no files by the system, and cannot ask where a file goes: the browser's settings decide that.
import { HostError } from "../../../app/contract/hostError";
import { LIMITS } from "../../../app/contract/limits";
import type { FileKind, PickedFile, ShellApi } from "../../../app/contract/shell";

const SUFFIXES: Readonly<Record<FileKind, string>> = {
  experiment: ".json,.initlab",
  data: ".csv,.npz,.gz,.idx1-ubyte,.idx3-ubyte",
  weights: ".npy,.npz,.safetensors",
};

/** A browser may still be reading the blob of a download that has begun. */
const DOWNLOAD_MILLIS = 60_000;

export function browserShell(): ShellApi {
  return {
    async pickFiles(kind) {
      return Promise.all((await chosen(SUFFIXES[kind])).map(read));
    },
    saveFile(suggestedName, bytes) {
      download(suggestedName, bytes);
      return Promise.resolve(suggestedName);
    },
    showDocument(name, isUnsaved) {
      document.title = `${isUnsaved ? "• " : ""}${name || "Untitled"} – Init Lab`;
      // Only while it is needed: a page that listens is never kept for going back to.
      if (isUnsaved) window.addEventListener("beforeunload", askFirst);
      else window.removeEventListener("beforeunload", askFirst);
    },
    onCommand: nothingToHear,
    onFiles: nothingToHear,
  };
}

/** A file that was dropped or chosen, whole. */
export async function read(file: File): Promise<PickedFile> {
  if (file.size > LIMITS.archiveBytes)
    throw new HostError({
      code: "too_large",
      where: file.name,
      message: `has ${file.size} bytes; at most ${LIMITS.archiveBytes} are taken`,
    });
  try {
    return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch (cause) {
    throw new HostError(
      {
        code: "damaged",
        where: file.name,
        message: "cannot be read; a file that is still there would be right",
      },
      { cause },
    );
  }
}

function chosen(accept: string): Promise<readonly File[]> {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", multiple: true, hidden: true, accept });
  return new Promise((resolve) => {
    const end = () => {
      input.remove();
      resolve([...(input.files ?? [])]);
    };
    input.addEventListener("change", end, { once: true });
    input.addEventListener("cancel", end, { once: true });
    document.body.append(input);
    input.click();
  });
}

function download(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const anchor = document.createElement("a");
  Object.assign(anchor, { href: address, download: name, hidden: true });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), DOWNLOAD_MILLIS);
}

function askFirst(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function nothingToHear(): () => void {
  return () => {};
}
