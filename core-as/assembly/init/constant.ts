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
 * only zeros and ones", TMLR 2022), Algorithm 1, with rows = fan_out and cols = fan_in. rows <= cols: the (partial)
 * identity. rows > cols: scale I* H I*, H the Hadamard matrix of the next power of two in Sylvester's order, I* partial
 * identities. The host gives scale = 1/sqrt(order), as in the authors' code, which keeps H orthonormal.
 */
export function fillZeroHadamard(out: usize, rows: i32, cols: i32, scale: f64): void {
  checkThat(rows > 0 && cols > 0, "ZerO: rows and cols must be positive");
  if (rows <= cols) {
    fillIdentity(out, rows, cols, 1);
    return;
  }
  checkRange(out, usize(rows) * usize(cols) * 4);
  const c = f32(scale);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const odd = popcnt<u32>(u32(i & j)) & 1;
      store<f32>(out + (usize(i) * usize(cols) + usize(j) << 2), odd ? -c : c);
    }
  }
}
