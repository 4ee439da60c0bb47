// What a chart gives away when it is asked for a copy, found by its element: one menu serves all charts inside it.
import type { Figure } from "../../../core-as/figures/figure";
import { tabSeparated } from "../../../core-as/figures/table";

export interface ChartHandle {
  readonly figure: () => Figure;
  /** Null where the chart has not been drawn yet. */
  readonly picture: () => Promise<Blob | null>;
}

const handles = new WeakMap<Element, ChartHandle>();

/** Charts carry it, so that a menu finds them. */
export const CHART_MARK = "data-chart";

export function keepHandle(element: Element, handle: ChartHandle): void {
  handles.set(element, handle);
}

/** The chart that the element is or lies in; null outside of all. */
export function handleAt(target: EventTarget | null): ChartHandle | null {
  const element = target instanceof Element ? target.closest(`[${CHART_MARK}]`) : null;
  return (element && handles.get(element)) ?? null;
}

/** Rejects where the system refuses the clipboard. */
export function copyData(handle: ChartHandle): Promise<void> {
  return navigator.clipboard.writeText(tabSeparated(handle.figure()));
}

export async function copyPicture(handle: ChartHandle): Promise<void> {
  const blob = await handle.picture();
  if (!blob) throw new Error("The chart has not been drawn yet; scroll to it and copy it again");
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}
