// Measured correlation of input pairs (Poole et al. 2016): c = mean over pairs of z1.z2 / (|z1| |z2|).
import { checkRange } from "../memory/check";

/**
 * z [2 pairs, cols] with leading dimension ld, rows 2i and 2i+1 a pair. out f64 [2]: the mean correlation (uncentred,
 * as in the map; NaN without a valid pair) and the number of valid pairs: finite, neither row zero.
 */
export function pairCorrelation(out: usize, z: usize, pairs: i32, cols: i32, ld: i32): void {
  checkRange(out, 16);
  if (pairs > 0) checkRange(z, (<usize>((2 * pairs - 1) * ld) << 2) + (<usize>cols << 2));
  let sum = 0.0;
  let valid = 0;
  for (let pair = 0; pair < pairs; ++pair) {
    const a = z + (<usize>(2 * pair * ld) << 2);
    const b = a + (<usize>ld << 2);
    let ab = 0.0;
    let aa = 0.0;
    let bb = 0.0;
    // Squares of float32 numbers neither overflow nor vanish in float64.
    for (let j: usize = 0; j < <usize>cols << 2; j += 4) {
      const u = <f64>load<f32>(a + j);
      const v = <f64>load<f32>(b + j);
      ab += u * v;
      aa += u * u;
      bb += v * v;
    }
    if (aa > 0.0 && bb > 0.0 && aa + bb < Infinity) {
      const c = ab / (sqrt(aa) * sqrt(bb));
      sum += min<f64>(max<f64>(c, -1.0), 1.0);
      ++valid;
    }
  }
  store<f64>(out, valid > 0 ? sum / <f64>valid : <f64>NaN);
  store<f64>(out, <f64>valid, 8);
}
