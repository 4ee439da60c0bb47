// A training's records in, findings out: did it learn, and if not, what stood in the way. Proposes nothing.
import { figure, layersText, percent, whole } from "../spec/number";
import type { Severity } from "../spec/result";
import type { TrainFinding, TrainLayerRecord, TrainOutcome, TrainRecord } from "../spec/training";

export interface Trained {
  readonly outcome: TrainOutcome;
  /** Updates that were made. */
  readonly steps: number;
  readonly constantLoss: number;
  readonly records: readonly TrainRecord[];
}

/** A loss above this share of the best constant answer's has learned nothing to speak of. */
const STALLED_SHARE = 0.95;
/** More than these shares of a layer's units. */
const DEAD_SHARE = 0.5;
/** The validation loss has risen to this many times its least. */
const OVERFITTED_TIMES = 1.1;

const ORDER: Readonly<Record<Severity, number>> = { broken: 0, warning: 1, information: 2, healthy: 3 };

/** The gravest first; `learned` where there is nothing to say against it. */
export function diagnoseTraining(trained: Trained): TrainFinding[] {
  const { records, outcome } = trained;
  const last = records.at(-1);
  const findings: TrainFinding[] = [];
  if (outcome === "diverged") findings.push(diverged(trained));
  if (last) {
    const hidden = last.layers.slice(0, -1);
    if (last.step > 0 && outcome !== "diverged") findings.push(...stalled(trained, last));
    findings.push(...symmetric(hidden), ...withoutGradient(last), ...dead(hidden), ...overfitted(records));
    if (last.step > 0 && !findings.some(({ severity }) => severity === "broken" || severity === "warning"))
      findings.push(learned(trained, records[0]!, last));
  }
  return findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

function diverged({ steps, records }: Trained): TrainFinding {
  const last = records.at(-1);
  return {
    code: "diverged",
    severity: "broken",
    layers: [],
    evidence: { step: steps, ...(last ? { lastStep: last.step, lastLoss: last.loss } : {}) },
    threshold: {},
    source: "definition: the loss is not a finite number",
    message: last
      ? `The loss was not finite after ${whole(steps)} steps; the last record, at step ${whole(last.step)}, has loss ${figure(last.loss)}. A smaller rate, a smaller start, or clipping would be the first things to try.`
      : "The loss was not finite before the first step: the network's output overflows as it was drawn.",
  };
}

function stalled({ constantLoss }: Trained, last: TrainRecord): TrainFinding[] {
  const share = last.loss / constantLoss;
  if (!(share > STALLED_SHARE)) return [];
  return [
    {
      code: "stalled",
      severity: "broken",
      layers: [],
      evidence: { loss: last.loss, constantLoss, accuracy: last.accuracy },
      threshold: { loss: STALLED_SHARE * constantLoss },
      source:
        "definition: the loss of the best answer that does not look at the input, the share of each class",
      message: `After ${whole(last.step)} steps the loss is ${figure(last.loss)}; always answering the classes' shares gives ${figure(constantLoss)}. The network has learned nothing that depends on its input.`,
    },
  ];
}

function symmetric(hidden: readonly TrainLayerRecord[]): TrainFinding[] {
  const found = hidden.filter(({ activation: { units, deadUnits, distinctUnits } }) => {
    const alive = units - deadUnits;
    return alive > 1 && distinctUnits - (deadUnits > 0 ? 1 : 0) === 1;
  });
  if (found.length === 0) return [];
  return [
    {
      code: "symmetric_units",
      severity: "broken",
      layers: found.map(({ index }) => index),
      evidence: { distinctUnits: 1, units: Math.max(...found.map(({ activation }) => activation.units)) },
      threshold: { distinctUnits: 2 },
      source: "bits of the activations compared over the probe batch",
      message: `All units of ${layersText(found.map(({ index }) => index))} still compute the same: equal weights get equal gradients, and stay equal.`,
    },
  ];
}

function withoutGradient(last: TrainRecord): TrainFinding[] {
  const found = last.layers.filter(({ gradientNorm }) => gradientNorm === 0);
  if (found.length === 0) return [];
  return [
    {
      code: "no_gradient",
      severity: "broken",
      layers: found.map(({ index }) => index),
      evidence: { gradientNorm: 0, layersWithout: found.length },
      threshold: { gradientNorm: 0 },
      source: "definition: every element of the gradient is 0",
      message: `The weights of ${layersText(found.map(({ index }) => index))} have no gradient at all: they cannot move.`,
    },
  ];
}

function dead(hidden: readonly TrainLayerRecord[]): TrainFinding[] {
  const found = hidden.filter(({ activation: { deadUnits, units } }) => deadUnits > DEAD_SHARE * units);
  if (found.length === 0) return [];
  const worst = Math.max(...found.map(({ activation: { deadUnits, units } }) => deadUnits / units));
  return [
    {
      code: "dead_units",
      severity: worst === 1 ? "broken" : "warning",
      layers: found.map(({ index }) => index),
      evidence: { deadShare: worst },
      threshold: { deadShare: DEAD_SHARE },
      source: "definition: an output of zero at every sample of the probe batch",
      message: `Up to ${percent(worst)} of the units of ${layersText(found.map(({ index }) => index))} give zero at every sample.`,
    },
  ];
}

function overfitted(records: readonly TrainRecord[]): TrainFinding[] {
  const last = records.at(-1)!;
  if (last.validationLoss === null) return [];
  const best = records.reduce((a, b) => (b.validationLoss! < a.validationLoss! ? b : a));
  if (!(last.validationLoss > OVERFITTED_TIMES * best.validationLoss!) || last.loss > best.loss) return [];
  return [
    {
      code: "overfitting",
      severity: "information",
      layers: [],
      evidence: {
        validationLoss: last.validationLoss,
        leastValidationLoss: best.validationLoss!,
        leastAtStep: best.step,
      },
      threshold: { validationLoss: OVERFITTED_TIMES * best.validationLoss! },
      source: "definition: the validation loss rises while the training loss falls",
      message: `The validation loss was least at step ${whole(best.step)} (${figure(best.validationLoss!)}) and is ${figure(last.validationLoss)} now, while the training loss has fallen further.`,
    },
  ];
}

function learned({ constantLoss }: Trained, first: TrainRecord, last: TrainRecord): TrainFinding {
  const { validationAccuracy } = last;
  const seen =
    validationAccuracy === null
      ? `${percent(last.accuracy)} of the training share right`
      : `${percent(validationAccuracy)} of the validation share right`;
  return {
    code: "learned",
    severity: "healthy",
    layers: [],
    evidence: {
      firstLoss: first.loss,
      loss: last.loss,
      constantLoss,
      ...(validationAccuracy === null ? {} : { validationAccuracy }),
    },
    threshold: { loss: STALLED_SHARE * constantLoss },
    source:
      "definition: the loss of the best answer that does not look at the input, the share of each class",
    message: `The loss fell from ${figure(first.loss)} to ${figure(last.loss)} in ${whole(last.step)} steps, with ${seen}; units differ, and no layer is without a gradient.`,
  };
}
