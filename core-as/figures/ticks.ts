// Where an axis is marked, and what stands there: round numbers, each with a label.
import { powerOfTen } from "../spec/number";
import type { Axis } from "./figure";

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** No axis asks for more, whatever its length. */
const MAX_TICKS = 50;
/** Powers of ten that read more easily written out. */
const PLAIN_POWERS = { least: -3, most: 3 };

/** At most about `most` ticks inside the domain, rising; at least one where the domain is sound. */
export function ticks(axis: Axis, most: number): readonly Tick[] {
  const [low, high] = axis.domain;
  const wanted = Math.max(1, Math.min(MAX_TICKS, Math.floor(most)));
  if (!(high > low) || !Number.isFinite(high - low)) return [];
  return axis.scale === "log" ? logTicks(axis, wanted) : linearTicks(axis, wanted);
}

/** The step 1, 2 or 5 times a power of ten that makes at most `most` intervals of `span`. */
export function niceStep(span: number, most: number): number {
  const raw = span / Math.max(1, most);
  const exponent = Math.floor(Math.log10(raw));
  const power = 10 ** exponent;
  for (const mantissa of [1, 2, 5]) if (mantissa * power >= raw * (1 - 1e-9)) return mantissa * power;
  return 10 * power;
}

function linearTicks(axis: Axis, most: number): readonly Tick[] {
  const [low, high] = axis.domain;
  // A scale of shares is marked in quarters, as people speak of them.
  const quarters = axis.unit === "share" && low === 0 && high === 1 && most >= 4 && most < 10;
  let step = quarters ? 0.25 : niceStep(high - low, most);
  if (axis.whole) step = Math.max(1, Math.round(step));
  const slack = 1e-9 * (high - low);
  const first = Math.ceil((low - slack) / step);
  const last = Math.floor((high + slack) / step);
  const found: Tick[] = [];
  for (let k = first; k <= last && found.length <= MAX_TICKS; k++) {
    // 3 * 0.1 is not 0.3: the digits of the step say where to round.
    const value = Number((k * step).toPrecision(12));
    found.push({ value, label: tickLabel(axis, value, step) });
  }
  return found;
}

/** With as many decimals as the step has, and no zeros at their end. */
function tickLabel(axis: Axis, value: number, step: number): string {
  const shown = axis.unit === "share" ? value * 100 : value;
  const by = axis.unit === "share" ? step * 100 : step;
  return numberLabel(shown, by) + (axis.unit === "share" ? " %" : "");
}

function numberLabel(value: number, step: number): string {
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (size >= 1e5 || step < 1e-3) {
    const exponent = Math.floor(Math.log10(size) + 1e-9);
    const digits = Math.max(0, exponent - Math.floor(Math.log10(step) + 1e-9));
    const mantissa = (size / 10 ** exponent).toFixed(Math.min(digits, 12));
    return `${sign}${mantissa === "1" ? "" : `${mantissa}×`}${powerOfTen(exponent)}`;
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return sign + grouped(String(Number(size.toFixed(decimals))));
}

/** Thin no-break spaces between thousands. */
function grouped(text: string): string {
  const [whole = "", decimals] = text.split(".");
  const parted = whole.replace(/\B(?=(\d{3})+(?!\d))/g, " ");
  return decimals === undefined ? parted : `${parted}.${decimals}`;
}

function logTicks(axis: Axis, most: number): readonly Tick[] {
  const [low, high] = axis.domain;
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const decades = last - first;
  // Less than a decade: round numbers, as far as they are round.
  if (decades < 1) return denseTicks(axis, most);
  const every = Math.max(1, niceWhole((decades + 1) / most));
  const found: Tick[] = [];
  const start = Math.ceil(first / every) * every;
  const plain = start >= PLAIN_POWERS.least && last <= PLAIN_POWERS.most;
  for (let exponent = start; exponent <= last; exponent += every)
    found.push({ value: 10 ** exponent, label: powerLabel(exponent, plain) });
  return found;
}

function niceWhole(least: number): number {
  for (let power = 1; ; power *= 10)
    for (const mantissa of [1, 2, 5]) if (mantissa * power >= least - 1e-9) return mantissa * power;
}

function powerLabel(exponent: number, plain: boolean): string {
  if (exponent === 0) return "1";
  return plain ? numberLabel(10 ** exponent, Math.min(1, 10 ** exponent)) : powerOfTen(exponent);
}

function denseTicks(axis: Axis, most: number): readonly Tick[] {
  const [low, high] = axis.domain;
  for (const mantissas of [[1, 2, 5], [1, 3], [1]]) {
    const found: Tick[] = [];
    for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++)
      for (const mantissa of mantissas) {
        const value = Number(`${mantissa}e${exponent}`);
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
          found.push({ value, label: numberLabel(value, Math.min(1, 10 ** exponent)) });
      }
    if (found.length > 0 && found.length <= Math.max(most, 2)) return found;
  }
  return linearTicks({ ...axis, scale: "linear" }, most);
}
