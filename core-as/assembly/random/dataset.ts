// Generated data. Every sample is a function of its index alone: its place comes from the counter (index, PLACE)
// and its noise from (index, NOISE) of one stream. Sines, cosines and logarithms are the core's own, in float64.
// Labels go round the classes, so classes are balanced; who wants another order permutes.
import { checkRange, checkThat } from "../memory/check";
import { FIRST_FREE_USE, philox, unitFromWords } from "./philox";

const PLACE: u32 = FIRST_FREE_USE;
const NOISE: u32 = FIRST_FREE_USE + 1;
const TWO_PI: f64 = 6.283185307179586;

// @ts-ignore: decorator
@inline
function firstUnit(words: v128): f64 {
  return unitFromWords(i32x4.extract_lane(words, 0), i32x4.extract_lane(words, 1));
}

// @ts-ignore: decorator
@inline
function secondUnit(words: v128): f64 {
  return unitFromWords(i32x4.extract_lane(words, 2), i32x4.extract_lane(words, 3));
}

/** Writes the point (px, py), moved by N(0, noise^2) in both coordinates (Box and Muller in float64). */
function storePoint(
  at: usize, px: f64, py: f64, noise: f64, index: u32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
): void {
  const words = philox(index, NOISE, seedLo, seedHi, keyLo, keyHi);
  const r = noise * NativeMath.sqrt(-2 * NativeMath.log(firstUnit(words)));
  const angle = TWO_PI * secondUnit(words);
  store<f32>(at, f32(px + r * NativeMath.cos(angle)));
  store<f32>(at, f32(py + r * NativeMath.sin(angle)), 4);
}

/**
 * data f32[rows, cols] (ld): iid N(0, 1) in, features of N(mean, std^2) with pairwise correlation `correlation` out:
 * x_i = mean + std (a g_i + b sum_j g_j), a = sqrt(1 - rho), b = (sqrt(a^2 + cols rho) - a) / cols,
 * for -1 / (cols - 1) <= rho <= 1. Row sums in float64, from the first column on.
 */
export function correlateFeatures(
  data: usize, rows: i32, cols: i32, ld: i32, mean: f64, std: f64, correlation: f64,
): void {
  if (rows > 0) checkRange(data, (usize(rows - 1) * usize(ld) + usize(cols)) * 4);
  checkThat(correlation <= 1 && f64(cols - 1) * correlation >= -1.000000001, "correlation out of range");
  const a = NativeMath.sqrt(1 - correlation);
  // At the lower end the root's argument is zero but for rounding.
  const b = (NativeMath.sqrt(max(0, 1 + f64(cols - 1) * correlation)) - a) / f64(cols);
  for (let row = 0; row < rows; row++) {
    const from = data + (usize(row) * usize(ld) << 2);
    let sum: f64 = 0;
    for (let i = 0; i < cols; i++) sum += f64(load<f32>(from + (usize(i) << 2)));
    const shared = b * sum;
    for (let i = 0; i < cols; i++) {
      const at = from + (usize(i) << 2);
      store<f32>(at, f32(mean + std * (a * f64(load<f32>(at)) + shared)));
    }
  }
}

/**
 * x f32[samples, 2] (ld), labels i32[samples]: scikit-learn's two moons. Class 0 is the upper half circle round
 * (0, 0), class 1 the lower one round (1, 1/2), both of radius 1; the angle is uniform, `noise` the std of the jitter.
 */
export function drawTwoMoons(
  x: usize, labels: usize, samples: i32, ld: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, noise: f64,
): void {
  checkPoints(x, labels, samples, ld);
  for (let i = 0; i < samples; i++) {
    const angle = 0.5 * TWO_PI * firstUnit(philox(i, PLACE, seedLo, seedHi, keyLo, keyHi));
    const label = i & 1;
    const px = NativeMath.cos(angle);
    const py = NativeMath.sin(angle);
    const at = x + (usize(i) * usize(ld) << 2);
    storePoint(at, label ? 1 - px : px, label ? 0.5 - py : py, noise, i, keyLo, keyHi, seedLo, seedHi);
    store<i32>(labels + (usize(i) << 2), label);
  }
}

/**
 * x f32[samples, 2] (ld), labels i32[samples]: `classes` Archimedean spirals out to radius 1, each `turns` turns
 * long and rotated against the last by a full turn / classes; the radius is uniform, `noise` the std of the jitter.
 */
export function drawSpirals(
  x: usize, labels: usize, samples: i32, ld: i32, classes: i32, turns: f64,
  keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, noise: f64,
): void {
  checkPoints(x, labels, samples, ld);
  checkThat(classes > 0, "spirals: at least one class");
  for (let i = 0; i < samples; i++) {
    const radius = firstUnit(philox(i, PLACE, seedLo, seedHi, keyLo, keyHi));
    const label = i % classes;
    const angle = TWO_PI * (turns * radius + f64(label) / f64(classes));
    const at = x + (usize(i) * usize(ld) << 2);
    const px = radius * NativeMath.cos(angle);
    storePoint(at, px, radius * NativeMath.sin(angle), noise, i, keyLo, keyHi, seedLo, seedHi);
    store<i32>(labels + (usize(i) << 2), label);
  }
}

/**
 * x f32[samples, 2] (ld), labels i32[samples]: exclusive or. Points uniform in the square [-1, 1]^2, class 1 where the
 * coordinates differ in sign, else 0; `noise` moves the point after it was labelled. The signs of x and of the class
 * go round with the index, so that both classes and all quarters are balanced.
 */
export function drawXor(
  x: usize, labels: usize, samples: i32, ld: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, noise: f64,
): void {
  checkPoints(x, labels, samples, ld);
  for (let i = 0; i < samples; i++) {
    const words = philox(i, PLACE, seedLo, seedHi, keyLo, keyHi);
    const label = i & 1;
    const left = (i >> 1) & 1;
    const px = left ? -firstUnit(words) : firstUnit(words);
    const py = left ^ label ? -secondUnit(words) : secondUnit(words);
    storePoint(x + (usize(i) * usize(ld) << 2), px, py, noise, i, keyLo, keyHi, seedLo, seedHi);
    store<i32>(labels + (usize(i) << 2), label);
  }
}

function checkPoints(x: usize, labels: usize, samples: i32, ld: i32): void {
  checkThat(ld >= 2, "points: rows of at least two floats");
  if (samples > 0) checkRange(x, (usize(samples - 1) * usize(ld) + 2) * 4);
  checkRange(labels, usize(samples) * 4);
}
