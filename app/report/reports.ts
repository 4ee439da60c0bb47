// What makes reports and figures for a host: in this thread (direct.ts) or in another (host/reportThread.ts).
import type { FigureRequest, ReportRequest } from "../contract/report";

/** Any format but "pdf", which is printed from the HTML. */
export type WrittenReport = ReportRequest & { readonly format: Exclude<ReportRequest["format"], "pdf"> };

/** Rejects with a HostError where a text in the request is not what it should be. */
export interface Reports {
  /** The bytes of the file. `signal` ends it early, with the signal's reason; `tell` hears how far it is, 0 to 1. */
  build(request: WrittenReport, signal?: AbortSignal, tell?: (fraction: number) => void): Promise<Uint8Array>;
  /** The text of an SVG file. */
  figure(request: FigureRequest): Promise<string>;
}

/** The bytes of a PDF of a self-contained HTML page. */
export type Print = (html: Uint8Array, options?: { readonly signal?: AbortSignal }) => Promise<Uint8Array>;
