// Requests for reports, of a run that was really made.
import type { FigureRequest, ReportRequest } from "../../contract/report";
import { REPORT_SECTIONS } from "../../contract/report";
import { figureText } from "../../../core-as/figures/figureText";
import type { Figure } from "../../../core-as/figures/figure";
import type { Print } from "../../report/reports";
import { lab, smallSpec } from "../lab";

/** Texts that would be something else than text where someone forgets what they are. */
export const HOSTILE: readonly string[] = [
  `<script>alert("x")</script><img src=x onerror=alert(1)> &amp; </title></style>--><![CDATA[`,
  "$\\input{/etc/passwd}$ \\write18{rm} `code` ![x](https://example.com/x.png) [a](javascript:alert(1))",
  '=HYPERLINK("https://example.com","x"), +1-1|cmd, @SUM(A1) ; "quoted", \t tab',
  "\u202Eright to left\u202C \u0000 \u0007 \u{1F600}\u{1F468}\u200D\u{1F469} \uD800 lonely",
  "long ".repeat(2000),
];

let made: Promise<string> | null = null;

/** The text of a small run's result.json, once a test process. */
export function smallResult(): Promise<string> {
  made ??= lab(["run", "-", "--json"], { stdin: JSON.stringify(smallSpec()) }).then(
    ({ code, stdout, stderr }) => {
      if (code !== 0) throw new Error(stderr);
      return stdout;
    },
  );
  return made;
}

export async function reportRequest(change: Partial<ReportRequest> = {}): Promise<ReportRequest> {
  return {
    format: "html",
    title: "A small report",
    author: "A. N. Other",
    notes: "What was *found*.",
    sections: REPORT_SECTIONS,
    runs: [{ name: "small", notes: "", result: await smallResult() }],
    ...change,
  };
}

export function sampleFigure(change: Partial<Figure> = {}): Figure {
  return {
    name: "sample",
    title: "Spread by layer",
    caption: "measured",
    x: { label: "layer", unit: "", scale: "linear", domain: [1, 3], whole: true },
    y: { label: "standard deviation", unit: "", scale: "linear", domain: [0, 2] },
    columns: Float64Array.of(1, 2, 3),
    series: [
      {
        kind: "line",
        name: "activations",
        paint: "ink",
        values: Float64Array.of(1, 0.5, NaN),
        style: "measured",
      },
    ],
    rules: [],
    zones: [],
    beyond: [],
    ...change,
  };
}

export function figureRequest(change: Partial<FigureRequest> = {}): FigureRequest {
  return {
    figure: figureText(sampleFigure()),
    width: 480,
    height: 300,
    theme: "light",
    source: "small, seed 3",
    ...change,
  };
}

/** In a browser's place: the page as it is, in what begins as a PDF. */
export class StandInPrinter {
  /** Pages that are being printed. */
  underWay = 0;
  #isHeld = false;

  /** The next page is not printed, until it is called back. */
  hold(): void {
    this.#isHeld = true;
  }

  readonly print: Print = async (html, { signal } = {}) => {
    const isHeld = this.#isHeld;
    this.#isHeld = false;
    this.underWay++;
    try {
      if (isHeld) await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      signal?.throwIfAborted();
      return Uint8Array.from(Buffer.concat([Buffer.from("%PDF-1.4\n"), html]));
    } finally {
      this.underWay--;
    }
  };
}
