// The histogram that people see: round edges, every bin an exact sum of fine bins, values counted apart taken out.
import {
  Calibration,
  DISPLAY_BINS,
  DISPLAY_REACH,
  FINE_BINS,
  Statistic,
} from "../../shared/statistics";
import { binIndex, firstBinOfStep } from "./bins";
import { Header, HISTOGRAM_OFFSET } from "./block";
import { displayEdge, setSlot, slot } from "./calibration";
import { atomCount, atomValue } from "./quantiles";

/** Zero, low and high are counted apart; the pilot's atoms are not. */
const APART = 3;

/** Elements in fine bins from .. to-1 less those counted apart. */
function mass(block: usize, calibration: usize, from: i32, to: i32): f64 {
  let sum = 0.0;
  for (let bin = from; bin < to; ++bin) sum += <f64>load<u32>(block + HISTOGRAM_OFFSET + (<usize>bin << 2));
  for (let which = 0; which < APART; ++which) {
    const count = atomCount(block, which);
    if (count == 0.0) continue;
    const bin = binIndex(calibration, atomValue(block, calibration, which));
    if (bin >= from && bin < to) sum -= count;
  }
  return sum;
}

function stepMass(block: usize, calibration: usize, k: i32): f64 {
  return mass(block, calibration, firstBinOfStep(k), firstBinOfStep(k + 1));
}

/**
 * Writes Statistic.bins, .edges and .counts of `out`: at most DISPLAY_BINS inner bins, those that hold the most, without
 * empty ones at the ends, and one wide bin on each side that has elements beyond; its outer edge is the extreme rounded
 * outward to a step. Bins are half-open [a, b). Nothing to show gives one empty bin above the reference.
 */
export function displayHistogram(out: usize, block: usize, calibration: usize): void {
  // The inner bins that are not empty, then the window over them that holds the most.
  let first = DISPLAY_REACH;
  let last = -DISPLAY_REACH - 1;
  for (let k = -DISPLAY_REACH; k < DISPLAY_REACH; ++k) {
    if (stepMass(block, calibration, k) == 0.0) continue;
    first = min(first, k);
    last = k;
  }
  if (last < first) first = last = 0;
  if (last - first >= DISPLAY_BINS) {
    let inside = 0.0;
    for (let k = first; k < first + DISPLAY_BINS; ++k) inside += stepMass(block, calibration, k);
    let best = inside;
    let bestFirst = first;
    for (let k = first + 1; k + DISPLAY_BINS - 1 <= last; ++k) {
      inside += stepMass(block, calibration, k + DISPLAY_BINS - 1) - stepMass(block, calibration, k - 1);
      // Among equals the window about the reference.
      if (inside > best || (inside == best && abs(k + DISPLAY_BINS / 2) < abs(bestFirst + DISPLAY_BINS / 2))) {
        best = inside;
        bestFirst = k;
      }
    }
    first = bestFirst;
    last = first + DISPLAY_BINS - 1;
    while (stepMass(block, calibration, first) == 0.0) ++first;
    while (stepMass(block, calibration, last) == 0.0) --last;
  }

  const edges = out + (<usize>Statistic.edges << 3);
  const counts = out + (<usize>Statistic.counts << 3);
  let n = 0;
  const below = mass(block, calibration, 0, firstBinOfStep(first));
  if (below > 0.0) {
    setSlot(edges, n, outerEdge(calibration, slot(block, Header.min), first, false));
    setSlot(counts, n++, below);
  }
  for (let k = first; k <= last; ++k) {
    setSlot(edges, n, displayEdge(calibration, <f64>k));
    setSlot(counts, n++, stepMass(block, calibration, k));
  }
  setSlot(edges, n, displayEdge(calibration, <f64>(last + 1)));
  const above = mass(block, calibration, firstBinOfStep(last + 1), FINE_BINS);
  if (above > 0.0) {
    setSlot(counts, n++, above);
    setSlot(edges, n, outerEdge(calibration, slot(block, Header.max), last + 1, true));
  }
  setSlot(out, Statistic.bins, <f64>n);
}

/** `extreme` rounded outward to a step strictly outside inner edge `k`; itself where it is too far off to be rounded. */
function outerEdge(calibration: usize, extreme: f64, k: i32, up: bool): f64 {
  const multiple = slot(calibration, Calibration.multiple);
  const steps = extreme / slot(calibration, Calibration.step);
  if (abs(steps) > 1.0e14) return extreme;
  let rounded = (up ? ceil(steps) : floor(steps)) - multiple;
  rounded = up ? max<f64>(rounded, <f64>(k + 1)) : min<f64>(rounded, <f64>(k - 1));
  // The division may have rounded the extreme across its edge.
  const edge = displayEdge(calibration, rounded);
  if (up ? edge < extreme : edge > extreme) return displayEdge(calibration, up ? rounded + 1.0 : rounded - 1.0);
  return edge;
}
