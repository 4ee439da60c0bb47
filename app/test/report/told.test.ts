// How far a report is, as it is told while it is built: ever further, never done before it is, and the same bytes.
import { expect, it } from "vitest";
import { REPORT_FORMATS } from "../../contract/report";
import { buildReport } from "../../report/report";
import { asked, runOf } from "./samples";

const written = REPORT_FORMATS.filter((format) => format !== "pdf");

it.each(written)("a report as %s tells how far it is, and is no other for it", async (format) => {
  const run = await runOf("xavier-normal-sigmoid");
  const request = { ...asked([run, { ...run, name: "again" }, { ...run, name: "once more" }]), format };
  const told: number[] = [];
  const bytes = buildReport(request, (fraction) => told.push(fraction));
  expect(Buffer.from(bytes).equals(buildReport(request))).toBe(true);
  // A step a run, and on a page one a figure.
  expect(told.length).toBeGreaterThanOrEqual(format === "html" ? 20 : 3);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.every((fraction) => fraction > 0 && fraction < 1)).toBe(true);
});
