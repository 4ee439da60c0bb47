// The host behind the loopback server, by the page's own client; reports from the thread as it was built.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { httpHost } from "../../../renderer/src/host/httpHost";
import { openHost } from "../../host/host";
import { ReportThread } from "../../host/reportThread";
import { serveLab } from "../../http/server";
import { emptyFolder, ROOT } from "../lab";
import { StandInPrinter } from "../host/reports";
import { hostSuite } from "../host/suite";

hostSuite("HTTP", async (folder) => {
  const reports = new ReportThread(pathToFileURL(join(ROOT, "dist/cli/report.mjs")));
  const printer = new StandInPrinter();
  const about = { version: "1.2.3", runtime: {}, platform: "test", host: "http" } as const;
  const host = await openHost(folder, about, { reports, print: printer.print });
  const server = await serveLab({ host, pages: emptyFolder(), port: 0 });
  return {
    host: httpHost({ base: server.origin, token: server.token }),
    close: async () => {
      await server.close();
      await host.close();
      await reports.close();
    },
    holdPrinting: () => printer.hold(),
    printing: () => printer.underWay,
  };
});
