import { relative } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { staticGraph } from "./module-graph.mjs";

let core: ReturnType<typeof staticGraph> | undefined;

// `dist/standalone/`: the package with all its dependencies, for pages without a bundler. It starts
// from the built JavaScript, whose worker URLs name files that exist. Not Vite's library mode, which
// makes worker URLs absolute and inlines the wasm.
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [plainDynamicImports()],
  worker: {
    format: "es",
    rolldownOptions: { output: plainNames("[name].js") },
  },
  build: {
    outDir: "dist/standalone",
    emptyOutDir: true,
    target: "es2022",
    // A wasm file that is inlined cannot be compiled while it arrives.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        tinypond: "dist/index.js",
        interop: "dist/interop/index.js",
        shell: "dist/shell/index.js",
        // The library's own copy, for pages that make tables: it is here anyway, for tables that are read.
        "apache-arrow": "apache-arrow",
      },
      preserveEntrySignatures: "strict",
      output: {
        ...plainNames("[name].js"),
        // One chunk for all that the entry needs at once: what it shares with parts that come later
        // would be cut into a dozen small files otherwise, and they compress worse.
        codeSplitting: { groups: [{ name: "core", test: isInCore }] },
      },
    },
  },
});

function isInCore(id: string): boolean {
  core ??= staticGraph("dist/index.js");
  const [, name] = id.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/) ?? [];
  return name ? core.packages.has(name) : core.files.has(relative(".", id));
}

/** Names without hashes: the folder is versioned as a whole, and users point at files in it. */
function plainNames(entry: string) {
  return {
    entryFileNames: entry,
    chunkFileNames: "[name].js",
    assetFileNames: "[name][extname]",
  };
}

/**
 * Leaves `import()` as it is written. Vite wraps it in a preloader that needs `document` and `window`,
 * and the library also runs in Workers.
 */
function plainDynamicImports(): Plugin {
  return {
    name: "plain-dynamic-imports",
    enforce: "pre",
    load: {
      filter: { id: /vite\/preload-helper/ },
      handler: () => "export const __vitePreload = (load) => load();",
    },
  };
}
