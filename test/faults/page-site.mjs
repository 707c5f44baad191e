// The pages of the fault matrix: bundled from source, so that a run sees one state of it, and served
// from a port of its own. Requests below /stop/ are never answered: whoever makes them stands still.
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

/** Builds and serves. @param onStop is told what stands still: `kill`, `crash` and so on */
export async function servePages(onStop) {
  const folder = await mkdtemp(join(tmpdir(), "tinypond-faults-"));
  await buildPages(folder, fileURLToPath(new URL("./page", import.meta.url)), ["host", "victim"]);
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, "http://host");
    if (pathname.startsWith("/stop/")) onStop(pathname.slice("/stop/".length));
    else void answer(join(folder, pathname), response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answer(path, response) {
  const bytes = await readFile(path).catch(() => undefined); // absent: 404
  if (!bytes) return response.writeHead(404).end();
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  const cache = path.includes("/assets/") ? "max-age=3600, immutable" : "no-store";
  return response.writeHead(200, { "content-type": type, "cache-control": cache }).end(bytes);
}

/** Bundles the pages of a folder from source. */
export async function buildPages(outDir, page, names) {
  await build({
    configFile: false,
    logLevel: "error",
    root: page,
    base: "./",
    plugins: [scriptsAsTheyStand()],
    worker: { format: "es", plugins: () => [scriptsAsTheyStand()] },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: names.map((name) => join(page, `${name}.html`)) },
    },
  });
}

/** The source names its workers as they are called once it is built. */
function scriptsAsTheyStand() {
  return {
    name: "workers-from-source",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/(worker\/|symbols)/.test(id)) return null;
      return {
        code: code.replace(/"\.\/([a-z-]+)\.worker\.js"/g, '"./$1.worker.ts"'),
        moduleSideEffects: true, // package.json says which scripts have effects, of those that are built
      };
    },
  };
}
