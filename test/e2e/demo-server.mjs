// Serves the built demo as a plain static host does, from any sub-path, with correct types.
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

export const DEMO_FOLDER =
  process.env.DEMO_FOLDER ?? fileURLToPath(new URL("../../dist-demo", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** Starts a server; `url` is the demo's address and ends in a slash. */
export async function serveDemo(subPath = "/") {
  const server = createServer((request, response) => {
    void answer(subPath, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}${subPath}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(subPath, request, response) {
  const path = fileOf(subPath, new URL(request.url, "http://host").pathname);
  const found = path && (await stat(path).catch(() => undefined)); // absent: 404 below
  if (!found?.isFile()) return response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    "content-length": found.size,
    "cache-control": "no-store",
  });
  await pipeline(createReadStream(path), response).catch(() => {}); // the browser went away
}

function fileOf(subPath, pathname) {
  if (!pathname.startsWith(subPath)) return undefined;
  const rest = decodeURIComponent(pathname.slice(subPath.length));
  const path = join(DEMO_FOLDER, rest === "" ? "index.html" : rest);
  return path.startsWith(DEMO_FOLDER + sep) ? path : undefined;
}
