// How the figures of findings and remedies are called and written.
import { figure, percent } from "../spec/number";

interface EvidenceRow {
  readonly title: string;
  /** Sentence case, for a narrow table. */
  readonly short: string;
  readonly kind: "number" | "share" | "times" | "count" | "correlation";
}

const row = (title: string, short: string, kind: EvidenceRow["kind"] = "number"): EvidenceRow => ({
  title,
  short,
  kind,
});

export const EVIDENCE: Readonly<Record<string, EvidenceRow>> = {
  seedsWith: row("seeds with it", "Draws with it", "count"),
  seeds: row("seeds", "Draws", "count"),
  values: row("values that are not finite", "Values not finite", "count"),
  firstLayer: row("first such layer", "First such layer", "count"),
  layer: row("layer", "Worst layer", "count"),
  units: row("active units", "Active units", "count"),
  distinctUnits: row("different units", "Different units", "count"),
  distinctShare: row("different units", "Different units", "share"),
  deadShare: row("dead units", "Dead units", "share"),
  saturatedShare: row("saturated", "Saturated", "share"),
  gradientChange: row("change of the gradient over the depth", "Gradient, over depth", "times"),
  signalChange: row("change of the signal over the depth", "Signal, over depth", "times"),
  spreadChange: row("change of its spread over samples", "Spread, over depth", "times"),
  firstRms: row("rms of z, first layer", "Rms of z, first layer"),
  lastRms: row("rms of z, last layer", "Rms of z, last layer"),
  firstSpread: row("across-sample std, first layer", "Spread, first layer"),
  lastSpread: row("across-sample std, last layer", "Spread, last layer"),
  worstRms: row("rms of z, worst layer", "Rms of z, worst layer"),
  worstSpread: row("across-sample std, worst layer", "Spread, worst layer"),
  worstGradientRms: row("gradient rms, worst layer", "Gradient, worst layer"),
  pooledStd: row("pooled std, last layer", "Pooled std, last layer"),
  ratio: row("ratio over the depth", "Ratio over depth"),
  weightGradientRms: row("rms of the weight gradient", "Weight gradient"),
  weightGradientRatio: row("ratio of the weight gradients", "Weight gradient ratio"),
  layersWithout: row("layers without a gradient", "Layers without one", "count"),
  firstGradientRms: row("gradient rms, first layer", "Gradient, first layer"),
  lastGradientRms: row("gradient rms, last layer", "Gradient, last layer"),
  correlation: row("correlation of two samples, last layer", "Correlation, last", "correlation"),
  correlationPredicted: row("correlation by angle, predicted", "Correlation, predicted", "correlation"),
  correlationFirst: row("correlation of neighbours, layer 1", "Neighbours, first", "correlation"),
  correlationLast: row("correlation of neighbours, last layer", "Neighbours, last", "correlation"),
  shareOfRms: row("across-sample std of z over its rms", "Spread over rms of z"),
  separationPredicted: row("growth of 1 − c between neighbours, predicted", "Separation, predicted", "times"),
  separationMeasured: row("growth of 1 − c between neighbours", "Separation, measured", "times"),
  step: row("step", "Step", "count"),
  lastStep: row("step of the last record", "Last record", "count"),
  lastLoss: row("loss at the last record", "Loss there"),
  firstLoss: row("loss at the start", "Loss at the start"),
  loss: row("loss at the end", "Loss at the end"),
  constantLoss: row("loss of the best constant answer", "Best constant answer"),
  accuracy: row("right answers", "Right", "share"),
  validationLoss: row("validation loss at the end", "Validation loss"),
  leastValidationLoss: row("least validation loss", "Least validation loss"),
  leastAtStep: row("step of the least validation loss", "Least at step", "count"),
  validationAccuracy: row("right answers, validation", "Right, validation", "share"),
  gradientNorm: row("norm of the weight gradient", "Gradient norm"),
};

/** Its title, or the key where there is none. */
export const evidenceTitle = (key: string): string => EVIDENCE[key]?.title ?? key;

/** The same for a narrow table. */
export const evidenceShort = (key: string): string => EVIDENCE[key]?.short ?? key;

/** The value with its unit. */
export function evidenceText(key: string, value: number): string {
  if (Number.isNaN(value)) return "–";
  switch (EVIDENCE[key]?.kind) {
    case "share":
      return percent(value);
    case "times":
      return `${figure(value)}×`;
    case "count":
      return String(value);
    case "correlation":
      return correlationText(value);
    default:
      return figure(value);
  }
}

/** Close to 1 only the distance from it says anything. */
function correlationText(c: number): string {
  return c > 0.995 && c < 1 ? `1 − ${figure(1 - c)}` : figure(c);
}
