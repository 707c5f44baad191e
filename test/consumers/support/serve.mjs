import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/**
 * Serves a folder on a free port, every answer with the same extra headers.
 * @returns `origin`, and `close()`
 */
export async function serveFolder(folder, headers = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const path = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const file = createReadStream(join(folder, path));
    file.on("open", () => {
      response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
      file.pipe(response);
    });
    file.on("error", () => response.writeHead(404).end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
