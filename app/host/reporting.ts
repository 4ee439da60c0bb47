// Reports of a host: builds by what it was given, prints what is to be a PDF, ends both with the host. Reads nothing in
// a request but its format.
import { HostError } from "../contract/hostError";
import type { FigureRequest, ReportRequest } from "../contract/report";
import type { Print, Reports, WrittenReport } from "../report/reports";

export class Reporting {
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly reports: Reports | undefined,
    private readonly print: Print | undefined,
  ) {}

  build(request: ReportRequest): Promise<Uint8Array> {
    return this.#counted(this.#build(request));
  }

  figure(request: FigureRequest): Promise<string> {
    return this.#counted((async () => this.#given().figure(request))());
  }

  /** Ends what is under way: a report that nobody will read is not worth waiting for. */
  async close(): Promise<void> {
    this.#closing.abort(new HostError({ code: "unreachable", message: "the lab is closing" }));
    await Promise.allSettled(this.#underWay);
  }

  async #build(request: ReportRequest): Promise<Uint8Array> {
    const { signal } = this.#closing;
    const reports = this.#given();
    if (request.format !== "pdf") return reports.build({ ...request, format: request.format }, signal);
    const { print } = this;
    if (print === undefined)
      throw new HostError({
        code: "not_found",
        where: "pdf",
        message: "nothing here can print; take .html, and print it from any browser",
      });
    const html: WrittenReport = { ...request, format: "html" };
    return print(await reports.build(html, signal), { signal });
  }

  #given(): Reports {
    if (this.reports !== undefined) return this.reports;
    throw new HostError({ code: "not_found", message: "this host builds no reports; the lab's window does" });
  }

  #counted<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }
}
