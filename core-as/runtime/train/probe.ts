// What is measured of every layer at a record, over the probe batch: the first rows of the training share. The tallies
// and their figures are those of a run; bins are set anew at each record, by the first rows of it.
import { saturationOf } from "../../spec/activations";
import type { TrainSpec } from "../../spec/experiment";
import type { TrainActivations, TrainLayerRecord } from "../../spec/training";
import { PILOT_ROWS } from "../../shared/statistics";
import type { Doubles, Matrix } from "../core";
import type { Network } from "../network";
import type { LayerPlan } from "../plan";
import { RowsPass } from "../rows";
import { tallyOptions } from "../slab";
import type { Figures } from "../tally";
import type { TrainingCore } from "./core";
import { drain, type LaidShare, type Moments } from "./evaluation";
import type { Parameters } from "./parameters";

/** Rows of the probe batch, or fewer where the training share has fewer. */
export const PROBE_ROWS = 256;

interface Seen {
  saturatedFraction: number | null;
  activation: TrainActivations;
  gradientNorm: number;
  biasGradientNorm: number;
}

export class Probe {
  readonly #core: TrainingCore;
  readonly #net: Network;
  readonly #loss: TrainSpec["loss"];
  readonly #rows: number;
  readonly #share: LaidShare;
  readonly #pass: RowsPass;
  readonly #gradient: Matrix;
  readonly #totals: Doubles;
  readonly #biasSums: Doubles;
  /** Room for the largest weight gradient, with what rounds it up to fours. */
  readonly #weightGradient: Matrix;
  readonly #seen: Partial<Seen>[] = [];

  /** Lays out its buffers. */
  constructor(core: TrainingCore, net: Network, training: LaidShare, loss: TrainSpec["loss"]) {
    const { layers } = net.plan;
    this.#core = core;
    this.#net = net;
    this.#loss = loss;
    this.#share = training;
    this.#rows = Math.min(PROBE_ROWS, training.inputs.rows);
    this.#pass = new RowsPass(net, this.#rows, true, {
      preactivation: (layer, z) => this.#saturation(layer, z),
      phi: (layer, phi) => this.#activation(layer, phi),
      gradWeights: (layer, dz, input) => this.#gradients(layer, dz, input),
    });
    this.#gradient = core.matrix(this.#rows, layers.at(-1)!.fanOut);
    this.#totals = core.doubles(2);
    this.#biasSums = core.doubles(Math.max(...layers.map((layer) => layer.fanOut)));
    this.#weightGradient = core.weights(
      1,
      Math.max(...layers.map(({ fanIn, fanOut }) => fanIn * fanOut)) + 4,
    );
  }

  /** By layer. `before`: the parameters before the last update; null at step 0. */
  measure(parameters: Parameters, before: Parameters | null, moments: Moments): TrainLayerRecord[] {
    const core = this.#core;
    const rows = this.#rows;
    core.copyRows(core.rows(this.#pass.input, 0, rows), core.rows(this.#share.inputs, 0, rows));
    drain(this.#pass.forward(rows), moments);
    const terms = this.#loss === "cross_entropy" ? rows : rows * this.#gradient.cols;
    const labels = core.wordsFrom(this.#share.labels, 0, rows);
    core.lossOf(this.#loss, this.#gradient, this.#pass.output(rows), labels, 1 / terms, this.#totals);
    drain(this.#pass.backward(rows, { kind: "given", values: this.#gradient }), moments);
    return this.#net.plan.layers.map((layer, i) => {
      const { activation, saturatedFraction, gradientNorm, biasGradientNorm } = this.#seen[i] as Seen;
      const weights = parameters.layers[i]!.weights;
      const old = before && before.layers[i]!.weights;
      return {
        index: layer.index,
        name: layer.name,
        gradientNorm,
        biasGradientNorm,
        updateToWeight: old && ratio(core.distance(weights, old), core.norm(old)),
        weightNorm: core.norm(weights),
        activation: { ...activation, saturatedFraction },
      };
    });
  }

  #slot(layer: LayerPlan): Partial<Seen> {
    return (this.#seen[layer.index - 1] ??= {});
  }

  #saturation(layer: LayerPlan, z: Matrix): void {
    const seen = this.#slot(layer);
    seen.saturatedFraction = null;
    if (saturationOf(layer.activation) === null) return;
    const { statistics, saturated } = this.#figures(layer, "preactivation", z);
    const finite = statistics.count - statistics.nonFinite;
    seen.saturatedFraction = finite > 0 ? saturated / finite : NaN;
  }

  #activation(layer: LayerPlan, phi: Matrix): void {
    const { statistics, acrossSampleStd, deadUnits, distinctUnits } = this.#figures(layer, "phi", phi);
    this.#slot(layer).activation = {
      mean: statistics.mean,
      std: statistics.std,
      acrossSampleStd,
      saturatedFraction: null,
      deadUnits,
      distinctUnits,
      units: layer.fanOut,
      histogram: statistics.histogram,
    };
  }

  #figures(layer: LayerPlan, tensor: "preactivation" | "phi", x: Matrix): Figures {
    const core = this.#core;
    return core.scoped(() => {
      const calibration = core.newCalibration();
      core.calibrate(calibration, core.rows(x, 0, Math.min(PILOT_ROWS, x.rows)));
      const tally = core.newTally(layer.fanOut, tallyOptions(layer, tensor));
      core.addToTally(tally, calibration, core.rows(x, 0, 1), x, 0);
      return core.figuresOf(tally, calibration, false);
    });
  }

  #gradients(layer: LayerPlan, dz: Matrix, input: Matrix): void {
    const core = this.#core;
    const seen = this.#slot(layer);
    const { fanIn, fanOut } = layer;
    core.fill(core.piece(this.#weightGradient, fanIn * fanOut, 1, 4, 4), 0);
    const dW = core.piece(this.#weightGradient, 0, fanOut, fanIn, fanIn);
    core.matmulTN(dW, dz, input, false);
    seen.gradientNorm = core.norm(dW);
    const sums = { ...this.#biasSums, length: fanOut };
    core.columnSums(sums, dz, false);
    let square = 0;
    for (const sum of core.readDoubles(sums)) square += sum * sum;
    seen.biasGradientNorm = Math.sqrt(square);
  }
}

/** 0 where nothing moved; null where what moved was nothing before. */
function ratio(moved: number, was: number): number | null {
  if (moved === 0) return 0;
  return was === 0 ? null : moved / was;
}
