// Which versions the app is made of: for the host's `about`, the system's panel, and a box where there is none.
import type { About } from "../contract/hostApi";
import type { App, BrowserWindow, Dialog } from "electron";

export const NAME = "Init Lab";

export function aboutHere(app: App, dataFolder: string): About {
  const { electron = "", chrome = "", v8 = "" } = process.versions;
  const runtime = { Electron: electron, Chromium: chrome, Node: process.versions.node, V8: v8 };
  return {
    version: app.getVersion(),
    runtime: Object.fromEntries(Object.entries(runtime).filter(([, version]) => version !== "")),
    platform: `${process.platform} ${process.arch}`,
    host: "electron",
    dataFolder,
  };
}

/** "Electron 45.4.1\nChromium …", as one copies it into a report of a fault. */
export function versionsText(about: About): string {
  return [
    ...Object.entries(about.runtime).map(([name, version]) => `${name} ${version}`),
    about.platform,
    `Data: ${about.dataFolder}`,
  ].join("\n");
}

export function prepareAboutPanel(app: App, about: About): void {
  app.setAboutPanelOptions({
    applicationName: NAME,
    applicationVersion: about.version,
    copyright: "© The Init Lab authors. MIT licence.",
    credits: versionsText(about),
  });
}

/** macOS has a panel of its own that people know; elsewhere a box whose text can be read whole. */
export async function showAbout(
  app: App,
  dialog: Dialog,
  about: About,
  window: BrowserWindow | null,
): Promise<void> {
  if (process.platform === "darwin") return app.showAboutPanel();
  const box = {
    type: "info" as const,
    title: `About ${NAME}`,
    message: `${NAME} ${about.version}`,
    detail: versionsText(about),
    buttons: ["Close"],
    noLink: true,
  };
  await (window ? dialog.showMessageBox(window, box) : dialog.showMessageBox(box));
}
