// The host with nothing between it and its caller but the parser.
import { checkedHost } from "../../contract/methods";
import { openHost } from "../../host/host";
import { hostSuite } from "./suite";

hostSuite("direct", async (folder) => {
  const host = await openHost(folder, { version: "1.2.3", runtime: {}, platform: "test", host: "direct" });
  return { host: checkedHost(host), close: () => host.close() };
});
