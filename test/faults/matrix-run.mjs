// Runs cells in one browser.

import { cellsOf } from "./cells.mjs";
import { FaultBrowser } from "./fault-browser.mjs";
import { servePages } from "./page-site.mjs";

/** The quota of the test of a full store. */
const STORE_BYTES = 24 << 20;

/** How long one cell may take, with the start of a browser. */
const CELL_TIMEOUT_MS = 90_000;

/** How long a page may take to get to its fault. */
const REACH_TIMEOUT_MS = 20_000;

/** The matrix of one browser. */
export class MatrixRun {
  #browser;
  #site;
  #host;
  #recordings = new Map();
  #onStop = () => {};

  constructor(browserName) {
    this.#browser = new FaultBrowser(browserName);
  }

  async start() {
    this.#site = await servePages((kind) => this.#onStop(kind));
    await this.#browser.start();
    await this.#openHost();
  }

  version() {
    return this.#browser.version();
  }

  async close() {
    await this.#browser.close();
    await this.#site?.close();
  }

  /** The names of the scenarios. */
  scenarios() {
    return this.#host.evaluate(() => globalThis.faultHost.listScenarios());
  }

  /** Runs a scenario without a fault, and returns the cells that it can have. */
  async record(scenario, turn) {
    const recording = await this.#host.evaluate(
      (name) => globalThis.faultHost.record(name),
      scenario,
    );
    this.#recordings.set(scenario, recording);
    return cellsOf(scenario, recording.counts, turn);
  }

  /** What is wrong after a cell, and how its step ended. */
  async run(cell) {
    const { scenario, plan } = cell;
    try {
      const isOutside = plan.kind === "kill" || plan.kind === "crash";
      return await inTime(isOutside ? this.#runOutside(cell) : this.#runInside({ scenario, plan }));
    } catch (error) {
      await this.#renew(); // whatever state the browser is in, the next cell is to have a sound one
      return { faults: [`the run of this cell failed: ${error}`], outcome: "none" };
    }
  }

  /** Fills a store of 24 MiB; the browser is another one afterwards. */
  async runFullStore() {
    await this.#site.close();
    this.#site = await servePages(() => {}); // an origin that has used nothing yet
    await this.#browser.limitStorage(new URL(this.#site.url).origin, STORE_BYTES);
    await this.#openHost();
    try {
      return await inTime(this.#host.evaluate(() => globalThis.faultHost.runFullStore()));
    } catch (error) {
      return { faults: [String(error)], outcome: "none" };
    }
  }

  #runInside(asked) {
    return this.#host.evaluate((cell) => globalThis.faultHost.runCell(cell), asked);
  }

  async #runOutside({ scenario, plan }) {
    const pond = await this.#host.evaluate((name) => globalThis.faultHost.prepare(name), scenario);
    const reached = this.#untilStop(plan.kind);
    const victim = await this.#browser.open(`${this.#site.url}victim.html`, "runVictim");
    const crash = plan.kind === "crash" && (await this.#browser.prepareCrash(victim));
    const ran = victim.evaluate((request) => globalThis.runVictim(request), {
      pond,
      scenario,
      plan,
    });
    const ended = ran.then(
      () => "the fault did not strike",
      () => undefined, // the page is gone, as it should be
    );
    const failure = await Promise.race([reached, ended]);
    if (crash) await crash();
    // In Firefox the host's page has crashed too, and the driver does not get over it.
    if (plan.kind === "kill" || this.#browser.name === "firefox") await this.#renew();
    const verdict = await this.#host.evaluate(
      (name, asked) => globalThis.faultHost.verify(name, asked, "interrupted"),
      pond,
      { scenario, plan },
    );
    if (failure) verdict.faults.push(failure);
    return verdict;
  }

  #untilStop(kind) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve("the fault was not reached"), REACH_TIMEOUT_MS);
      this.#onStop = (stopped) => {
        if (stopped !== kind) return;
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  /** Kills the browser, and starts it again on the same profile. */
  async #renew() {
    await this.#browser.kill();
    await this.#browser.start();
    await this.#openHost();
    for (const [scenario, recording] of this.#recordings) {
      await this.#host.evaluate(
        (name, known) => globalThis.faultHost.setRecording(name, known),
        scenario,
        recording,
      );
    }
  }

  async #openHost() {
    this.#host = await this.#browser.open(`${this.#site.url}host.html`, "faultHost");
  }
}

function inTime(work) {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`no end within ${CELL_TIMEOUT_MS} ms`));
    const timer = setTimeout(late, CELL_TIMEOUT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
