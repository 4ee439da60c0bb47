// From a request to a document, and from a document to bytes. The same request gives the same bytes; PDF is printed
// from the HTML by the host, which has a browser.
import type { ReportRequest, ReportSection } from "../contract/report";
import { csvOf } from "./csv";
import type { Block, ReportDocument } from "./document";
import { htmlOf } from "./html/html";
import { jsonOf } from "./json";
import { markdownOf } from "./markdown";
import { type Reported, readRequest } from "./reported";
import type { WrittenReport } from "./reports";
import { appendix } from "./sections/appendix";
import { claims } from "./sections/claims";
import { comparison } from "./sections/comparison";
import { findings } from "./sections/findings";
import { gradients } from "./sections/gradients";
import { histograms } from "./sections/histograms";
import { layers } from "./sections/layers";
import { network } from "./sections/network";
import { profiles } from "./sections/profiles";
import { summary } from "./sections/summary";
import { training } from "./sections/training";

interface SectionRow {
  readonly heading: string;
  readonly blocks: (reported: Reported) => readonly Block[];
}

const SECTIONS: Readonly<Record<ReportSection, SectionRow>> = {
  summary: { heading: "Summary", blocks: summary },
  findings: { heading: "Findings", blocks: findings },
  network: { heading: "Network and data", blocks: network },
  layers: { heading: "Layer by layer", blocks: layers },
  profiles: { heading: "Depth profiles", blocks: profiles },
  histograms: { heading: "Histograms", blocks: histograms },
  gradients: { heading: "Gradients", blocks: gradients },
  comparison: { heading: "Comparison", blocks: comparison },
  training: { heading: "Training", blocks: training },
  claims: { heading: "Claims", blocks: claims },
  appendix: { heading: "Appendix: the same again", blocks: appendix },
};

type Tell = (fraction: number) => void;
type Writer = (document: ReportDocument, reported: Reported, tell: Tell) => string;

const WRITERS: Readonly<Record<WrittenReport["format"], Writer>> = {
  html: (document, _reported, tell) => htmlOf(document, tell),
  md: markdownOf,
  csv: csvOf,
  json: jsonOf,
};

/** Of the work on a page, what is done once its results are read: the figures are most of it. */
const READ = 0.2;

/**
 * UTF-8. Throws a SpecError whose path is a place in the request: "runs[1].result". `tell` hears how far it is, 0 to 1.
 */
export function buildReport(request: WrittenReport, tell: Tell = () => {}): Uint8Array {
  const reported = readRequest(request, (fraction) => tell(READ * fraction));
  const write = WRITERS[request.format];
  const text = write(documentOf(reported), reported, (fraction) => tell(READ + (1 - READ) * fraction));
  return new TextEncoder().encode(text);
}

/** What a report of any format holds. Throws a SpecError as buildReport does. */
export function reportDocument(request: Omit<ReportRequest, "format">): ReportDocument {
  return documentOf(readRequest(request));
}

function documentOf(reported: Reported): ReportDocument {
  return {
    title: reported.title.trim() || titleOf(reported),
    author: reported.author.trim(),
    sections: reported.sections.flatMap((name) => {
      const { heading, blocks } = SECTIONS[name];
      const found = blocks(reported);
      return found.length === 0 ? [] : [{ name, id: name, heading, blocks: found }];
    }),
  };
}

/** Made of the runs' names. */
function titleOf({ runs }: Reported): string {
  const names = [...new Set(runs.map(({ name }) => name.trim()).filter(Boolean))];
  if (runs.length === 0) return "The claims of the founding notes";
  if (names.length === 0) return "Untitled";
  if (names.length <= 2) return names.join(" and ");
  return `${names[0]} and ${names.length - 1} others`;
}
