// Reports built in the thread that asks for them: what the thread of reports does, and tests.
import { HostError } from "../contract/hostError";
import { SpecError } from "../../core-as/spec/errors";
import { readFigureText } from "../../core-as/figures/figureText";
import { buildReport } from "./report";
import type { Reports } from "./reports";
import { standaloneSvg } from "./svg/standalone";

export const directReports: Reports = {
  build: (request, signal, tell) =>
    inOwnWords(() => {
      signal?.throwIfAborted();
      return buildReport(request, tell);
    }),
  figure: ({ figure, ...options }) => inOwnWords(() => standaloneSvg(readFigureText(figure), options)),
};

/** What is wrong with a text of the request, as a host says it. */
async function inOwnWords<T>(work: () => T): Promise<T> {
  try {
    return await Promise.resolve(work());
  } catch (thrown) {
    if (!(thrown instanceof SpecError)) throw thrown;
    const where = `request.${thrown.path}`;
    throw new HostError({ code: "invalid", where, message: thrown.message }, { cause: thrown });
  }
}
