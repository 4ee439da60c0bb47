// What is picked in a list, as people know it from every list: a plain click picks one, Ctrl or the box adds or takes
// away, Shift stretches from where it began. Ids, not places: the order may change beneath. Plain values, no state.

export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where the keyboard stands. */
  readonly active: string | null;
  /** Where a stretch begins. */
  readonly anchor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), active: null, anchor: null };

export function pickOnly(id: string): Selection {
  return { ids: new Set([id]), active: id, anchor: id };
}

export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, active: id, anchor: id };
}

/** From the anchor to `id`, in the order of `rows`; `adds` keeps what was picked elsewhere. */
export function stretch(
  selection: Selection,
  rows: readonly { readonly id: string }[],
  id: string,
  adds = false,
): Selection {
  const to = placeOf(rows, id);
  const from = selection.anchor === null ? -1 : placeOf(rows, selection.anchor);
  if (to < 0) return selection;
  if (from < 0) return pickOnly(id);
  const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id);
  return { ids: new Set([...(adds ? selection.ids : []), ...range]), active: id, anchor: selection.anchor };
}

export function pickAll(selection: Selection, rows: readonly { readonly id: string }[]): Selection {
  const first = rows[0]?.id ?? null;
  return {
    ids: new Set(rows.map(({ id }) => id)),
    active: selection.active ?? first,
    anchor: selection.anchor ?? first,
  };
}

/** What is left of it when only `rows` are there. */
export function within(selection: Selection, rows: readonly { readonly id: string }[]): Selection {
  const there = new Set(rows.map(({ id }) => id));
  const kept = (id: string | null) => (id !== null && there.has(id) ? id : null);
  return {
    ids: new Set([...selection.ids].filter((id) => there.has(id))),
    active: kept(selection.active),
    anchor: kept(selection.anchor),
  };
}

/** The id `steps` rows further, held within the list; the first or last where nothing is active. */
export function moved(
  selection: Selection,
  rows: readonly { readonly id: string }[],
  steps: number,
): string | null {
  if (rows.length === 0) return null;
  const at = selection.active === null ? -1 : placeOf(rows, selection.active);
  if (at < 0) return (steps > 0 ? rows[0] : rows.at(-1))!.id;
  return rows[Math.min(rows.length - 1, Math.max(0, at + steps))]!.id;
}

function placeOf(rows: readonly { readonly id: string }[], id: string): number {
  return rows.findIndex((row) => row.id === id);
}
