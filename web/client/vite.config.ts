import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The same sources have to give the same bytes anywhere: exact versions, no plugin, few chunks, no absolute path.
export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: false,
  resolve: {
    alias: [
      { find: "@parley/sdk/browser", replacement: here("../../sdk/js/src/browser/index.ts") },
      { find: "@parley/sdk", replacement: here("../../sdk/js/src/index.ts") },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    outDir: process.env.PARLEY_BUNDLE ?? here("../static/web"),
    emptyOutDir: true,
    assetsDir: "",
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: here("src/main.tsx"),
      output: {
        hashCharacters: "hex",
        entryFileNames: "app.[hash:12].js",
        chunkFileNames: "[name].[hash:12].js",
        assetFileNames: "[name].[hash:12][extname]",
        // A few chunks by what they are for: the packages and the kit change seldom, the lazy parts are opened together.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "vendor", test: /node_modules/ },
            { name: "kit", test: /sdk\/js\/src/ },
            { name: "dialogs", test: /client\/src\/(dialogs|panes|words\/dialogs)\// },
            { name: "talk", test: /client\/src\/(talk\/(?!typing)|compose|kinds\/(?!summary|markdown|highlight))/ },
            { name: "sheets", test: /client\/src\/(sheets|words\/sheets)\// },
            { name: "cards", test: /client\/src\/(cards|words\/cards)\// },
            { name: "console", test: /client\/src\/(console|door\/apps|words\/console)/ },
            { name: "voice", test: /client\/src\/(voice|words\/voice)\// },
            { name: "search", test: /client\/src\/(search|words\/search)\// },
          ],
        },
      },
    },
  },
});
