// Bytes as a person reads them.
import { figure } from "../../../../core-as/spec/number";

const UNITS = ["bytes", "kB", "MB", "GB"] as const;

/** "12.6 MB": powers of a thousand, as file managers say it. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${figure(bytes / 1000 ** power)}\u00a0${UNITS[power]}`;
}
