// The browsers that BROWSERS asks for, started by puppeteer-core on a profile of their own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromiumOptions, findFirefox } from "../runner/browsers.mjs";

/** WebKit has no driver here; its suites run under the test runner. */
const DRIVEN = ["chromium", "firefox"];

/** Which browsers the tests of this folder run in. */
export const wantedBrowsers = (process.env.BROWSERS ?? "chromium")
  .split(",")
  .filter((name) => DRIVEN.includes(name));

/** One of them, for figures: people's flows are tried in all. */
export const firstBrowser = wantedBrowsers.slice(0, 1);

/** A browser on a profile of its own, which lasts until `close()`. */
export class BrowserProfile {
  #name;
  #args;
  #folder;
  #browser;

  /** @param args of the command line, for Chromium */
  constructor(name, args = []) {
    this.#name = name;
    this.#args = args;
  }

  /** Starts the browser. One that was asked for and is not there is a failure. */
  async start() {
    this.#folder ??= await mkdtemp(join(tmpdir(), `tinypond-e2e-${this.#name}-`));
    const options = this.#name === "firefox" ? firefoxOptions() : await chromiumOptions(this.#args);
    this.#browser = await puppeteer.launch({
      ...options,
      userDataDir: this.#folder,
      protocolTimeout: 300_000,
    });
  }

  newPage() {
    return this.#browser.newPage();
  }

  /** Closes the browser and starts it again. */
  async restart() {
    await this.#browser.close();
    await this.start();
  }

  async close() {
    await this.#browser?.close();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function firefoxOptions() {
  const executablePath = findFirefox();
  if (!executablePath) {
    throw new Error("BROWSERS asks for firefox and none is installed (or set FIREFOX_PATH)");
  }
  return { browser: "firefox", executablePath, headless: true };
}
