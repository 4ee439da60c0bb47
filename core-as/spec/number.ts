// Numbers for people: three significant digits, powers of ten where they are far from one.

/** "0.439", "12.6", "1.31e-12" as 1.31×10⁻¹², "not a number" as NaN. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size >= 1e-3 && size < 1e5) return sign + plain(size);
  const [mantissa, exponent] = size.toExponential(2).split("e") as [string, string];
  return `${sign}${mantissa}×10${raised(Number(exponent))}`;
}

/** All digits of a count, in threes: "1 000" with thin no-break spaces. */
export function whole(count: number): string {
  const [digits, rest] = String(Math.abs(count)).split(/(?=[.e])/) as [string, string?];
  return (count < 0 ? "−" : "") + digits.replaceAll(/\B(?=(\d{3})+$)/g, "\u202f") + (rest ?? "");
}

/** A share as a percentage. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${figure(share * 100)} %`;
}

function plain(size: number): string {
  const text = size.toPrecision(3);
  return text.includes("e") ? whole(Math.round(size)) : text;
}

const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 10 with this exponent raised, a whole number. */
export const powerOfTen = (exponent: number): string => `10${raised(exponent)}`;

function raised(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((d) => DIGITS[Number(d)]).join("");
  return exponent < 0 ? `⁻${digits}` : digits;
}

/** "1.66 times", "1.31×10⁻⁴ times". */
export function times(ratio: number): string {
  return `${figure(ratio)} times`;
}

const LISTED_LAYERS = 8;

/** "layer 3", "layers 2 to 5", "layers 1, 3 and 5". */
export function layersText(indices: readonly number[]): string {
  const [first] = indices;
  const last = indices.at(-1);
  if (first === undefined || last === undefined) return "no layer";
  if (indices.length === 1) return `layer ${first}`;
  const isRun = indices.every((index, i) => index === first + i);
  if (isRun && indices.length > 2) return `layers ${first} to ${last}`;
  if (indices.length > LISTED_LAYERS) return `${indices.length} layers from ${first} to ${last}`;
  return `layers ${indices.slice(0, -1).join(", ")} and ${last}`;
}

/** "step 497", "steps 433 to 521": where runs stand, the least to the most. */
export function stepsText(steps: readonly number[]): string {
  const [low, high] = [Math.min(...steps), Math.max(...steps)];
  return low === high ? `step ${whole(low)}` : `steps ${whole(low)} to ${whole(high)}`;
}

/** "412 ms", "1.31 s", "2 min 5 s", "3 h 10 min". */
export function duration(millis: number): string {
  if (!Number.isFinite(millis) || millis < 0) return "–";
  if (millis < 999.5) return `${figure(millis)}\u00a0ms`;
  if (millis < 59_950) return `${figure(millis / 1000)}\u00a0s`;
  return wholeSeconds(Math.round(millis / 1000));
}

/** What is left of something: "4 s", "2 min 5 s". A guess has no digits after the point. */
export function timeLeft(millis: number): string {
  return Number.isFinite(millis) ? wholeSeconds(Math.max(1, Math.ceil(millis / 1000))) : "–";
}

/** How far something is: "45 %", which does not flicker as digits after the point would. */
export function wholePercent(share: number): string {
  return `${Math.round(share * 100)}\u202f%`;
}

const BYTES = ["bytes", "kB", "MB", "GB"] as const;

/** "12.6 MB": powers of a thousand, as file managers say it. */
export function sizeText(bytes: number): string {
  const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${figure(bytes / 1000 ** power)}\u00a0${BYTES[power]}`;
}

function wholeSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min ${seconds % 60}\u00a0s`;
  return `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}
