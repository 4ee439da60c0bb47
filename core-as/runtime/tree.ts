// The one order in which what slabs have measured is joined.

/**
 * Joins neighbours pair by pair until one is left; the last of an odd number waits for the next turn. A range of
 * 2^k slabs that begins at a multiple of 2^k is a node of this tree, whatever stands beside it.
 */
export function joinInTree<T>(items: readonly T[], join: (left: T, right: T) => T): T {
  let level = [...items];
  while (level.length > 1) {
    const next: T[] = [];
    for (let i = 0; i < level.length; i += 2)
      next.push(i + 1 < level.length ? join(level[i]!, level[i + 1]!) : level[i]!);
    level = next;
  }
  return level[0]!;
}
