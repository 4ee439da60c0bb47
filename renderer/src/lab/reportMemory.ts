// What the Report screen remembers from one time to the next, kept with the page: who writes, and what was exported
// last. Names alone; no report and no result.

const AUTHOR = "initlab.report.author";
const RECENT = "initlab.report.recent";
const MOST = 8;
const LONGEST = 1000;

export function lastAuthor(): string {
  return kept(AUTHOR) ?? "";
}

export function rememberAuthor(author: string): void {
  keep(AUTHOR, author);
}

/** Where exports went, newest first. */
export function recentExports(): readonly string[] {
  try {
    const value = JSON.parse(kept(RECENT) ?? "[]") as unknown;
    if (!Array.isArray(value)) return [];
    return value.filter((name): name is string => typeof name === "string" && name !== "").slice(0, MOST);
  } catch {
    return [];
  }
}

/** The list with this one first. */
export function rememberExport(where: string, before: readonly string[]): readonly string[] {
  const next = [where, ...before.filter((name) => name !== where)].slice(0, MOST);
  keep(RECENT, JSON.stringify(next));
  return next;
}

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key)?.slice(0, MOST * LONGEST) ?? null;
  } catch {
    return null;
  }
}

function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A page without storage: then it is forgotten.
  }
}
