import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { offline } from "./tools/offline-plugin.ts";

const dist = fileURLToPath(new URL("./dist", import.meta.url));

// The demo, built from the package's own output: what works here works for a user of the package.
export default defineConfig({
  root: "demo",
  base: "./",
  resolve: {
    alias: [
      { find: /^tinypond$/, replacement: `${dist}/index.js` },
      { find: /^tinypond\/([a-z]+)$/, replacement: `${dist}/$1/index.js` },
    ],
  },
  worker: { format: "es" },
  plugins: [offline()],
  build: {
    outDir: "../dist-demo",
    emptyOutDir: true,
    target: "es2022",
    // A wasm file that is inlined cannot be compiled while it arrives.
    assetsInlineLimit: 0,
  },
});
