// A page with a pond, bundled from source, and the folder it shares with Node: GET and PUT /files/….
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { BrowserProfile } from "../e2e/browser-profile.mjs";
import { buildPages } from "../faults/page-site.mjs";

const PAGE = fileURLToPath(new URL("./page", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** The page, open in Chromium. */
export class PondPage {
  #files;
  #site;
  #server;
  #profile = new BrowserProfile("chromium");
  #page;

  /** @param files the folder that both use */
  constructor(files) {
    this.#files = files;
  }

  async open() {
    this.#site = await mkdtemp(join(tmpdir(), "tinypond-interop-"));
    await buildPages(this.#site, PAGE, ["host"]);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    await this.#profile.start();
    this.#page = await this.#profile.newPage();
    await this.#page.goto(`http://127.0.0.1:${this.#server.address().port}/host.html`);
    await this.#page.waitForSelector("html[data-ready]", { timeout: 30_000 });
  }

  /** Calls a method of the page's host. */
  call(name, ...args) {
    return this.#page.evaluate((method, list) => globalThis.host[method](...list), name, args);
  }

  async close() {
    await this.#profile.close();
    this.#server?.closeAllConnections();
    this.#server?.close();
    if (this.#site) await rm(this.#site, { recursive: true, force: true });
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, "http://host");
    const shared = pathname.startsWith("/files/");
    const path = shared ? join(this.#files, basename(pathname)) : join(this.#site, pathname);
    if (shared && request.method === "PUT") {
      await pipeline(request, createWriteStream(path));
      return response.writeHead(204).end();
    }
    const bytes = await readFile(path).catch(() => undefined); // absent: 404
    if (!bytes) return response.writeHead(404).end();
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    return response.writeHead(200, { "content-type": type }).end(bytes);
  }
}

/** The address of a shared file in the page. */
export function addressOf(name) {
  return `/files/${name}`;
}
