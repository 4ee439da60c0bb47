// Reports of a host: builds by what it was given, and prints what is to be a PDF. Reads nothing in a request but its
// format.
import { HostError } from "../contract/hostError";
import type { FigureRequest, ReportRequest } from "../contract/report";
import type { Print, Reports, WrittenReport } from "../report/reports";
import type { Job } from "./jobs";

export class Reporting {
  constructor(
    private readonly reports: Reports | undefined,
    private readonly print: Print | undefined,
  ) {}

  async build(request: ReportRequest, { signal, tell }: Job): Promise<Uint8Array> {
    const reports = this.#given();
    const build = (written: WrittenReport) =>
      reports.build(written, signal, (fraction) => tell({ stage: "building", fraction }));
    if (request.format !== "pdf") return build({ ...request, format: request.format });
    const { print } = this;
    if (print === undefined)
      throw new HostError({
        code: "not_found",
        where: "pdf",
        message: "nothing here can print; take .html, and print it from any browser",
      });
    const html = await build({ ...request, format: "html" });
    tell({ stage: "printing", fraction: null });
    return print(html, { signal });
  }

  async figure(request: FigureRequest): Promise<string> {
    return this.#given().figure(request);
  }

  #given(): Reports {
    if (this.reports !== undefined) return this.reports;
    throw new HostError({ code: "not_found", message: "this host builds no reports; the lab's window does" });
  }
}
