/// <reference types="node" />
/** The core stays small: what every page that embeds it pays. */

import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const MOST = 15 * 1024;

test("the core is less than 15 KB compressed", async () => {
  const bundle = await rolldown({ input: new URL("../src/index.ts", import.meta.url).pathname });
  const { output } = await bundle.generate({ format: "es", minify: true });
  const bytes = output.reduce((sum, each) => sum + (each.type === "chunk" ? gzipSync(each.code, { level: 9 }).length : 0), 0);
  console.log(`core: ${bytes} bytes compressed`);
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(MOST);
}, 30_000);
