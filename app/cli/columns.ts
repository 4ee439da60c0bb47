// Columns of text under their heads, aligned. Knows widths of characters, not what they say.

export interface Column {
  readonly head: string;
  readonly left?: boolean;
  readonly cells: readonly string[];
}

/** Characters of a line that a terminal shows. */
export const LINE_WIDTH = 100;

const GAP = "  ";

export function widthOf(text: string): number {
  return [...text].length;
}

/** The heads, then a line a row, all of one width. */
export function alignColumns(columns: readonly Column[]): string[] {
  const widths = columns.map(({ head, cells }) => Math.max(...[head, ...cells].map(widthOf)));
  const rows = columns[0]?.cells.length ?? 0;
  return Array.from({ length: rows + 1 }, (_, row) =>
    columns
      .map(({ head, left, cells }, i) => {
        const cell = row === 0 ? head : cells[row - 1]!;
        const gap = " ".repeat(widths[i]! - widthOf(cell));
        return left ? cell + gap : gap + cell;
      })
      .join(GAP),
  );
}

/** Blocks of lines beside each other, as many as `width` holds; the rest below, after an empty line. */
export function besideEachOther(blocks: readonly (readonly string[])[], width: number): string[] {
  const lines: string[] = [];
  let row: (readonly string[])[] = [];
  const total = (more: readonly (readonly string[])[]) =>
    more.reduce((sum, [first]) => sum + widthOf(first ?? "") + BLOCK_GAP.length, -BLOCK_GAP.length);
  const flush = () => {
    if (row.length === 0) return;
    if (lines.length > 0) lines.push("");
    row[0]!.forEach((_, i) =>
      lines.push(
        row
          .map((block) => block[i]!)
          .join(BLOCK_GAP)
          .trimEnd(),
      ),
    );
    row = [];
  };
  for (const block of blocks) {
    if (total([...row, block]) > width) flush();
    row.push(block);
  }
  flush();
  return lines;
}

const BLOCK_GAP = "    ";
