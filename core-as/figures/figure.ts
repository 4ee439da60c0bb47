// A figure as data: titles, axes with units, aligned columns. Screen and paper draw the same one. No drawing here.

export interface Figure {
  /** [a-z0-9-]+, for file names and anchors. */
  readonly name: string;
  readonly title: string;
  /** What is drawn, in a few words; empty where the title says it. */
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  /** A second vertical scale, undrawn: an activation's curve over a density. */
  readonly right?: Axis;
  /** The shared column, rising. Bars: the n+1 edges. */
  readonly columns: Float64Array;
  /** Drawn in this order. */
  readonly series: readonly Series[];
  readonly rules: readonly Rule[];
  readonly zones: readonly Zone[];
  /** Mass beyond an end of the x axis, printed there and never dropped. */
  readonly beyond: readonly Beyond[];
}

export interface Axis {
  /** Without unit. */
  readonly label: string;
  /** Empty for a pure number; "share" is shown as per cent. */
  readonly unit: "" | "share" | "count" | "nats";
  readonly scale: "linear" | "log";
  /** Both finite, the first below the second; both above zero on a log scale. */
  readonly domain: readonly [number, number];
  /** Ticks at whole numbers alone. */
  readonly whole?: true;
}

/** What a mark is painted with; the screen and the report have their own colours for each. */
export type Paint =
  | "ink"
  | "ink2"
  | "ink3"
  /** Place along the ramp of layers, 0 first to 1 last. */
  | { readonly layer: number }
  /** 0 to 7: the palette of runs. */
  | { readonly run: number };

interface SeriesCommon {
  /** For the key, the table and the cursor. */
  readonly name: string;
  readonly paint: Paint;
  /** Written at the end of the line, value included; absent: none. */
  readonly endLabel?: string;
  readonly scale?: "right";
}

export type Series =
  | (SeriesCommon & {
      readonly kind: "line";
      /** Aligned with `at`; NaN where there is none. */
      readonly values: Float64Array;
      /** Its own rising places on x; absent: the columns. */
      readonly at?: Float64Array;
      readonly style: "measured" | "predicted" | "curve";
      /** A dot at each point, each with its own paint; none where it is null. */
      readonly dots?: readonly (Paint | null)[];
    })
  | (SeriesCommon & { readonly kind: "band"; readonly low: Float64Array; readonly high: Float64Array })
  | (SeriesCommon & {
      readonly kind: "bars";
      /** One a bin: one fewer than there are edges. */
      readonly values: Float64Array;
      /** Its own rising edges; absent: the columns. */
      readonly at?: Float64Array;
      /** Values that are met exactly again and again, and have bins of their own. */
      readonly atoms: readonly Atom[];
    });

/** A share of all values that sits on one point. */
export interface Atom {
  readonly at: number;
  readonly share: number;
  /** As the bars: the density if it filled one of the bins. May lie above the y axis' end. */
  readonly height: number;
}

/** A straight line across the plot at a value of one axis. */
export interface Rule {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly label: string;
  readonly style: "threshold" | "mark";
}

/** A shaded range of the x axis. */
export interface Zone {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

export interface Beyond {
  readonly side: "left" | "right";
  /** Share of all values. */
  readonly share: number;
}
