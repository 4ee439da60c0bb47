// JSON as the contract has it: numbers that are not finite are strings.

export function toJson(value: unknown, indent = 2): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === "number" && !Number.isFinite(item) ? String(item) : item),
    indent,
  );
}

/** What toJson wrote, with the numbers that are not finite as numbers again; the names in a spec stay texts. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (key, item: unknown) =>
    typeof item === "string" && NOT_FINITE.has(item) && key !== "name" ? Number(item) : item,
  );
}

const NOT_FINITE: ReadonlySet<string> = new Set(["NaN", "Infinity", "-Infinity"]);
