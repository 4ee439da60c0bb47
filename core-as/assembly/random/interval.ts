// Bounds given in float64, turned into the float32 values that may be returned.

// @ts-ignore: decorator
@inline
function step(x: f32, up: bool): f32 {
  if (x == 0) return up ? reinterpret<f32>(1) : reinterpret<f32>(0x80000001);
  const bits = reinterpret<u32>(x);
  return reinterpret<f32>(up == x > 0 ? bits + 1 : bits - 1);
}

/** The smallest float32 that is not below x. */
export function leastFrom(x: f64): f32 {
  const near = f32(x);
  return f64(near) < x ? step(near, true) : near;
}

/** The largest float32 that is not above x. */
export function greatestTo(x: f64): f32 {
  const near = f32(x);
  return f64(near) > x ? step(near, false) : near;
}

/** The largest float32 below x. */
export function greatestBelow(x: f64): f32 {
  const near = f32(x);
  return f64(near) >= x ? step(near, false) : near;
}

/** The next float32 on the way from a positive x to zero; zero stays. */
export function nextTowardsZero(x: f32): f32 {
  return x > 0 ? reinterpret<f32>(reinterpret<u32>(x) - 1) : x;
}
