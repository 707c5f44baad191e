import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";

const page = fileURLToPath(new URL("../page", import.meta.url));
const usualDist = fileURLToPath(new URL("../../dist", import.meta.url));

// An isolated page has clocks of 5 µs; others see a tenth of a millisecond.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Builds the pages over dist/, or over the build that BENCH_DIST names, and serves them. */
export async function serveSite() {
  const dist = process.env.BENCH_DIST ?? usualDist;
  const site = mkdtempSync(join(tmpdir(), "tinypond-bench-"));
  const config = {
    configFile: false,
    logLevel: "error",
    root: page,
    base: "./",
    resolve: { alias: [{ find: /^tinypond$/, replacement: join(dist, "index.js") }] },
    worker: { format: "es" },
    build: {
      outDir: site,
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4096,
      rolldownOptions: {
        input: ["index.html", "rivals.html", "first-byte.html"].map((name) => join(page, name)),
      },
    },
  };
  await build(config);
  const server = await preview({ ...config, preview: { port: 0, host: "127.0.0.1", headers } });
  const { port } = new URL(server.resolvedUrls.local[0]);
  return {
    /** The address of a page. Each host has a storage and a process of its own. */
    url: (path = "", host = "127.0.0.1") => `http://${host}:${port}/${path}`,
    close: async () => {
      await server.close();
      rmSync(site, { recursive: true, force: true });
    },
  };
}
