// Layouts of the statistics blocks that cross between the core and the host.
// A block is opaque but for what is named here; every slot is a float64.

/** Flag of an accumulator: keep a hash of every unit's bits, for the distinct units. */
export const FLAG_HASH = 1;
/** Flag of an accumulator: keep sums for every unit, for the across-sample and across-unit figures. */
export const FLAG_UNITS = 2;

/** Flag of a finish: leave the quantiles NaN; they are taken another way. */
export const FLAG_NO_QUANTILES = 4;

/** Rows of the batch that make the pilot. */
export const PILOT_ROWS = 16;
/** Pilot values that a calibration looks at. */
export const PILOT_VALUES = 512;

/** Slots of a calibration. */
export enum Calibration {
  /** Round number near the pilot's median: a multiple of the step. */
  reference = 0,
  /** Reference less a few rounding errors, so that a value on an edge falls above it. */
  binReference = 1,
  /** Fine bins per unit of the value at the centre: 2048 / step. */
  inverseUnit = 2,
  /** Width of a display bin: 1, 2 or 5 times a power of ten. */
  step = 3,
  /** Reference / step. */
  multiple = 4,
  /** 1, 2 or 5. */
  mantissa = 5,
  /** Of ten. */
  exponent = 6,
  /** The pilot's median itself: what pooled sums are taken about. */
  shift = 7,
  /** Values that repeat in the pilot, NaN where there are none: counted exactly, for the quantiles. */
  atomA = 8,
  atomB = 9,
  /** Value (0 perhaps) that makes up much of the pilot, NaN if none does: chooses a kernel, changes no result. */
  common = 10,
  /** Negative values nearer to 0 are binned as this far from it, or the nudge of binReference would lift them above 0. */
  negativeFloor = 11,
  /** Number of slots. */
  total = 12,
}

/** Octaves of fine bins on each side of the reference, and bins in an octave. */
export const FINE_OCTAVES = 12;
export const FINE_PER_OCTAVE = 256;
export const FINE_BINS = 6144;
/** Fine-bin units in one display step. */
export const UNITS_PER_STEP = 2048;
/** Display edges are fine edges up to this many steps from the reference. */
export const DISPLAY_REACH = 63;
/** Inner bins of a display histogram at most; one wide bin may follow on each side. */
export const DISPLAY_BINS = 64;
/** Pieces (fine bins, atoms, bins split by an atom or about a peak) that exportFineBins writes at most. */
export const PIECES_MAX = 6240;

/** Slots that finishStatistics writes. Figures of finite values; NaN where there is none to take them from. */
export enum Statistic {
  /** All elements, those that are not finite included. */
  count = 0,
  mean = 1,
  std = 2,
  rms = 3,
  min = 4,
  max = 5,
  /** NaN where std is 0. */
  skewness = 6,
  /** Excess kurtosis; NaN where std is 0. */
  kurtosis = 7,
  zeros = 8,
  nonFinite = 9,
  /** NaN without FLAG_UNITS, as all figures of units. */
  acrossSampleStd = 10,
  acrossUnitStd = 11,
  atLow = 12,
  atHigh = 13,
  /** Elements at or beyond the saturation thresholds. */
  saturated = 14,
  deadUnits = 15,
  /** Dead units are constant units too. */
  constantUnits = 16,
  /** NaN without FLAG_HASH. */
  distinctUnits = 17,
  /** Seven quantiles: 1, 5, 25, 50, 75, 95, 99 %. */
  quantiles = 18,
  /** Number of display bins n. */
  bins = 25,
  /** n + 1 rising edges. */
  edges = 26,
  /** n counts, without zeros, atLow, atHigh. */
  counts = 93,
  /** Number of slots. */
  total = 159,
}
