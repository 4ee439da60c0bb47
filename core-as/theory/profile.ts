// Where an activation has its structure: panels, fine near kinks and bends and wide where phi is nearly straight, on
// each of which 16 Gauss-Legendre nodes integrate phi^4 and phi'^4 to about 1e-12. Found once, by halving; farther out
// when asked for. Refuses to halve for ever: past MAX_PANELS a side it goes on in wide steps, on which a wave
// that fast is integrated to a few digits only.
import type { ActivationFunctions } from "./functions";
import { fillPanel, legendreTail, ORDER } from "./legendre";

/** Of phi's size on the panel. The error of the rule is about its square. */
const TAIL_TOLERANCE = 3e-7;
/** Below this share of phi's size near 0 a tail may stay unresolved. */
const FLOOR = 1e-4;
/** Narrowest panel, as a share of the distance from 0 (or of 1). */
const MIN_WIDTH = 2 ** -22;
const MAX_PANELS = 6000;
/** Ends of the stretches that are halved: 1, and each so many times the one before. */
const STRETCH = 8;

/** The panels on one side of 0, outward. */
interface Side {
  readonly sign: 1 | -1;
  /** Distances from 0, rising, 0 first. */
  readonly borders: number[];
  readonly kinks: readonly number[];
}

export class Profile {
  readonly #a: ActivationFunctions;
  readonly #sides: readonly Side[];
  readonly #floor: { phi: number; slope: number };
  /** Width of the narrowest panel. */
  finest = 1;

  constructor(a: ActivationFunctions) {
    this.#a = a;
    this.#sides = ([-1, 1] as const).map((sign) => ({
      sign,
      borders: [0],
      kinks: a.kinks
        .filter((k) => k * sign > 0)
        .map((k) => k * sign)
        .sort((p, q) => p - q),
    }));
    const near = Float64Array.from({ length: 16 }, (_, i) => (i - 7.5) / 7.5);
    this.#floor = { phi: FLOOR * largest(a.phiBulk(near)), slope: FLOOR * largest(a.dphiBulk(near)) };
  }

  /** Borders of the panels, rising, from the first at or below -reach to the first at or above reach. */
  borders(reach: number): readonly number[] {
    const found: number[] = [];
    for (const side of this.#sides) {
      while (side.borders.at(-1)! < reach) this.#extend(side);
      for (const border of side.borders) {
        if (border > 0) found.push(border * side.sign);
        if (border >= reach) break;
      }
      if (side.sign < 0) {
        found.reverse();
        found.push(0);
      }
    }
    return found;
  }

  /** One more stretch outward. */
  #extend(side: Side): void {
    const from = side.borders.at(-1)!;
    const to = from === 0 ? 1 : STRETCH * from;
    const ends = [from, ...side.kinks.filter((k) => k > from && k < to), to];
    let open: [number, number][] = ends.slice(1).map((end, i) => [ends[i]!, end]);
    const closed: number[] = [];
    while (open.length > 0) {
      if (side.borders.length + closed.length + open.length > MAX_PANELS) {
        closed.push(...open.map(([, end]) => end));
        break;
      }
      const next: [number, number][] = [];
      const resolved = this.#resolved(open, side.sign);
      open.forEach(([low, high], i) => {
        const middle = 0.5 * (low + high);
        if (resolved[i] || high - low <= MIN_WIDTH * Math.max(1, high)) {
          closed.push(high);
          this.finest = Math.min(this.finest, high - low);
        } else next.push([low, middle], [middle, high]);
      });
      open = next;
    }
    side.borders.push(...closed.sort((p, q) => p - q));
  }

  #resolved(panels: readonly [number, number][], sign: number): boolean[] {
    const x = new Float64Array(panels.length * ORDER);
    const w = new Float64Array(x.length);
    panels.forEach(([low, high], i) => fillPanel(x, w, i * ORDER, sign * low, sign * high));
    const phi = this.#a.phiBulk(x);
    const slope = this.#a.dphiBulk(x);
    const settled = (values: Float64Array, at: number, floor: number) => {
      const size = Math.max(floor, largest(values.subarray(at, at + ORDER)));
      // What is not finite is not made so by halving.
      return !(legendreTail(values, at) > TAIL_TOLERANCE * size);
    };
    return panels.map(
      (_, i) => settled(phi, i * ORDER, this.#floor.phi) && settled(slope, i * ORDER, this.#floor.slope),
    );
  }
}

function largest(values: Float64Array): number {
  let size = 0;
  for (const value of values) size = Math.max(size, Math.abs(value));
  return size;
}
