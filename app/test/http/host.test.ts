// The host behind the loopback server, by the page's own client.
import { httpHost } from "../../../renderer/src/host/httpHost";
import { openHost } from "../../host/host";
import { serveLab } from "../../http/server";
import { emptyFolder } from "../lab";
import { hostSuite } from "../host/suite";

hostSuite("HTTP", async (folder) => {
  const host = await openHost(folder, { version: "1.2.3", runtime: {}, platform: "test", host: "http" });
  const server = await serveLab({ host, pages: emptyFolder(), port: 0 });
  return {
    host: httpHost({ base: server.origin, token: server.token }),
    close: async () => {
      await server.close();
      await host.close();
    },
  };
});
