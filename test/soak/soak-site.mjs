// The pages of the soak, bundled from source, and where they send their reports.
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { buildPages } from "../faults/page-site.mjs";

const PAGE = fileURLToPath(new URL("./page", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

/** Builds and serves. @param onReport is given each report of a page, in the order of arrival */
export async function serveSoak(onReport) {
  const folder = await mkdtemp(join(tmpdir(), "tinypond-soak-"));
  await buildPages(folder, PAGE, ["tab"]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    if (pathname.startsWith("/report/")) void takeReport(request, response, onReport);
    else void sendFile(join(folder, pathname), response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/tab.html`,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function takeReport(request, response, onReport) {
  const body = await text(request).catch(() => undefined); // the page died before it was told
  if (body && request.complete) onReport(JSON.parse(body));
  response.writeHead(204).end();
}

async function sendFile(path, response) {
  const bytes = await readFile(path).catch(() => undefined); // absent: 404
  if (bytes) response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" });
  else response.writeHead(404);
  response.end(bytes);
}
