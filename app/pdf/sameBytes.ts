// A printed PDF without what differs from one printing to the next: the clock's time, and the name of the system that
// printed. What is taken out becomes blanks, so that every offset in the file stays right. Looks into no compressed
// stream: Chromium writes what it says of a document as plain text. In a person's text no "(" stands without a "\".

const DATES = /\/(?:CreationDate|ModDate)\s*\([^()\\]*\)/g;
const CREATOR = /\/Creator\s*\((?:\\.|[^()\\])*\)/;

/** The same bytes, changed. */
export function withSameBytes(pdf: Uint8Array): Uint8Array {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString("latin1");
  const put = ({ 0: old, index }: RegExpMatchArray, fixed: string) => {
    for (let i = 0; i < old.length; i++) pdf[index! + i] = (fixed[i] ?? " ").charCodeAt(0);
  };
  for (const date of text.matchAll(DATES)) put(date, "");
  const creator = CREATOR.exec(text);
  if (creator) put(creator, "/Creator (Init Lab)");
  return pdf;
}
