// `app://lab/`: the built page, its workers and the core, with the strict headers of pages.ts. Serves what the build
// made and nothing else; reads no folder that a request could name.
import type { CustomScheme, Protocol } from "electron";
import { servedFile, STRICT_HEADERS } from "../host/pages";

export const SCHEME = "app";
const HOST = "lab";
export const PAGE = `${SCHEME}://${HOST}/`;

/** Registered before the app is ready. Standard: relative addresses, an origin of its own; no way round the CSP. */
export const SCHEMES: CustomScheme[] = [
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
];

/** Whether an address is the app's own: its page, a script or a worker of it. */
export function isOurs(address: string): boolean {
  const url = parsed(address);
  return url?.protocol === `${SCHEME}:` && url.host === HOST && url.username === "" && url.password === "";
}

/** The built file that a request is for; 404 for everything that the build did not make. */
export async function answer(folder: string, request: Request): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return refusal(405, "Only GET is answered here.");
  const url = parsed(request.url);
  const file = url && isOurs(request.url) ? await servedFile(folder, url.pathname) : null;
  if (!file) return refusal(404, "There is no such file in Init Lab.");
  return new Response(request.method === "HEAD" ? null : file.body, { headers: file.headers });
}

export function serveApp(protocol: Protocol, folder: string, onFault: (error: unknown) => void): void {
  protocol.handle(SCHEME, async (request) => {
    try {
      return await answer(folder, request);
    } catch (error) {
      onFault(error);
      return refusal(500, "The app's own files cannot be read. Install Init Lab again.");
    }
  });
}

function refusal(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: { ...STRICT_HEADERS, "content-type": "text/plain; charset=utf-8" },
  });
}

const parsed = (address: string): URL | null => (URL.canParse(address) ? new URL(address) : null);
