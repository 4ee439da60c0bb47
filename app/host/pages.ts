// The built renderer as pages: which files there are, and the headers that each goes out with. Electron's protocol
// and the loopback server both answer from here, so that the two are equally strict.
// It refuses every path that is not, letter for letter, a file that the build made: a path that was asked for is
// looked up in a list and never put together into a name on the disk.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface ServedFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The scripts of Web Workers. They alone may compile WebAssembly; the page may not. */
const WORKER_SCRIPTS: ReadonlySet<string> = new Set(["/conductor.js", "/worker.js"]);

function policy(scripts: string): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Content-Security-Policy of the page, and of everything but the workers' scripts. */
export const PAGE_POLICY = policy("'self'");
/** A worker that comes from an address lives under the policy of its own answer. */
export const WORKER_POLICY = policy("'self' 'wasm-unsafe-eval'");

/**
 * What a page could ask a browser for, as far as Chromium knows it on every system; of a name that it does not know it
 * would warn. The clipboard alone is granted: specs and pictures are copied.
 */
const DENIED_FEATURES = [
  "accelerometer",
  "autoplay",
  "browsing-topics",
  "camera",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "gamepad",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "picture-in-picture",
  "publickey-credentials-create",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "storage-access",
  "sync-xhr",
  "usb",
  "window-management",
  "xr-spatial-tracking",
];

/** Headers of every answer, whatever it carries. */
export const STRICT_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": PAGE_POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": [
    ...DENIED_FEATURES.map((feature) => `${feature}=()`),
    "clipboard-read=(self)",
    "clipboard-write=(self)",
  ].join(", "),
  // The next build may have other bytes under the same name, and the disk is near.
  "cache-control": "no-store",
};

/** By suffix. What has none of these is not served, source maps among them. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".gz": "application/gzip",
};

/** A folder in a folder is as deep as a build goes. */
const DEEPEST = 4;

const mediaTypeOf = (path: string): string | undefined => MEDIA_TYPES[/\.[a-z0-9]+$/.exec(path)?.[0] ?? ""];

/**
 * The built file at `urlPath` ("/", "/app.js", "/fonts/inter.woff2"; what follows "?" or "#" does not count), or null
 * where the build made no such file. Rejects where the folder `root` cannot be read.
 */
export async function servedFile(root: string, urlPath: string): Promise<ServedFile | null> {
  const path = urlPath.replace(/[?#].*$/s, "");
  const wanted = path === "/" ? "/index.html" : path;
  const mediaType = mediaTypeOf(wanted);
  if (mediaType === undefined) return null;
  const file = (await builtFiles(root, "", DEEPEST)).get(wanted);
  if (file === undefined) return null;
  const body = new Uint8Array(await readFile(file));
  return {
    body,
    headers: {
      ...STRICT_HEADERS,
      "content-type": mediaType,
      "content-length": String(body.byteLength),
      ...(WORKER_SCRIPTS.has(wanted) ? { "content-security-policy": WORKER_POLICY } : {}),
    },
  };
}

/** URL path -> name on the disk, of the regular files below a folder. Links are left out: they lead elsewhere. */
async function builtFiles(folder: string, prefix: string, depth: number): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const [path, file] = [`${prefix}/${entry.name}`, join(folder, entry.name)];
    if (entry.isFile()) files.set(path, file);
    else if (entry.isDirectory() && depth > 1)
      for (const [below, name] of await builtFiles(file, path, depth - 1)) files.set(below, name);
  }
  return files;
}
