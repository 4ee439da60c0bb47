// The shapes that the sections walk through: results, trainings, comparisons and claims as their files have them. What
// is not needed is let through unseen; numbers are taken as they stand.
import * as v from "valibot";
import { pathText, type PathStep, shown, SpecError, type SpecProblem } from "../../core-as/spec/errors";

/** Throws a SpecError; its paths are places in `value`, empty for the whole. */
export function requireShape(shape: v.GenericSchema, value: unknown): void {
  const { issues } = v.safeParse(shape, value, { abortEarly: true });
  const problems = (issues ?? []).map((issue): SpecProblem => {
    const steps = (issue.path ?? []).map(({ key }) => key as PathStep);
    const path = steps.length === 0 ? "" : pathText(steps);
    return { path, message: `${shown(issue.input)} stands here; the file may be damaged` };
  });
  const [first, ...others] = problems;
  if (first) throw new SpecError([first, ...others]);
}

/** Those that are not finite are numbers too. */
const number = v.custom<number>((value) => typeof value === "number");
const text = v.string();
const maybeNumber = v.nullable(number);
const numbers = v.array(number);
const count = v.pipe(number, v.integer(), v.minValue(0));
const severity = v.picklist(["healthy", "information", "warning", "broken"]);
const evidence = v.record(text, number);
const core = v.looseObject({ version: text, sha256: text });

const histogram = v.looseObject({
  edges: numbers,
  counts: numbers,
  zeros: number,
  atLow: number,
  atHigh: number,
});
const statisticsEntries = {
  count,
  mean: number,
  std: number,
  rms: number,
  min: number,
  max: number,
  quantiles: v.record(text, number),
  zeroFraction: number,
  nonFinite: number,
  histogram,
};
const statistics = v.looseObject(statisticsEntries);
const preactivations = v.looseObject({ ...statisticsEntries, acrossSampleStd: number });
const activations = v.looseObject({
  ...statisticsEntries,
  acrossSampleStd: number,
  saturatedFraction: maybeNumber,
  deadUnits: number,
  distinctUnits: number,
  effectiveRank: number,
  effectiveRankCeiling: number,
  meanCosine: number,
});
const theory = v.looseObject({
  weightStd: maybeNumber,
  q: maybeNumber,
  activationStd: maybeNumber,
  acrossSampleStd: maybeNumber,
  meanCosine: maybeNumber,
  gradientScale: maybeNumber,
  saturatedFraction: maybeNumber,
});

const layer = v.looseObject({
  index: count,
  name: text,
  fanIn: count,
  fanOut: v.pipe(number, v.integer(), v.minValue(1)),
  residual: v.boolean(),
  weights: statistics,
  bias: statistics,
  preactivations,
  activations,
  gradients: v.nullable(
    v.looseObject({ weights: statistics, bias: statistics, preactivations: statistics, input: statistics }),
  ),
  spectrum: v.exactOptional(numbers),
  theory: v.nullable(theory),
  theoryAbsent: v.exactOptional(text),
});

const band = v.looseObject({ median: number, low: number, high: number });
const replicates = v.looseObject({
  count,
  seeds: v.pipe(numbers, v.minLength(1)),
  range: v.picklist(["5-95 %", "min-max"]),
  bands: v.array(v.record(text, v.nullable(band))),
});

const network = v.looseObject({
  loss: v.exactOptional(number),
  accuracy: v.exactOptional(number),
  jacobian: v.exactOptional(
    v.looseObject({
      sample: number,
      singularValues: numbers,
      meanSquare: number,
      conditionNumber: number,
      predictedMeanSquare: maybeNumber,
      spread: number,
      predictedSpread: maybeNumber,
    }),
  ),
  correlation: v.exactOptional(
    v.looseObject({
      angles: numbers,
      measured: v.array(numbers),
      predicted: v.nullable(v.array(numbers)),
    }),
  ),
  depthScales: v.exactOptional(v.looseObject({ q: maybeNumber, c: maybeNumber, gradient: number })),
  bornDead: v.exactOptional(v.looseObject({ low: number, high: number })),
});

const findingEntries = {
  code: text,
  severity,
  layers: v.array(count),
  evidence,
  threshold: evidence,
  source: text,
  message: text,
};
const finding = v.looseObject({
  ...findingEntries,
  remedy: v.nullable(
    v.looseObject({
      title: text,
      reason: text,
      patch: v.array(v.looseObject({ op: text, path: text })),
      complete: v.boolean(),
      remains: v.array(text),
      before: evidence,
      after: evidence,
    }),
  ),
});

/** Of a RunResult, without its spec, which the parser of specs reads. */
export const RESULT_SHAPE = v.looseObject({
  core,
  layers: v.pipe(v.array(layer), v.minLength(1)),
  network,
  replicates: v.exactOptional(replicates),
  diagnosis: v.array(finding),
  nearestDefaults: v.array(
    v.looseObject({
      layer: count,
      framework: text,
      call: text,
      isDefault: v.boolean(),
      stdRatio: number,
      sameDistribution: v.boolean(),
      same: v.boolean(),
    }),
  ),
  gradientSizes: v.exactOptional(
    v.array(v.nullable(v.looseObject({ edges: numbers, counts: numbers, below: number }))),
  ),
});

const trainLayer = v.looseObject({
  index: count,
  name: text,
  gradientNorm: number,
  updateToWeight: maybeNumber,
  weightNorm: number,
  activation: v.looseObject({
    std: number,
    acrossSampleStd: number,
    deadUnits: number,
    distinctUnits: number,
    units: number,
  }),
});

/** Of a TrainResult, without its spec. */
export const TRAINING_SHAPE = v.looseObject({
  seed: number,
  core,
  digest: text,
  outcome: v.picklist(["finished", "diverged", "stopped"]),
  steps: count,
  features: count,
  validationSamples: count,
  constantLoss: number,
  records: v.array(
    v.looseObject({
      step: count,
      loss: number,
      accuracy: number,
      validationLoss: maybeNumber,
      validationAccuracy: maybeNumber,
      learningRate: maybeNumber,
      layers: v.array(trainLayer),
    }),
  ),
  findings: v.array(v.looseObject(findingEntries)),
});

const compared = v.nullable(
  v.looseObject({
    value: number,
    difference: maybeNumber,
    ratio: maybeNumber,
    bands: v.exactOptional(
      v.looseObject({ value: band, difference: v.nullable(band), ratio: v.nullable(band) }),
    ),
  }),
);

/** Of a Comparison. */
export const COMPARISON_SHAPE = v.looseObject({
  format: v.literal("initlab.comparison/1"),
  paired: v.boolean(),
  replicates: v.looseObject({ count, range: v.nullable(text) }),
  runs: v.array(v.looseObject({ digest: text, spec: v.looseObject({}) })),
  rows: v.array(v.looseObject({ name: text })),
  differences: v.record(text, v.array(v.array(compared))),
  networkDifferences: v.record(text, v.array(compared)),
});

export const CLAIMS_SHAPE = v.pipe(
  v.array(
    v.looseObject({
      id: text,
      quote: text,
      claim: text,
      measured: evidence,
      verdict: v.picklist(["holds", "holds only if", "does not hold"]),
      because: text,
    }),
  ),
  v.minLength(1),
  v.maxLength(200),
);
