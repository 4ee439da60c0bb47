// What goes to the thread that builds reports, and what comes back: one task at a time, one answer a task, and before
// it how far the task is.
import type { HostFailure } from "../contract/hostError";
import type { FigureRequest } from "../contract/report";
import type { WrittenReport } from "./reports";

export type ReportTask =
  | { readonly kind: "report"; readonly request: WrittenReport }
  | { readonly kind: "figure"; readonly request: FigureRequest };

export interface ReportNews {
  /** 0 to 1. */
  readonly fraction: number;
}

export type ReportAnswer =
  | { readonly ok: true; readonly value: Uint8Array | string }
  | { readonly ok: false; readonly failure: HostFailure };
