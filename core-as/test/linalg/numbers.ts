// Seeded test data. Not the lab's generator: tests of linear algebra must not rest on it.

/** mulberry32: uniform numbers in [0, 1). */
export function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` numbers uniform in [-1, 1). */
export function numbers(seed: number, count: number): Float32Array {
  const next = uniforms(seed);
  return Float32Array.from({ length: count }, () => 2 * next() - 1);
}

/** `count` standard normal numbers (Box-Muller). */
export function gaussians(seed: number, count: number): Float32Array {
  const next = uniforms(seed);
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  );
}
