// Drives the built demo as a person does, and looks into its pond through the devtools handle.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { BrowserProfile } from "./browser-profile.mjs";
import { serveDemo } from "./demo-server.mjs";

const IMPORT_TIMEOUT_MS = 120_000;

const inPage = readFileSync(new URL("./page/in-page.mjs", import.meta.url), "utf8");

/**
 * One browser for a suite, on a profile of its own. Every demo that is opened in it has a port of its
 * own, hence an origin of its own, hence nothing stored.
 */
export function suiteBrowser(browserName) {
  const profile = new BrowserProfile(browserName);
  const servers = [];
  before(() => profile.start());
  after(async () => {
    await profile.close();
    for (const server of servers) server.close(); // not before: a port that is free is given again
  });

  async function openDemo({ subPath } = {}) {
    const server = await serveDemo(subPath);
    servers.push(server);
    const demo = new DemoDriver(profile, server.url);
    await demo.open();
    return demo;
  }

  /** Runs `use` on a fresh demo. Whatever the console said that is an error fails the test. */
  async function withDemo(use, options) {
    const demo = await openDemo(options);
    await use(demo);
    assert.deepEqual(demo.complaints, [], "the console stays free of errors");
    await demo.page.close();
  }

  return { openDemo, withDemo };
}

/** Waits until the view of a dataset shows values, and not only where they will be. */
export function untilRowsAreRead(page) {
  const cells = "tp-dataset >>> .rows .row:not([hidden]) [role=gridcell]";
  return untilDeep(page, cells, ([first]) => (first?.textContent ?? "") !== "");
}

/** Waits for elements in shadow roots. It asks again and again: no observer sees into them. */
export async function untilDeep(page, selector, isGood = (found) => found.length > 0) {
  const deadline = Date.now() + 30_000;
  while (!(await page.$$eval(selector, isGood))) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${selector}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The demo, open in a page. */
class DemoDriver {
  /** Errors and warnings of the console, uncaught errors, failed requests. */
  complaints = [];
  page;
  #profile;
  #url;

  constructor(profile, url) {
    this.#profile = profile;
    this.#url = url;
  }

  async open() {
    this.page = await this.#profile.newPage();
    this.#listen();
    await this.page.goto(this.#url);
    await this.untilReady();
  }

  /** Closes the browser, and opens the demo in a new one on the same profile. */
  async restartBrowser() {
    await this.#profile.restart();
    await this.open();
  }

  async reload() {
    await this.page.reload();
    await this.untilReady();
  }

  untilReady() {
    return this.page.waitForSelector("html[data-ready]", { timeout: 30_000 });
  }

  /** Chooses files in the page's file input, and waits until each has ended in `state`. */
  async importFiles(paths, state = "done") {
    const before = await this.countImports(state);
    await this.chooseFiles(paths);
    await this.untilImports(state, before + paths.length);
  }

  async chooseFiles(paths) {
    const input = await this.page.$("#file-input");
    await input.uploadFile(...paths);
  }

  countImports(state) {
    return this.page.$$eval(`.import[data-state="${state}"]`, (items) => items.length);
  }

  /** Waits for so many imports in a state. One that fails instead ends the wait. */
  async untilImports(state, count) {
    await this.page.waitForFunction(
      (wanted, least) => {
        const items = [...document.querySelectorAll(".import")];
        const inState = (name) => items.filter((item) => item.dataset.state === name).length;
        return inState(wanted) >= least || (wanted !== "failed" && inState("failed") > 0);
      },
      { timeout: IMPORT_TIMEOUT_MS, polling: 50 },
      state,
      count,
    );
    const texts = await this.texts(".import-status, .notice");
    assert.ok((await this.countImports(state)) >= count, `imports: ${texts.join(" | ")}`);
  }

  /** The list as the page shows it: name, type, rows, size, modified, version. */
  listing() {
    return this.page.$$eval("tp-file-grid .row", (rows) =>
      rows.map((row) => {
        const cells = [...row.querySelectorAll("[role=gridcell]")].map((cell) => cell.textContent);
        const [type, rowCount, size, modified, version] = cells;
        return { name: row.dataset.name, type, rowCount, size, modified, version };
      }),
    );
  }

  async names() {
    return (await this.listing()).map(({ name }) => name);
  }

  /** Waits until the list is read, and shows exactly these names, in any order. */
  untilNames(names) {
    return this.page.waitForFunction(
      (wanted) => {
        const isRead = document.querySelector("tp-file-grid [aria-busy=false]") !== null;
        const shown = [...document.querySelectorAll("tp-file-grid .row")];
        const texts = shown.map((row) => row.dataset.name).sort();
        return isRead && JSON.stringify(texts) === wanted;
      },
      { timeout: 30_000, polling: 50 },
      JSON.stringify(names.toSorted()),
    );
  }

  /** Opens a file or a folder by its name. */
  async openEntry(name) {
    await this.page.click(`tp-file-grid [data-name="${name}"] .name`);
  }

  /** Opens a dataset, and gives the headings and the first rows that its view shows. */
  async openDataset(name) {
    await this.openEntry(name);
    await untilRowsAreRead(this.page);
    const columns = await this.page.$$eval("tp-dataset >>> [data-head]", (heads) =>
      heads.map(({ textContent }) => textContent.split(/\s+/).filter(Boolean).join(" ")),
    );
    const rows = await this.page.$$eval("tp-dataset >>> .rows .row:not([hidden])", (lines) =>
      lines.map((line) =>
        [...line.querySelectorAll("[role=gridcell]")].map((cell) => cell.textContent),
      ),
    );
    return { columns, rows };
  }

  /** Selects entries, and nothing else. */
  async select(...names) {
    await this.page.focus(".file-grid");
    await this.page.keyboard.press("Escape");
    for (const name of names) await this.page.click(`tp-file-grid [data-name="${name}"] .check`);
  }

  /** Answers the open dialog: a text for each of its fields, and then its last button. */
  async answer(...texts) {
    const dialog = await this.page.waitForSelector("dialog[open]");
    const fields = await dialog.$$("input");
    for (const [index, text] of texts.entries()) {
      await fields[index].evaluate((field, value) => {
        field.value = value;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }, text);
    }
    await (await dialog.$('button[value="confirm"]')).click();
    await this.page.waitForFunction(() => document.querySelector("dialog[open]") === null);
  }

  /** Goes to a path by the address, as a bookmark does. */
  async goTo(path) {
    await this.page.evaluate((to) => {
      location.hash = to === "/" ? "" : `#path=${to}`;
    }, path);
  }

  /** Takes what is saved from here on, in place of the browser. */
  catchDownloads() {
    return this.page.evaluate(() => {
      window.saved = [];
      HTMLAnchorElement.prototype.click = function () {
        window.saved.push({
          name: this.download,
          blob: fetch(this.href).then((one) => one.blob()),
        });
      };
    });
  }

  /** Waits for the next file that is saved: its name, and its bytes. */
  async download() {
    await this.page.waitForFunction(() => window.saved.length > 0, { timeout: 30_000 });
    const { name, base64 } = await this.page.evaluate(async () => {
      const saved = window.saved.shift();
      const bytes = new Uint8Array(await (await saved.blob).arrayBuffer());
      return { name: saved.name, base64: btoa(String.fromCharCode(...bytes)) };
    });
    return { name, bytes: Buffer.from(base64, "base64") };
  }

  /** The blobs in the pond's folder, by path. */
  async blobs() {
    return (await this.call("storedFiles")).filter((path) => path.startsWith("_large_files/"));
  }

  /** What lies in the pond's folder beside its blobs: nothing, unless a write is under way. */
  async temporaries() {
    return (await this.call("storedFiles")).filter((path) => !path.startsWith("_large_files/"));
  }

  texts(selector) {
    return this.page.$$eval(selector, (elements) => elements.map((item) => item.textContent));
  }

  /** Calls a function of page/in-page.mjs in the page, with arguments and a result that are JSON. */
  call(name, ...args) {
    return this.page.evaluate(
      async (source, functionName, parameters) => {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        globalThis.inPageModule ??= import(url);
        const module = await globalThis.inPageModule;
        return module[functionName](window.tinypondDemo, ...parameters);
      },
      inPage,
      name,
      args,
    );
  }

  #listen() {
    this.page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) this.complaints.push(message.text());
    });
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("response", (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} ${response.url()}`);
    });
  }
}
