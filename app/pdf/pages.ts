// How a report's pages are printed, whichever browser does it: paper, margins, the line at the foot of each page, tags
// and an outline. No date and no address is on them.

/** What the page may load: what is in it. */
export const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";

const MILLIMETRES_PER_INCH = 25.4;

/** A4, where the page's own style sheet names no other paper. Inches. */
export const PAPER = { width: 210 / MILLIMETRES_PER_INCH, height: 297 / MILLIMETRES_PER_INCH };

/** Inches; the foot has room for its line. */
export const MARGINS = {
  top: 16 / MILLIMETRES_PER_INCH,
  bottom: 20 / MILLIMETRES_PER_INCH,
  left: 17 / MILLIMETRES_PER_INCH,
  right: 17 / MILLIMETRES_PER_INCH,
};

/** The browser fills in the elements of these classes; it takes no style but the one that is written here. */
const FOOTER =
  '<div style="box-sizing:border-box;width:100%;padding:0 17mm;display:flex;gap:8mm;' +
  'font:7.5pt sans-serif;color:#555">' +
  '<span class="title" style="flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"></span>' +
  '<span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>';

/** Without one the browser prints the date. */
const HEADER = "<span></span>";

/** What Electron's printToPDF and the protocol of the browsers call by the same names. */
export const PRINTED = {
  printBackground: true,
  preferCSSPageSize: true,
  generateTaggedPDF: true,
  generateDocumentOutline: true,
  displayHeaderFooter: true,
  headerTemplate: HEADER,
  footerTemplate: FOOTER,
} as const;
