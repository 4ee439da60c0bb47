#!/usr/bin/env node
// The command `initlab`. In a checkout it builds first what is missing or older than its sources.
import { existsSync } from "node:fs";

if (existsSync(new URL("../build/build.mjs", import.meta.url))) {
  const { buildIfStale } = await import("../build/build.mjs");
  try {
    await buildIfStale((what) => process.stderr.write(`initlab: ${what} ...\n`));
  } catch (error) {
    process.stderr.write(`initlab: build: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
await import("../../dist/cli/main.mjs");
