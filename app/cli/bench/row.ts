// One line of the benchmark.

export interface Row {
  readonly section: string;
  readonly name: string;
  /** Median, in `unit`; low and high are the quartiles. */
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly unit: string;
  /** What it is to reach, and whether it does; absent for what is only told. */
  readonly target?: string;
  readonly met?: boolean;
  readonly note?: string;
}

/** Something that could not be measured here, and why. */
export interface Skipped {
  readonly section: string;
  readonly name: string;
  readonly because: string;
}

export interface BenchContext {
  readonly rows: Row[];
  readonly skipped: Skipped[];
  readonly repeats: number;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Says what is being measured. */
  readonly say: (what: string) => void;
}

export function atLeast(value: number, target: number, what = "x"): Pick<Row, "target" | "met"> {
  return { target: `>= ${target}${what}`, met: value >= target };
}

export function atMost(value: number, target: number, what = "x"): Pick<Row, "target" | "met"> {
  return { target: `<= ${target}${what}`, met: value <= target };
}
