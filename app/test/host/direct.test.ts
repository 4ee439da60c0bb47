// The host with nothing between it and its caller but the parser.
import { checkedHost } from "../../contract/methods";
import { openHost } from "../../host/host";
import { directReports } from "../../report/direct";
import { StandInPrinter } from "./reports";
import { hostSuite } from "./suite";

hostSuite("direct", async (folder) => {
  const printer = new StandInPrinter();
  const about = { version: "1.2.3", runtime: {}, platform: "test", host: "direct" } as const;
  const host = await openHost(folder, about, { reports: directReports, print: printer.print });
  return {
    host: checkedHost(host),
    close: () => host.close(),
    holdPrinting: () => printer.hold(),
    printing: () => printer.underWay,
  };
});
