// The end-to-end tests, run by `npm run test:e2e`, which names the browser. No retries: a test that fails now and
// then is a fault, here or in the app.
import { defineConfig, devices } from "@playwright/test";

const executablePath = process.env["CHROME_PATH"];
if (!executablePath)
  throw new Error("run the end-to-end tests by `npm run test:e2e`, which finds a browser first");
const version = process.env["INITLAB_BROWSER_VERSION"] ?? "unknown";

export default defineConfig({
  testDir: ".",
  outputDir: "../../../test-results",
  // Every test has its own server and data folder; two of them fill the cores of a small machine.
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  // A busy machine is no failure: what is waited for comes, or the test ends.
  timeout: 300_000,
  expect: { timeout: 60_000, toHaveScreenshot: { maxDiffPixelRatio: 0.01, animations: "disabled" } },
  snapshotPathTemplate: `{testDir}/snapshots/chromium${version}-${process.platform}/{arg}{ext}`,
  // Made on purpose or not at all: see looks.spec.ts.
  updateSnapshots: process.env["INITLAB_MAKES_LOOKS"] === "1" ? "all" : "none",
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath,
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    actionTimeout: 60_000,
    permissions: ["clipboard-read", "clipboard-write"],
    trace: "off",
  },
});
