import { deepStrictEqual } from "node:assert/strict";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import puppeteer from "puppeteer-core";
import { exportedNames } from "../../tools/module-graph.mjs";
import { chromiumOptions } from "../runner/browsers.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

describe("dist/standalone/tinypond.js", () => {
  let browser;
  let page;
  let server;
  before(async () => {
    server = await serve("dist/standalone");
    browser = await puppeteer.launch(await chromiumOptions());
    page = await browser.newPage();
    await page.goto(`${server.origin}/page.html`);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  it("loads in a page without a bundler, and exports the names of the package", async () => {
    const names = await page.evaluate(async (url) => Object.keys(await import(url)), entry());

    deepStrictEqual(new Set(names), new Set(exportedNames("dist/index.js")));
  });

  it("loads no wasm and no Arrow to start with", async () => {
    const loaded = await page.evaluate(async (url) => {
      await import(url);
      return performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    }, entry());

    deepStrictEqual(
      loaded.filter((path) => /arrow|worker|wasm/i.test(path)),
      [],
    );
  });

  function entry() {
    return `${server.origin}/tinypond.js`;
  }
});

/** Serves a folder on a free port, and an empty page beside it. */
async function serve(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    response.setHeader("content-type", TYPES[extname(pathname)] ?? "application/octet-stream");
    if (pathname === "/page.html") response.end("<!doctype html><title>page</title>");
    else createReadStream(join(folder, pathname)).on("error", notFound(response)).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => server.close(),
  };
}

function notFound(response) {
  return () => response.writeHead(404).end();
}
