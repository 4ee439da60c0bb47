// Labels in a margin: moved apart where they would touch, the order kept.

export interface Label {
  /** Middle, in CSS pixels from the top. */
  readonly y: number;
}

/** Middles at least `gap` apart and within [top, bottom] as far as they fit, as near as may be to where they belong. */
export function spreadLabels<L extends Label>(
  labels: readonly L[],
  gap: number,
  top: number,
  bottom: number,
): readonly (readonly [L, number])[] {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  // Blocks of labels that touch, each about the mean of where its labels want to be.
  const blocks: { wants: number; count: number; first: number }[] = [];
  const room = Math.max(0, bottom - top);
  for (const { y } of sorted) {
    blocks.push({ wants: y, count: 1, first: clamp(y, top, bottom) });
    for (;;) {
      const last = blocks.at(-1)!;
      const before = blocks.at(-2);
      if (!before || before.first + before.count * gap <= last.first) break;
      blocks.pop();
      const count = before.count + last.count;
      // Want of the first label of the joint block: each later one has wanted a gap more.
      before.wants = (before.wants * before.count + (last.wants - before.count * gap) * last.count) / count;
      before.count = count;
      before.first = clamp(before.wants, top, top + Math.max(0, room - (count - 1) * gap));
    }
  }
  const middles = blocks.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, i) => first + i * gap),
  );
  return sorted.map((label, i) => [label, middles[i]!]);
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
