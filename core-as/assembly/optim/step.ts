// Whole training steps in one call: a batch gathered, passed forward and back, and the parameters moved. The plan and
// its layers are blocks of float64 slots (shared/training.ts), laid out by the host. Kernels and their order are those
// of runtime/rows.ts, which is the slow twin: equal bits, tested.
import { checkRange } from "../memory/check";
import { NORMALIZATION_EPSILON } from "../../shared/normalization";
import { Loss, Optimizer, StepLayer, StepNormalization, StepPlan } from "../../shared/training";
import { matmulNN, matmulNT, matmulTN } from "../linalg/matmul";
import { activationBackward, activationForward } from "../nn/activation";
import { batchColumnSums, batchNormApply, batchNormBackwardApply, batchNormBackwardSums } from "../nn/batchnorm";
import { addBias, addScaled, columnSums, residualForward, scaleInto } from "../nn/dense";
import { formulaBackward, formulaForward } from "../nn/formula";
import { softmaxCrossEntropy, squaredError } from "../nn/loss";
import { layerNormBackward, layerNormForward, rmsNormBackward, rmsNormForward } from "../nn/normalization";
import { clipToNorm } from "./norm";
import { learningRateAt } from "./schedule";
import { updateByAdam, updateByMomentum, updateByRmsprop } from "./update";

// @ts-ignore: decorator
@inline
function slot(block: usize, index: i32): f64 {
  return load<f64>(block + (<usize>index << 3));
}

// @ts-ignore: decorator
@inline
function pointer(block: usize, index: i32): usize {
  return <usize>slot(block, index);
}

// @ts-ignore: decorator
@inline
function whole(block: usize, index: i32): i32 {
  return <i32>slot(block, index);
}

// @ts-ignore: decorator
@inline
function padded(cols: i32): i32 {
  return (cols + 3) & ~3;
}

/** Layer `index`, 1 .. L. */
// @ts-ignore: decorator
@inline
function layerAt(layers: usize, index: i32): usize {
  return layers + (<usize>(index - 1) * StepLayer.total << 3);
}

/**
 * Makes updates `step` .. `step + count - 1`, with batches firstBatch, firstBatch + 1, ... of the plan's order.
 * The parameters before the last of them are kept in the plan's `before`. Returns how many were made: fewer than
 * `count` where a batch's loss is not finite, at which nothing moves.
 */
export function trainSteps(plan: usize, layers: usize, step: i32, firstBatch: i32, count: i32): i32 {
  checkRange(plan, StepPlan.total << 3);
  checkRange(layers, (StepLayer.total * whole(plan, StepPlan.layers)) << 3);
  for (let i = 0; i < count; ++i) {
    gatherBatch(plan, firstBatch + i);
    passForward(plan, layers);
    if (!passBackward(plan, layers)) return i;
    if (i == count - 1) {
      const bytes = <usize>whole(plan, StepPlan.count) << 2;
      memory.copy(pointer(plan, StepPlan.before), pointer(plan, StepPlan.parameters), bytes);
    }
    update(plan, step + i);
  }
  return count;
}

/** Rows order[batch * rows ...] of the training share into the batch. */
function gatherBatch(plan: usize, batch: i32): void {
  const rows = whole(plan, StepPlan.rows);
  const rowBytes = <usize>padded(whole(plan, StepPlan.features)) << 2;
  const inputs = pointer(plan, StepPlan.inputs);
  const labels = pointer(plan, StepPlan.labels);
  const toInputs = pointer(plan, StepPlan.batchInputs);
  const toLabels = pointer(plan, StepPlan.batchLabels);
  const order = pointer(plan, StepPlan.order) + (<usize>batch * <usize>rows << 2);
  for (let r: usize = 0; r < <usize>rows; ++r) {
    const row = <usize>load<u32>(order + (r << 2));
    memory.copy(toInputs + r * rowBytes, inputs + row * rowBytes, rowBytes);
    store<i32>(toLabels + (r << 2), load<i32>(labels + (row << 2)));
  }
}

/** What layer `index` gave: 0 is the batch. */
// @ts-ignore: decorator
@inline
function outputOf(plan: usize, layers: usize, index: i32): usize {
  return index == 0 ? pointer(plan, StepPlan.batchInputs) : pointer(layerAt(layers, index), StepLayer.h);
}

function passForward(plan: usize, layers: usize): void {
  const rows = whole(plan, StepPlan.rows);
  const scratch = pointer(plan, StepPlan.matmulScratch);
  const depth = whole(plan, StepPlan.layers);
  for (let index = 1; index <= depth; ++index) {
    const layer = layerAt(layers, index);
    const fanIn = whole(layer, StepLayer.fanIn);
    const fanOut = whole(layer, StepLayer.fanOut);
    const ld = padded(fanOut);
    const z = pointer(layer, StepLayer.z);
    const input = outputOf(plan, layers, index - 1);
    matmulNT(z, input, pointer(layer, StepLayer.weights), rows, fanOut, fanIn, ld, padded(fanIn), fanIn, scratch);
    addBias(z, pointer(layer, StepLayer.bias), rows, fanOut, ld);
    normalize(plan, layer, z, rows, fanOut, ld);
    const from = whole(layer, StepLayer.shortcutFrom);
    const h = pointer(layer, StepLayer.h);
    if (from < 0) forwardPhi(plan, layer, h, z, rows * ld);
    else {
      const phi = pointer(plan, StepPlan.phi);
      forwardPhi(plan, layer, phi, z, rows * ld);
      residualForward(h, outputOf(plan, layers, from), phi, slot(layer, StepLayer.scale), rows, ld);
    }
  }
}

function forwardPhi(plan: usize, layer: usize, h: usize, z: usize, count: i32): void {
  const kind = whole(layer, StepLayer.activation);
  if (kind >= 0) activationForward(kind, h, z, count, slot(layer, StepLayer.parameter));
  else {
    formulaForward(
      pointer(layer, StepLayer.value), whole(layer, StepLayer.value + 1), pointer(layer, StepLayer.value + 2),
      whole(layer, StepLayer.value + 3), pointer(plan, StepPlan.formulaScratch), h, z, count,
    );
  }
}

function backwardPhi(plan: usize, layer: usize, d: usize, z: usize, count: i32): void {
  const kind = whole(layer, StepLayer.activation);
  if (kind >= 0) activationBackward(kind, d, d, z, count, slot(layer, StepLayer.parameter));
  else {
    formulaBackward(
      pointer(layer, StepLayer.slope), whole(layer, StepLayer.slope + 1), pointer(layer, StepLayer.slope + 2),
      whole(layer, StepLayer.slope + 3), pointer(plan, StepPlan.formulaScratch), d, d, z, count,
    );
  }
}

function normalize(plan: usize, layer: usize, z: usize, rows: i32, cols: i32, ld: i32): void {
  const kind = whole(layer, StepLayer.normalization);
  const invStd = pointer(layer, StepLayer.invStd);
  if (kind == StepNormalization.layer) layerNormForward(z, invStd, rows, cols, ld);
  else if (kind == StepNormalization.rms) rmsNormForward(z, invStd, rows, cols, ld);
  else if (kind == StepNormalization.batch) {
    // Sums about the batch's first row; the mean takes the place of its sum. As runtime/moments.ts.
    const sums = pointer(plan, StepPlan.sums);
    const squares = sums + (<usize>cols << 3);
    batchColumnSums(sums, z, z, rows, cols, ld, false);
    for (let j: usize = 0; j < <usize>cols; ++j) {
      const at = sums + (j << 3);
      const first = load<f64>(at) / <f64>rows;
      const variance = Math.max(0, load<f64>(squares + (j << 3)) / <f64>rows - first * first);
      store<f64>(at, <f64>load<f32>(z + (j << 2)) + first);
      store<f64>(invStd + (j << 3), 1.0 / Math.sqrt(variance + NORMALIZATION_EPSILON));
    }
    batchNormApply(z, sums, invStd, rows, cols, ld);
  }
}

function normalizeBack(plan: usize, layer: usize, d: usize, z: usize, rows: i32, cols: i32, ld: i32): void {
  const kind = whole(layer, StepLayer.normalization);
  const invStd = pointer(layer, StepLayer.invStd);
  if (kind == StepNormalization.layer) layerNormBackward(d, z, invStd, rows, cols, ld);
  else if (kind == StepNormalization.rms) rmsNormBackward(d, z, invStd, rows, cols, ld);
  else if (kind == StepNormalization.batch) {
    const sums = pointer(plan, StepPlan.sums);
    batchNormBackwardSums(sums, d, z, rows, cols, ld, false);
    for (let i: usize = 0; i < <usize>(2 * cols); ++i) {
      store<f64>(sums + (i << 3), load<f64>(sums + (i << 3)) / <f64>rows);
    }
    batchNormBackwardApply(d, z, invStd, sums, sums + (<usize>cols << 3), rows, cols, ld);
  }
}

/** Gradients of all parameters; false where the batch's loss is not finite. */
function passBackward(plan: usize, layers: usize): bool {
  const rows = whole(plan, StepPlan.rows);
  const depth = whole(plan, StepPlan.layers);
  const scratch = pointer(plan, StepPlan.matmulScratch);
  const sums = pointer(plan, StepPlan.sums);
  let here = pointer(plan, StepPlan.gradientA);
  let there = pointer(plan, StepPlan.gradientB);
  if (!beginBackward(plan, layerAt(layers, depth), here, rows)) return false;
  let pendingFrom = -1;
  for (let index = depth; index >= 1; --index) {
    const layer = layerAt(layers, index);
    const fanIn = whole(layer, StepLayer.fanIn);
    const fanOut = whole(layer, StepLayer.fanOut);
    const ld = padded(fanOut);
    const ldIn = padded(fanIn);
    const z = pointer(layer, StepLayer.z);
    const from = whole(layer, StepLayer.shortcutFrom);
    if (from >= 0) {
      scaleInto(pointer(plan, StepPlan.skip), here, 1, rows * ld);
      scaleInto(here, here, slot(layer, StepLayer.scale), rows * ld);
      pendingFrom = from;
    }
    backwardPhi(plan, layer, here, z, rows * ld);
    normalizeBack(plan, layer, here, z, rows, fanOut, ld);
    const input = outputOf(plan, layers, index - 1);
    matmulTN(
      pointer(layer, StepLayer.gradWeights), here, input, fanOut, fanIn, rows, fanIn, ld, ldIn, scratch, false,
    );
    columnSums(sums, here, rows, fanOut, ld, false);
    const gradBias = pointer(layer, StepLayer.gradBias);
    for (let j: usize = 0; j < <usize>fanOut; ++j) store<f32>(gradBias + (j << 2), <f32>load<f64>(sums + (j << 3)));
    // Nobody asks for the gradient of the data.
    if (index == 1) break;
    matmulNN(there, here, pointer(layer, StepLayer.weights), rows, fanIn, fanOut, ldIn, ld, fanIn, scratch);
    if (pendingFrom == index - 1) {
      addScaled(there, pointer(plan, StepPlan.skip), 1, rows * ldIn);
      pendingFrom = -1;
    }
    const held = here;
    here = there;
    there = held;
  }
  return true;
}

/** The loss, and d its gradient in the output; false where it is not finite. */
function beginBackward(plan: usize, last: usize, d: usize, rows: i32): bool {
  const classes = whole(last, StepLayer.fanOut);
  const ld = padded(classes);
  const totals = pointer(plan, StepPlan.sums);
  const labels = pointer(plan, StepPlan.batchLabels);
  const output = pointer(last, StepLayer.h);
  store<f64>(totals, 0);
  store<f64>(totals, 0, 8);
  if (whole(plan, StepPlan.loss) == Loss.cross_entropy) {
    softmaxCrossEntropy(d, output, labels, rows, classes, ld, 1.0 / <f64>rows, totals);
  } else squaredError(d, output, labels, rows, classes, ld, 1.0 / (<f64>rows * <f64>classes), totals);
  return isFinite(load<f64>(totals));
}

function update(plan: usize, step: i32): void {
  const p = pointer(plan, StepPlan.parameters);
  const g = pointer(plan, StepPlan.gradients);
  const m = pointer(plan, StepPlan.first);
  const v = pointer(plan, StepPlan.second);
  const count = whole(plan, StepPlan.count);
  const kind = whole(plan, StepPlan.optimizer);
  const decay = slot(plan, StepPlan.weightDecay);
  const momentum = slot(plan, StepPlan.momentum);
  const epsilon = slot(plan, StepPlan.epsilon);
  const beta2 = slot(plan, StepPlan.beta2);
  const limit = slot(plan, StepPlan.clipNorm);
  if (limit < Infinity) clipToNorm(g, count, limit);
  const rate = learningRateAt(
    slot(plan, StepPlan.learningRate), whole(plan, StepPlan.schedule), slot(plan, StepPlan.warmupSteps),
    slot(plan, StepPlan.stepEvery), slot(plan, StepPlan.factor), slot(plan, StepPlan.finalFraction),
    slot(plan, StepPlan.steps), <f64>step,
  );
  if (kind == Optimizer.adam || kind == Optimizer.adamw) {
    const beta1 = slot(plan, StepPlan.beta1);
    updateByAdam(kind == Optimizer.adamw, p, g, m, v, count, rate, beta1, beta2, epsilon, decay, <f64>(step + 1));
  } else if (kind == Optimizer.rmsprop) {
    updateByRmsprop(p, g, m, v, count, rate, momentum, beta2, epsilon, decay);
  } else updateByMomentum(kind, p, g, m, count, rate, momentum, decay);
}
