// A printed PDF without what differs from one printing to the next: the clock's time, the name of the system that
// printed, and the numbers under which table cells name their headers. What is taken out becomes blanks, so that every
// offset in the file stays right. Looks into no compressed stream: Chromium writes what it says of a document as plain
// text. In a person's text no "(" stands without a "\".

const DATES = /\/(?:CreationDate|ModDate)\s*\([^()\\]*\)/g;
const CREATOR = /\/Creator\s*\((?:\\.|[^()\\])*\)/;
/** Where cells of tables are named: by themselves, by other cells, and in the tree that finds them. */
const CELL_NAMES = /\/ID \(node\d{8}\)|\/(?:Headers|Names|Limits) \[\(node\d{8}\)[^\]]*\]/g;
const CELL_NAME = /\(node(\d{8})\)/g;

/** The same bytes, changed. */
export function withSameBytes(pdf: Uint8Array): Uint8Array {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString("latin1");
  const put = ({ 0: old, index }: RegExpMatchArray, fixed: string) => {
    for (let i = 0; i < old.length; i++) pdf[index! + i] = (fixed[i] ?? " ").charCodeAt(0);
  };
  for (const date of text.matchAll(DATES)) put(date, "");
  const creator = CREATOR.exec(text);
  if (creator) put(creator, "/Creator (Init Lab)");
  const named = [...text.matchAll(CELL_NAMES)].map((match) => ({ match, fixed: match[0] }));
  const order = ranks(named.flatMap(({ fixed }) => [...fixed.matchAll(CELL_NAME)].map(([, id]) => id!)));
  for (const { match, fixed } of named)
    put(
      match,
      fixed.replaceAll(CELL_NAME, (_, id: string) => `(node${order.get(id)})`),
    );
  return pdf;
}

/**
 * Chromium numbers the nodes of a page as it comes to them, and in some printings has come to one more before. Counted
 * from 1 in the order of those numbers, so that what is sorted by them stays sorted.
 */
function ranks(ids: readonly string[]): ReadonlyMap<string, string> {
  const rising = [...new Set(ids)].sort();
  return new Map(rising.map((id, i) => [id, String(i + 1).padStart(id.length, "0")]));
}
