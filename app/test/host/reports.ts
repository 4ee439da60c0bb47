// Requests for reports, of a run that was really made.
import type { FigureRequest, ReportRequest } from "../../contract/report";
import { REPORT_SECTIONS } from "../../contract/report";
import { figureText } from "../../../core-as/figures/figureText";
import type { Figure } from "../../../core-as/figures/figure";
import { lab, smallSpec } from "../lab";

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
