// The mean cross-entropy of labels and its gradient. Float64 inside; no v128: classes are few and exp is scalar.
import { checkRange, checkThat } from "../memory/check";
import { batchBytes, loadF } from "./wide";

/**
 * Softmax cross-entropy of logits f32 [rows, classes] against labels i32 [rows].
 * dlogits f32 [rows, classes] = (softmax(logits) - onehot(label)) * gradScale; it may be logits.
 * out f64 [2]: [0] += the sum over rows of -log softmax[label], rows in rising order; [1] += the count of rows whose
 * largest logit is the label's, the first of equals taken. A row with a NaN gives NaN loss and gradient and is not correct.
 */
export function softmaxCrossEntropy(
  dlogits: usize, logits: usize, labels: usize, rows: i32, classes: i32, ld: i32, gradScale: f64, out: usize,
): void {
  checkThat(rows >= 0 && classes > 0 && ld >= classes, "softmaxCrossEntropy: dimensions");
  checkRange(dlogits, batchBytes(rows, classes, ld));
  checkRange(logits, batchBytes(rows, classes, ld));
  checkRange(labels, <usize>rows << 2);
  checkRange(out, 16);
  let loss = load<f64>(out);
  let correct = load<f64>(out, 8);
  for (let row = 0; row < rows; ++row) {
    const x = logits + ((<usize>row * <usize>ld) << 2);
    const d = dlogits + ((<usize>row * <usize>ld) << 2);
    const label = load<i32>(labels + (<usize>row << 2));
    checkThat(label >= 0 && label < classes, "softmaxCrossEntropy: label");
    let best = 0;
    let top = loadF(x);
    for (let j = 1; j < classes; ++j) {
      const value = loadF(x + (<usize>j << 2));
      // A NaN, once met, stays on top.
      if (value > top || value != value) {
        top = value;
        best = j;
      }
      if (top != top) break;
    }
    let sum = 0.0;
    for (let j = 0; j < classes; ++j) sum += Math.exp(loadF(x + (<usize>j << 2)) - top);
    // Read before dlogits, which may be logits, is written.
    loss += Math.log(sum) - (loadF(x + (<usize>label << 2)) - top);
    if (best == label && top == top) correct += 1.0;
    for (let j = 0; j < classes; ++j) {
      const p = Math.exp(loadF(x + (<usize>j << 2)) - top) / sum;
      store<f32>(d + (<usize>j << 2), <f32>((j == label ? p - 1.0 : p) * gradScale));
    }
  }
  store<f64>(out, loss);
  store<f64>(out, correct, 8);
}

/**
 * Squared error of y f32 [rows, classes] against the one-hot labels i32 [rows].
 * d f32 [rows, classes] = 2 (y - onehot(label)) * gradScale; it may be y. out f64 [2]: [0] += the sum of the squares,
 * rows and columns in rising order; [1] += right answers, as softmaxCrossEntropy counts them.
 */
export function squaredError(
  d: usize, y: usize, labels: usize, rows: i32, classes: i32, ld: i32, gradScale: f64, out: usize,
): void {
  checkThat(rows >= 0 && classes > 0 && ld >= classes, "squaredError: dimensions");
  checkRange(d, batchBytes(rows, classes, ld));
  checkRange(y, batchBytes(rows, classes, ld));
  checkRange(labels, <usize>rows << 2);
  checkRange(out, 16);
  let loss = load<f64>(out);
  let correct = load<f64>(out, 8);
  for (let row = 0; row < rows; ++row) {
    const from = y + ((<usize>row * <usize>ld) << 2);
    const to = d + ((<usize>row * <usize>ld) << 2);
    const label = load<i32>(labels + (<usize>row << 2));
    checkThat(label >= 0 && label < classes, "squaredError: label");
    let best = 0;
    let top = loadF(from);
    for (let j = 0; j < classes; ++j) {
      const value = loadF(from + (<usize>j << 2));
      if (top == top && (value > top || value != value)) {
        top = value;
        best = j;
      }
      const error = value - (j == label ? 1.0 : 0.0);
      loss += error * error;
      store<f32>(to + (<usize>j << 2), <f32>(2.0 * error * gradScale));
    }
    if (best == label && top == top) correct += 1.0;
  }
  store<f64>(out, loss);
  store<f64>(out, correct, 8);
}
