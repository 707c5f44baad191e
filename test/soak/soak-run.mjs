// Eight tabs at work on one pond, killed at random and replaced.
import { setTimeout as pause } from "node:timers/promises";
import { BrowserProfile } from "../e2e/browser-profile.mjs";
import { Ledger } from "./ledger.mjs";
import { serveSoak } from "./soak-site.mjs";

const TABS = 8;
/** A page must not take longer for anything. */
const PAGE_TIMEOUT_MS = 60_000;
/** Hidden tabs work on as visible ones do. */
const AWAKE = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** One soak in one browser. */
export class SoakRun {
  ledger = new Ledger();
  kills = {};
  #name;
  #profile;
  #site;
  #pages = [];
  #observer;
  #lives = 0;

  constructor(name) {
    this.#name = name;
    this.#profile = new BrowserProfile(name, AWAKE);
  }

  /** Makes the pond and begins. */
  async start() {
    this.#site = await serveSoak((report) => this.ledger.add(report));
    await this.#profile.start();
    this.#observer = await this.#openPage();
    await this.#observer.evaluate(() => globalThis.soak.prepare());
    await this.#observer.evaluate(() => globalThis.soak.observe());
    for (let slot = 0; slot < TABS; slot++) this.#pages[slot] = await this.#openTab(slot);
  }

  /** Kills a tab every few seconds until the time is over. */
  async run(seconds) {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      await pause(500 + Math.random() * 2_500);
      await this.#kill(Math.floor(Math.random() * TABS));
    }
  }

  /** Ends all tabs in order. @returns what the pond holds, as a page sees it that opens it anew */
  async finish() {
    await Promise.all(this.#pages.map((page) => page.evaluate(() => globalThis.soak.stop())));
    await Promise.all(this.#pages.map((page) => page.close()));
    await this.#observer.evaluate(() => globalThis.soak.endObserving());
    await this.#observer.close();
    const auditor = await this.#openPage();
    return auditor.evaluate(() => globalThis.soak.audit());
  }

  async close() {
    await this.#profile.close();
    await this.#site?.close();
  }

  async #kill(slot) {
    const ways = this.#name === "firefox" ? ["close", "worker"] : ["close", "crash", "worker"];
    const way = ways[Math.floor(Math.random() * ways.length)];
    this.kills[way] = (this.kills[way] ?? 0) + 1;
    const page = this.#pages[slot];
    if (way === "worker") {
      await page.evaluate(() => globalThis.soak.killWorker());
      return;
    }
    if (way === "crash") await crash(page);
    await page.close({ runBeforeUnload: false }).catch(() => {}); // it has crashed
    this.#pages[slot] = await this.#openTab(slot);
  }

  async #openTab(slot) {
    this.#lives += 1;
    const page = await this.#openPage();
    await page.evaluate((life, at) => globalThis.soak.begin(life, at), `t${this.#lives}`, slot);
    return page;
  }

  async #openPage() {
    const page = await this.#profile.newPage();
    page.setDefaultTimeout(PAGE_TIMEOUT_MS);
    page.on("error", () => {}); // the page has crashed, as it was meant to
    await page.goto(this.#site.url);
    await page.waitForFunction(() => globalThis.soak !== undefined);
    return page;
  }
}

/** The renderer ends at once; nobody answers the command. */
async function crash(page) {
  const session = await page.createCDPSession();
  const crashed = new Promise((resolve) => {
    page.once("error", resolve);
  });
  session.send("Page.crash").catch(() => {}); // the session dies with the page
  await Promise.race([crashed, pause(2_000)]);
}
