import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";
import { pagesOverBuild } from "../../test/runner/pages-over-build.mjs";

const page = fileURLToPath(new URL("../page", import.meta.url));

// An isolated page has clocks of 5 µs; others see a tenth of a millisecond.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * Builds the pages over dist/, or over the build that BENCH_DIST names, and serves them.
 * @param isReadable - whether functions keep their names
 */
export async function serveSite({ isReadable = false } = {}) {
  const site = mkdtempSync(join(tmpdir(), "tinypond-bench-"));
  const config = pagesOverBuild({
    root: page,
    dist: process.env.BENCH_DIST,
    build: {
      input: ["index.html", "rivals.html", "first-byte.html"].map((name) => join(page, name)),
      outDir: site,
      ...(isReadable && { minify: false }),
      chunkSizeWarningLimit: 4096,
    },
  });
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
