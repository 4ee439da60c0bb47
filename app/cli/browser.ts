// Opens an address in the browser that the person has chosen, by the system's own opener. Waits for no browser's end.
import { spawn } from "node:child_process";

/** An opener that has not failed by now has handed the address on. */
const FAILS_WITHIN_MILLIS = 2000;

/** By platform: command and arguments before the address. No shell sees the address. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** False where none could be opened. */
export function openInBrowser(address: string, platform: string = process.platform): Promise<boolean> {
  const [command, ...before] = OPENERS[platform] ?? ["xdg-open"];
  return new Promise((resolve) => {
    const opener = spawn(command, [...before, address], { detached: true, stdio: "ignore" });
    const patience = setTimeout(() => resolve(true), FAILS_WITHIN_MILLIS);
    const end = (isOpen: boolean) => {
      clearTimeout(patience);
      resolve(isOpen);
    };
    opener.on("error", () => end(false));
    opener.on("exit", (code) => end(code === 0));
    opener.unref();
  });
}
