import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["core-as/test/**/*.test.ts", "app/test/**/*.test.ts", "renderer/test/unit/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    globalSetup: ["app/test/build.ts"],
  },
});
