// Figures of a benchmark: a name, a value with its unit, and the bound that was promised. No dates, no host names.

/** Of a sorted copy; NaN of nothing. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export const median = (values) => quantile(values, 0.5);

/** `atMost` null: nothing was promised. */
export function row(name, value, unit, atMost = null, note = "") {
  return { name, value: Number(value.toPrecision(4)), unit, atMost, note };
}

export function holds({ value, atMost }) {
  return atMost === null ? null : value <= atMost;
}

export function tableOf(rows) {
  const lines = [["figure", "measured", "promised", "", ""]];
  for (const it of rows) {
    const kept = holds(it);
    lines.push([
      it.name,
      `${it.value} ${it.unit}`,
      it.atMost === null ? "" : `≤ ${it.atMost} ${it.unit}`,
      kept === null ? "" : kept ? "holds" : "MISSED",
      it.note,
    ]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
