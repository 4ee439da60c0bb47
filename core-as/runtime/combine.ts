// From the slabs' tallies of a layer to its measurements: merged in the slabs' order, finished in the core.
import { activationParameter, ACTIVATIONS, isFormula, saturationOf } from "../spec/activations";
import type { NamedActivation } from "../spec/experiment";
import type { ActivationStatistics, LayerResult, SizeHistogram } from "../spec/result";
import type { Network } from "./network";
import { measureSpectrum } from "./measure";
import type { Tallied } from "./pilot";
import { talliedColumns } from "./pilot";
import type { LayerPlan } from "./plan";
import { tallyOptions } from "./slab";
import { batchStatistics } from "./tally";
import type { Figures, Tally } from "./tally";
import type { CombineRequest } from "./tasks";
import type { Block } from "./core";

/** What is measured of a layer. */
export type LayerMeasurements = Pick<
  LayerResult,
  "weights" | "bias" | "preactivations" | "activations" | "gradients" | "spectrum"
> & { readonly gradientSizes: SizeHistogram | null };

/** Cuts of a fine bin where phi is not monotone: phi may turn within one. */
const PARTS_OF_TURNING = 4;
const PARTS_OF_SINE = 16;

export function combineLayer(net: Network, request: CombineRequest): LayerMeasurements {
  const { core } = net;
  const layer = net.layer(request.layer);
  return core.scoped(() => {
    const z = merged(net, layer, request, "preactivation");
    const phi = merged(net, layer, request, "phi", mappedFrom(layer, z) === null);
    const output = layer.shortcutFrom === null ? phi : merged(net, layer, request, "output");
    const weights = net.weightsOf(layer.index);
    const dz = request.gradients && merged(net, layer, request, "gradPreactivation");
    return {
      weights: core.statisticsOf(weights),
      bias: core.statisticsOf(net.biasOf(layer.index)),
      preactivations: batchStatistics(z.figures),
      activations: activationStatistics(net, layer, request, z, phi, output),
      gradientSizes: dz && core.sizesOf(dz.tally, dz.calibration),
      gradients: request.gradients && {
        weights: wholeTensor(net, request.gradients.weights),
        bias: wholeTensor(net, request.gradients.bias),
        preactivations: dz!.figures.statistics,
        input: merged(net, layer, request, "gradInput").figures.statistics,
      },
      ...(request.spectrum ? { spectrum: measureSpectrum(core, weights) } : {}),
    };
  });
}

interface Merged {
  readonly tally: Tally;
  readonly calibration: Block;
  readonly figures: Figures;
}

function merged(
  net: Network,
  layer: LayerPlan,
  request: CombineRequest,
  tensor: Tallied,
  quantiles = true,
): Merged {
  const { core } = net;
  const cols = talliedColumns(layer, tensor);
  const calibration = core.newCalibration();
  core.writeBlock(calibration, request.references[tensor]!.calibration);
  const slabs = request.tallies.map((tallies) => tallies[tensor]!);
  const tally = core.mergeTallies(cols, tallyOptions(layer, tensor), slabs);
  return { tally, calibration, figures: core.figuresOf(tally, calibration, quantiles) };
}

function activationStatistics(
  net: Network,
  layer: LayerPlan,
  request: CombineRequest,
  z: Merged,
  phi: Merged,
  output: Merged,
): ActivationStatistics {
  const { core, plan } = net;
  const headRows = request.heads.reduce((sum, head) => sum + head.length, 0) / layer.fanOut;
  const head = core.weights(headRows, layer.fanOut);
  let at = 0;
  for (const piece of request.heads) {
    const rows = piece.length / layer.fanOut;
    core.write(core.rows(head, at, rows), piece);
    at += rows;
  }
  const finite = z.figures.statistics.count - z.figures.statistics.nonFinite;
  const batch = batchStatistics(output.figures);
  const mapped = mappedFrom(layer, z);
  const quantiles =
    layer.shortcutFrom === null && mapped !== null ? quantilesOfPhi(core, mapped, z) : batch.quantiles;
  return {
    ...batch,
    quantiles,
    saturatedFraction:
      saturationOf(layer.activation) === null ? null : finite > 0 ? z.figures.saturated / finite : NaN,
    deadUnits: phi.figures.deadUnits,
    constantUnits: phi.figures.constantUnits,
    distinctUnits: phi.figures.distinctUnits,
    effectiveRank: core.effectiveRank(head),
    effectiveRankCeiling: ceiling(Math.min(plan.samples, headRows), layer.fanOut),
    meanCosine: core.meanCosine(head),
  };
}

/**
 * The activation whose quantiles come from those of z; null where z overflowed and phi did not, and for a formula,
 * of which it is not known where it turns, jumps or swings: these take the quantiles from phi's own histogram.
 */
function mappedFrom(layer: LayerPlan, z: Merged): NamedActivation | null {
  return isFormula(layer.activation) || z.figures.statistics.nonFinite > 0 ? null : layer.activation;
}

/**
 * Quantiles of phi(z) from those of z: a saturated phi crowds its values where bins of its own would be too wide.
 * A phi that never falls keeps the order; another needs the bins of z mapped and put in order.
 */
function quantilesOfPhi(
  core: Network["core"],
  activation: NamedActivation,
  z: Merged,
): Record<string, number> {
  const { name } = activation;
  const row = ACTIVATIONS[name];
  const parameter = activationParameter(activation);
  if (row.facts(parameter).monotone)
    return Object.fromEntries(
      Object.entries(z.figures.statistics.quantiles).map(([p, value]) => [
        p,
        Math.fround(core.activation64(row.code, value, parameter)),
      ]),
    );
  const parts = name === "sin" ? PARTS_OF_SINE : PARTS_OF_TURNING;
  return core.mappedQuantiles(z.tally, z.calibration, row.code, parameter, parts);
}

/** Participation ratio of n independent Gaussian units seen at d samples. */
function ceiling(samples: number, units: number): number {
  return (units * samples) / (units + samples);
}

function wholeTensor(net: Network, values: Float32Array): LayerMeasurements["weights"] {
  const { core } = net;
  return core.scoped(() => {
    const matrix = core.weights(1, values.length);
    core.write(matrix, values);
    return core.statisticsOf(matrix);
  });
}
