// The host with nothing between it and its caller but the parser.
import { checkedHost } from "../../contract/methods";
import { openHost } from "../../host/host";
import { directReports } from "../../report/direct";
import { standInPrint } from "./reports";
import { hostSuite } from "./suite";

hostSuite("direct", async (folder) => {
  const about = { version: "1.2.3", runtime: {}, platform: "test", host: "direct" } as const;
  const host = await openHost(folder, about, { reports: directReports, print: standInPrint });
  return { host: checkedHost(host), close: () => host.close() };
});
