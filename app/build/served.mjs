// Starts `initlab serve` as a process of its own, as a person does, for tests and benchmarks that drive a browser.
// It is the built command line, started without its launcher, so that a signal reaches the server itself.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ROOT } from "./build.mjs";

const ADDRESS = /http:\/\/(?:127\.0\.0\.1|localhost):\d+\/\?token=\S+/;
/** A machine with much to do is slow, and one that hangs must be seen. */
const START_MILLIS = 30_000;
const STOP_MILLIS = 10_000;

/** `env`: beside this process's own. Rejects, with what the server said, where it prints no address. */
export async function startServed(dataFolder, port = 0, env = {}) {
  const child = spawn(
    process.execPath,
    [join(ROOT, "dist/cli/main.mjs"), "serve", "--port", String(port), "--data", dataFolder],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } },
  );
  const exited = once(child, "exit");
  let said = "";
  const address = await new Promise((resolve, reject) => {
    const refuse = (why) => {
      child.kill("SIGKILL");
      reject(new Error(`initlab serve ${why}: ${said.trim() || "it said nothing"}`));
    };
    const timer = setTimeout(() => refuse("printed no address"), START_MILLIS);
    const hear = (text) => {
      said += text;
      const found = ADDRESS.exec(said);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.once("exit", (code) => {
      clearTimeout(timer);
      refuse(`ended with ${code}`);
    });
  });
  return {
    address,
    origin: new URL(address).origin,
    port: Number(new URL(address).port),
    /** As the machine's power does: no farewell. */
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    /** As Ctrl-C does. Resolves with the exit code. */
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MILLIS);
      const [code] = await exited;
      clearTimeout(timer);
      return code;
    },
  };
}
