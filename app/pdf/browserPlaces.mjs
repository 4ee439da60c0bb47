// Where a browser of the Chromium family may be on this machine. Looks, and starts nothing.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
  "brave-browser",
];

/** Those that are there and may be started; the likeliest first, each once. */
export function browsersHere() {
  return [...new Set(usualPlaces())].filter(isExecutable);
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function usualPlaces() {
  switch (process.platform) {
    case "darwin":
      return [
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Chromium.app/Contents/MacOS/Chromium",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
      ].map((app) => `/Applications/${app}`);
    case "win32":
      return ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"]
        .map((name) => process.env[name])
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, "Google/Chrome/Application/chrome.exe"),
          join(folder, "Chromium/Application/chrome.exe"),
          join(folder, "Microsoft/Edge/Application/msedge.exe"),
        ]);
    default: {
      const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder.startsWith("/"));
      return [
        ...COMMANDS.map((command) => join("/usr/bin", command)),
        "/snap/bin/chromium",
        "/opt/google/chrome/chrome",
        ...folders.flatMap((folder) => COMMANDS.map((command) => join(folder, command))),
      ];
    }
  }
}
