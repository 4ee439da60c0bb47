// Asserts of the checked build. In the fast build CHECKED is 0 and every call vanishes.

// CHECKED is defined by the compiler's --use flag.
// @ts-ignore: decorator
@inline
export const IS_CHECKED: bool = i32(CHECKED) != 0;

/** Asserts that `bytes` bytes at `ptr` lie in linear memory, above the static data, and are 4-byte aligned. */
// @ts-ignore: decorator
@inline
export function checkRange(ptr: usize, bytes: usize): void {
  if (IS_CHECKED) {
    assert((ptr & 3) == 0, "pointer not aligned to 4 bytes");
    assert(ptr >= __heap_base, "pointer into static data");
    assert(u64(ptr) + u64(bytes) <= u64(memory.size()) << 16, "range leaves linear memory");
  }
}

/** Asserts that `ok` holds; for arguments other than ranges. */
// @ts-ignore: decorator
@inline
export function checkThat(ok: bool, message: string): void {
  if (IS_CHECKED) assert(ok, message);
}

/** First byte above the static data: where the host's arena begins. */
export function heapBase(): usize {
  return __heap_base;
}
