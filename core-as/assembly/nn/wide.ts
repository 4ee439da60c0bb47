// Steps between float32 memory and float64 registers, two elements at a time.

/** Two float32 at ptr, as float64. */
// @ts-ignore: decorator
@inline
export function loadWide(ptr: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(ptr));
}

/** Stores two float64, rounded to float32, at ptr. */
// @ts-ignore: decorator
@inline
export function storeNarrow(ptr: usize, pair: v128): void {
  v128.store64_lane(ptr, f32x4.demote_f64x2_zero(pair), 0);
}

/** One float32 at ptr, as float64. */
// @ts-ignore: decorator
@inline
export function loadF(ptr: usize): f64 {
  return <f64>load<f32>(ptr);
}

/** Bytes from the first to past the last element that a batch [rows, cols] of leading dimension ld holds. */
// @ts-ignore: decorator
@inline
export function batchBytes(rows: i32, cols: i32, ld: i32): usize {
  return rows > 0 && cols > 0 ? (<usize>(rows - 1) * <usize>ld + <usize>cols) << 2 : 0;
}
