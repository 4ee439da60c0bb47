// One picture while it is made: a figure, its room and colours, and the marks so far, each with attributes that Plot
// would take for data. Knows places, draws nothing.
import type { Markish } from "@observablehq/plot";
import type { Axis, Figure } from "../../../core-as/figures/figure";
import { placeOn, valueAt } from "../../../core-as/figures/place";
import type { Colours } from "./colours";
import type { Room } from "./room";
import type { Attributes } from "./write";

/** A value further outside its axis is drawn as if it were there. */
const FAR = 4;

type Named = Attributes & { readonly class: string };

export class Sheet {
  readonly marks: Markish[] = [];
  readonly attributes = new Map<string, Attributes>();
  readonly #clip: string;
  isClipped = false;

  constructor(
    readonly figure: Figure,
    readonly room: Room,
    readonly colours: Colours,
    readonly isCompact: boolean,
    id: string,
  ) {
    this.#clip = `${id}-plot`;
  }

  /** `make` is given the class name that the attributes belong to. What is drawn, by a name of the figure's own. */
  add(attributes: Named, make: (className: string) => Markish): void {
    const name = `m${this.attributes.size}`;
    this.attributes.set(name, { ...attributes, class: `f-${attributes.class}` });
    this.marks.push(make(name));
  }

  /** Attributes of a mark that may reach out of the plot. */
  clipped(attributes: Named, isOutside: boolean): Named {
    if (!isOutside) return attributes;
    this.isClipped = true;
    return { ...attributes, "clip-path": `url(#${this.#clip})` };
  }

  get clipId(): string {
    return this.#clip;
  }

  /** The same value, or one on the same side that a coordinate can hold; NaN where the axis has no place for it. */
  held(axis: Axis): (value: number) => number {
    const place = placeOn(axis);
    return (value) => {
      const at = place(value);
      if (Number.isNaN(at) || (at >= -FAR && at <= 1 + FAR)) return at === at ? value : NaN;
      return finite(valueAt(axis, at < 0 ? -FAR : 1 + FAR));
    };
  }

  /** Of the second scale, as the value of y that stands at the same height. */
  heldRight(axis: Axis): (value: number) => number {
    const place = placeOn(axis);
    const { y } = this.figure;
    return (value) => finite(valueAt(y, Math.min(1 + FAR, Math.max(-FAR, place(value)))));
  }

  /** Pixels. */
  readonly x = (value: number): number => {
    const { left, right } = this.room;
    return left + (right - left) * placeOn(this.figure.x)(value);
  };

  readonly y = (value: number): number => {
    const { top, bottom } = this.room;
    return bottom - (bottom - top) * placeOn(this.figure.y)(value);
  };

  /** Of a value on an axis, ends included and a hair beyond. */
  holds(axis: Axis, value: number): boolean {
    const at = placeOn(axis)(value);
    return at >= -1e-9 && at <= 1 + 1e-9;
  }
}

const finite = (value: number): number =>
  Number.isNaN(value) ? NaN : Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));

/** A channel in pixels. */
export const pixels = (values: readonly number[]): { readonly value: number[]; readonly scale: null } => ({
  value: [...values],
  scale: null,
});
