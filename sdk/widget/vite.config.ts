import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// One file without imports: a page that adds it has one thing to load and nothing to configure.
export default defineConfig({
  root: here("."),
  publicDir: false,
  resolve: {
    alias: [
      { find: /^@parley\/sdk$/, replacement: here("../js/src/index.ts") },
      { find: /^@parley\/sdk\/(\w+)$/, replacement: `${here("../js/src/browser")}/$1.ts` },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    outDir: process.env.PARLEY_WIDGET ?? here("../../web/static/widget"),
    emptyOutDir: false,
    sourcemap: false,
    reportCompressedSize: false,
    lib: { entry: here("src/index.tsx"), formats: ["iife"], name: "ParleyWidget", fileName: () => "parley-widget.js" },
  },
});
