import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const sdk = (path: string): string => fileURLToPath(new URL(`../../sdk/js/src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: "@parley/sdk/browser", replacement: sdk("browser/index.ts") },
      { find: "@parley/sdk", replacement: sdk("index.ts") },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "happy-dom", pool: "threads", testTimeout: 20_000 },
});
