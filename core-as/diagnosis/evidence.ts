// How the figures of findings and remedies are called and written.
import { figure, percent } from "../spec/number";

interface EvidenceRow {
  readonly title: string;
  readonly kind: "number" | "share" | "times" | "count" | "correlation";
}

const row = (title: string, kind: EvidenceRow["kind"] = "number"): EvidenceRow => ({ title, kind });

export const EVIDENCE: Readonly<Record<string, EvidenceRow>> = {
  seedsWith: row("seeds with it", "count"),
  seeds: row("seeds", "count"),
  values: row("values that are not finite", "count"),
  firstLayer: row("first such layer", "count"),
  layer: row("layer", "count"),
  units: row("active units", "count"),
  distinctUnits: row("different units", "count"),
  distinctShare: row("different units", "share"),
  deadShare: row("dead units", "share"),
  saturatedShare: row("saturated", "share"),
  gradientChange: row("change of the gradient over the depth", "times"),
  signalChange: row("change of the signal over the depth", "times"),
  spreadChange: row("change of its spread over samples", "times"),
  firstRms: row("rms of z, first layer"),
  lastRms: row("rms of z, last layer"),
  firstSpread: row("across-sample std, first layer"),
  lastSpread: row("across-sample std, last layer"),
  worstRms: row("rms of z, worst layer"),
  worstSpread: row("across-sample std, worst layer"),
  worstGradientRms: row("gradient rms, worst layer"),
  pooledStd: row("pooled std, last layer"),
  ratio: row("ratio over the depth"),
  weightGradientRms: row("rms of the weight gradient"),
  weightGradientRatio: row("ratio of the weight gradients"),
  layersWithout: row("layers without a gradient", "count"),
  firstGradientRms: row("gradient rms, first layer"),
  lastGradientRms: row("gradient rms, last layer"),
  correlation: row("correlation of two samples, last layer", "correlation"),
  correlationPredicted: row("correlation by angle, predicted", "correlation"),
  correlationFirst: row("correlation of neighbours, layer 1", "correlation"),
  correlationLast: row("correlation of neighbours, last layer", "correlation"),
  shareOfRms: row("across-sample std of z over its rms"),
  separationPredicted: row("growth of 1 − c between neighbours, predicted", "times"),
  separationMeasured: row("growth of 1 − c between neighbours", "times"),
};

/** Its title, or the key where there is none. */
export const evidenceTitle = (key: string): string => EVIDENCE[key]?.title ?? key;

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
