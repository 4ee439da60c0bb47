// What a slider spans of each number's bounds: the part where experiments happen. Typed values may go beyond.
import type { Scale } from "../../controls/typed";

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly scale?: Scale;
  readonly step?: number;
}

const log = (low: number, high: number): Range => ({ low, high, scale: "log" });
const linear = (low: number, high: number, step: number): Range => ({ low, high, step });

/** By the field's name in the spec. */
const RANGES: Readonly<Record<string, Range>> = {
  mean: linear(-2, 2, 0.01),
  std: log(1e-3, 30),
  value: linear(-2, 2, 0.01),
  low: linear(-3, 3, 0.01),
  high: linear(-3, 3, 0.01),
  gain: log(0.01, 10),
  scale: log(0.01, 10),
  negative_slope: linear(-1, 1, 0.01),
  alpha: linear(0, 3, 0.01),
  omega: log(0.1, 30),
  sparsity: linear(0, 1, 0.01),
  sigma_b: linear(0, 2, 0.01),
  tolerance: log(1e-3, 1),
  max_iterations: linear(1, 50, 1),
  units: log(1, 2048),
  layers: linear(1, 100, 1),
  samples: log(10, 100_000),
  features: log(1, 2048),
  noise: linear(0, 1, 0.01),
  classes: linear(2, 10, 1),
  turns: linear(0.1, 4, 0.1),
  residualScale: linear(-1, 2, 0.01),
  replicates: linear(1, 100, 1),
  parameter: linear(-3, 3, 0.01),
};

export function rangeOf(name: string): Range {
  const range = RANGES[name];
  if (!range) throw new Error(`no slider range for "${name}"`);
  return range;
}
