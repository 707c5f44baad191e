// Builds the page of page/views.mjs from the package's own output, and drives the views in it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { pagesOverBuild } from "../runner/pages-over-build.mjs";
import { BrowserProfile } from "./browser-profile.mjs";
import { dataFile } from "./expected.mjs";

const entry = fileURLToPath(new URL("./page/views.mjs", import.meta.url));

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Views</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="./assets/views.css" />
    <style>body { margin: 0; padding: 1rem; background: var(--tp-bg); }</style>
    <script type="module" src="./views.js"></script>
  </head>
  <body><main></main></body>
</html>`;

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** One browser for a suite. Each page that is opened has a port, hence an origin and a pond, of its own. */
export function viewBrowser(browserName, args) {
  const profile = new BrowserProfile(browserName, args);
  const servers = [];
  let folder;
  before(async () => {
    folder = await buildPage();
    await profile.start();
  });
  after(async () => {
    await profile.close();
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs `use` on a page with an empty pond. An error in the console, or one shown, fails the test. */
  return async function withViews(use) {
    const server = await serve(folder);
    servers.push(server);
    const views = new ViewDriver(await profile.newPage(), () => profile.newPage(), server.url);
    await views.open();
    await use(views);
    assert.deepEqual(views.complaints, [], "the console stays free of errors");
    assert.deepEqual(await views.page.evaluate(() => harness.seen.failures), [], "nothing failed");
    await views.page.close();
  };
}

class ViewDriver {
  complaints = [];
  page;
  #newPage;
  #url;

  constructor(page, newPage, url) {
    this.page = page;
    this.#newPage = newPage;
    this.#url = url;
  }

  async open() {
    const { page } = this;
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    await page.setViewport({ width: 1100, height: 850 });
    await page.goto(this.#url);
    await page.waitForSelector("html[data-ready]", { timeout: 30_000 });
    await page.evaluate(() => harness.open("views").then(() => undefined));
  }

  /** Another tab of the same pond. */
  async otherTab() {
    const page = await this.#newPage();
    await page.goto(this.#url);
    await page.waitForSelector("html[data-ready]", { timeout: 30_000 });
    await page.evaluate(() => harness.open("views").then(() => undefined));
    return page;
  }

  /** Takes in one of the datasets of vega-datasets. */
  importFlights(path) {
    return this.page.evaluate(async (to) => {
      const response = await fetch("./flights-3m.parquet");
      await harness.pond.root.importParquet(to, await response.blob(), { verify: "footer" });
    }, path);
  }

  mount(name, properties) {
    return this.page.evaluate((tag, given) => harness.mount(tag, given), name, properties);
  }

  click(selector, text) {
    return this.page.evaluate((one, words) => harness.click(one, words), selector, text);
  }

  /** Presses a button within one of the elements that a view is made of. */
  clickIn(element, words) {
    return this.page.evaluate(
      (selector, text) => {
        const buttons = [...harness.element(selector).renderRoot.querySelectorAll("button")];
        buttons.find((button) => button.textContent.includes(text)).click();
      },
      element,
      words,
    );
  }

  enter(selector, value, at) {
    return this.page.evaluate((...given) => harness.enter(...given), selector, value, at);
  }

  all(selector) {
    return this.page.evaluate((one) => harness.all(one), selector);
  }

  /** Waits until an element is there whose text has these words. Gives its whole text. */
  async until(selector, words, timeout = 30_000) {
    const wait = { timeout, polling: 50 };
    const isThere = (one, text) => harness.all(one).some((shown) => shown.includes(text));
    try {
      await this.page.waitForFunction(isThere, wait, selector, words);
    } catch (cause) {
      const texts = (await this.all(selector)).join(" | ");
      const failures = await this.page.evaluate(() => harness.seen.failures);
      const said = [texts, ...failures, ...this.complaints].join("\n");
      throw new Error(`No ${selector} has “${words}”: ${said}`, { cause });
    }
    return this.page.evaluate((one, text) => harness.find(one, text), selector, words);
  }

  /** Puts the focus somewhere. */
  focus(selector) {
    return this.page.evaluate((one) => harness.element(one).focus(), selector);
  }

  /** A picture for people to look at, in .artifacts/. */
  async picture(name) {
    const path = fileURLToPath(new URL(`../../.artifacts/views/${name}.png`, import.meta.url));
    await mkdir(dirname(path), { recursive: true });
    await this.page.screenshot({ path, fullPage: true });
  }
}

async function buildPage() {
  const outDir = await mkdtemp(join(tmpdir(), "tinypond-views-"));
  const output = { entryFileNames: "[name].js", assetFileNames: "assets/[name][extname]" };
  await build(
    pagesOverBuild({ root: dirname(entry), build: { input: { views: entry }, output, outDir } }),
  );
  await writeFile(join(outDir, "index.html"), HTML);
  return outDir;
}

async function serve(folder) {
  const server = createServer((request, response) => {
    void answer(folder, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(folder, request, response) {
  const { pathname } = new URL(request.url, "http://host");
  const name = decodeURIComponent(pathname).slice(1) || "index.html";
  const path = name.endsWith(".parquet") ? dataFile(name) : join(folder, name);
  const isInside = name.endsWith(".parquet") || path.startsWith(folder + sep);
  const found = isInside && (await stat(path).catch(() => undefined)); // absent: 404 below
  if (!found) return response.writeHead(404).end();
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type, "content-length": found.size });
  await pipeline(createReadStream(path), response).catch(() => {}); // the browser went away
}
