// Sparse normal weights.
import { checkRange, checkThat } from "../memory/check";
import { drawNormal } from "../random/normal";
import { boundedInteger, FIRST_FREE_USE } from "../random/philox";

/**
 * out f32[rows, cols]: N(0, std^2) with `zeros` entries of every column set to zero, their rows drawn
 * without replacement: torch.nn.init.sparse_ (Martens, "Deep learning via Hessian-free optimization", 2010).
 * Values come from the stream `key`, the zeros from the stream `maskKey`; each column's zeros are its own draw
 * (selection sampling, Fan, Muller and Rezucha 1962: a row is taken with probability wanted / left).
 */
export function drawSparse(
  out: usize, rows: i32, cols: i32, keyLo: u32, keyHi: u32, maskKeyLo: u32, maskKeyHi: u32, seedLo: u32, seedHi: u32,
  zeros: i32, std: f64,
): void {
  checkRange(out, usize(rows) * usize(cols) * 4);
  checkThat(zeros >= 0 && zeros <= rows, "sparse: zeros a column must lie in [0, rows]");
  drawNormal(out, 0, rows * cols, keyLo, keyHi, seedLo, seedHi, 0, std);
  for (let column = 0; column < cols; column++) {
    let wanted = zeros;
    for (let row = 0; wanted > 0; row++) {
      // Sixteen counters a row: more than rejection will ever use.
      const use = FIRST_FREE_USE + (u32(row) << 4);
      const drawn = boundedInteger(rows - row, column, use, maskKeyLo, maskKeyHi, seedLo, seedHi);
      if (drawn < u32(wanted)) {
        store<f32>(out + (usize(row) * usize(cols) + usize(column) << 2), 0);
        wanted--;
      }
    }
  }
}
