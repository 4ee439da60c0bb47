// Initial weights that hold no chance: one value, the identity, and ZerO.
import { checkRange, checkThat } from "../memory/check";

/** out f32[count]: every element `value`. */
export function fillConstant(out: usize, count: i32, value: f64): void {
  checkRange(out, usize(count) * 4);
  for (let i = 0; i < count; i++) store<f32>(out + (usize(i) << 2), f32(value));
}

/** out f32[rows, cols]: `gain` on the main diagonal, else zero; rectangular as torch's eye_. */
export function fillIdentity(out: usize, rows: i32, cols: i32, gain: f64): void {
  checkRange(out, usize(rows) * usize(cols) * 4);
  memory.fill(out, 0, usize(rows) * usize(cols) * 4);
  for (let i = 0; i < min(rows, cols); i++) store<f32>(out + (usize(i) * (usize(cols) + 1) << 2), f32(gain));
}

/**
 * out f32[rows, cols]: ZerO (Zhao, Schaefer, Anandkumar, "ZerO initialization: initializing neural networks with
 * only zeros and ones", TMLR 2022), Algorithm 1, with rows = fan_out = P and cols = fan_in = Q.
 * rows <= cols: the (partial) identity. rows > cols: c I* H I*, H the Hadamard matrix of order 2^m in Sylvester's
 * order, m = ceil(log2 rows), I* partial identities, c = 2^(-(m-1)/2) as printed in the paper.
 * (The authors' published notebook divides by 2^(m/2) instead: each entry smaller by sqrt 2.)
 */
export function fillZeroHadamard(out: usize, rows: i32, cols: i32): void {
  checkThat(rows > 0 && cols > 0, "ZerO: rows and cols must be positive");
  if (rows <= cols) {
    fillIdentity(out, rows, cols, 1);
    return;
  }
  checkRange(out, usize(rows) * usize(cols) * 4);
  const m = 32 - i32(clz<u32>(u32(rows - 1)));
  // 2^(-(m-1)/2) from halvings and one square root, both exact or correctly rounded.
  let square: f64 = 2;
  for (let i = 0; i < m; i++) square *= 0.5;
  const c = f32(sqrt<f64>(square));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const odd = popcnt<u32>(u32(i & j)) & 1;
      store<f32>(out + (usize(i) * usize(cols) + usize(j) << 2), odd ? -c : c);
    }
  }
}
