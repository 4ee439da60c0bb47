// Sorting in place, without allocation. Not stable; NaN must not come in.

/** Sorts `count` f64 values at `values`, rising (heapsort, Williams 1964). */
export function sortF64(values: usize, count: i32): void {
  for (let root = (count >>> 1) - 1; root >= 0; --root) sift(values, root, count);
  for (let end = count - 1; end > 0; --end) {
    const top = load<f64>(values);
    store<f64>(values, at(values, end));
    store<f64>(values + (<usize>end << 3), top);
    sift(values, 0, end);
  }
}

// @ts-ignore: decorator
@inline
function at(values: usize, i: i32): f64 {
  return load<f64>(values + (<usize>i << 3));
}

function sift(values: usize, from: i32, count: i32): void {
  const moved = at(values, from);
  let hole = from;
  while (true) {
    let child = (hole << 1) + 1;
    if (child >= count) break;
    if (child + 1 < count && at(values, child + 1) > at(values, child)) ++child;
    const larger = at(values, child);
    if (larger <= moved) break;
    store<f64>(values + (<usize>hole << 3), larger);
    hole = child;
  }
  store<f64>(values + (<usize>hole << 3), moved);
}

/** Sorts `count` u64 keys at `keys`, rising. */
export function sortU64(keys: usize, count: i32): void {
  for (let root = (count >>> 1) - 1; root >= 0; --root) siftU64(keys, root, count);
  for (let end = count - 1; end > 0; --end) {
    const top = load<u64>(keys);
    store<u64>(keys, load<u64>(keys + (<usize>end << 3)));
    store<u64>(keys + (<usize>end << 3), top);
    siftU64(keys, 0, end);
  }
}

function siftU64(keys: usize, from: i32, count: i32): void {
  const moved = load<u64>(keys + (<usize>from << 3));
  let hole = from;
  while (true) {
    let child = (hole << 1) + 1;
    if (child >= count) break;
    let larger = load<u64>(keys + (<usize>child << 3));
    if (child + 1 < count) {
      const other = load<u64>(keys + (<usize>(child + 1) << 3));
      if (other > larger) {
        larger = other;
        ++child;
      }
    }
    if (larger <= moved) break;
    store<u64>(keys + (<usize>hole << 3), larger);
    hole = child;
  }
  store<u64>(keys + (<usize>hole << 3), moved);
}
