// What no page of this app may do, whoever wrote it: reach the network, leave its address, open windows, hold
// permissions or devices, download. Grants the clipboard to our own page and nothing besides.
import type { App, Session, WebContents, WebPreferences } from "electron";
import { isOurs, PAGE } from "./protocol";

/** Specs and pictures are copied; "Paste spec" reads what the person has copied. */
const GRANTED: ReadonlySet<string> = new Set(["clipboard-sanitized-write", "clipboard-read"]);

/** Of every window of ours, whatever it shows; each adds what is its own. */
export const CONFINED = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  enableWebSQL: false,
  spellcheck: false,
} as const satisfies WebPreferences;

/** Before the app is ready. */
export function confineProcess(app: App): void {
  app.enableSandbox();
  // A second wall behind the session's: no name resolves, whoever asks.
  app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  app.commandLine.appendSwitch("disable-background-networking");
  app.on("web-contents-created", (_event, contents) => confineContents(contents));
}

/** Of the lab's window. */
export const mayLoad = (isDevelopment: boolean) => (url: string) =>
  isLocal(url) || (isDevelopment && url.startsWith("devtools://"));

export function confineSession(session: Session, mayLoad: (url: string) => boolean): void {
  session.setPermissionRequestHandler((_contents, permission, grant, details) =>
    grant(GRANTED.has(permission) && details.isMainFrame && isOurs(details.requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && isOurs(withSlash(origin)),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !mayLoad(url) }));
  session.on("will-download", (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
}

/** Bytes that are already here: the app's own, or made by its page. */
function isLocal(url: string): boolean {
  return (
    isOurs(url) || url.startsWith("data:") || (url.startsWith("blob:") && isOurs(url.slice("blob:".length)))
  );
}

function confineContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
  // Only a reload of the page itself passes.
  contents.on("will-frame-navigate", (event) => {
    if (!event.isMainFrame || event.url !== PAGE) event.preventDefault();
  });
  contents.on("will-navigate", (event) => {
    if (event.url !== PAGE) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
}

const withSlash = (origin: string) => (origin.endsWith("/") ? origin : `${origin}/`);
