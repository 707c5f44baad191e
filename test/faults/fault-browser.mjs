// A browser that can be killed and started again on the same profile.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromiumOptions, findFirefox } from "../runner/browsers.mjs";

/** One browser on a profile of its own. */
export class FaultBrowser {
  #name;
  #folder;
  #browser;

  /** @param name chromium or firefox */
  constructor(name) {
    this.#name = name;
  }

  get name() {
    return this.#name;
  }

  /** Starts it, or starts it again. */
  async start(preferences = {}) {
    this.#folder ??= await mkdtemp(join(tmpdir(), `tinypond-faults-${this.#name}-`));
    this.#browser = await launch({
      ...(this.#name === "firefox" ? firefox(preferences) : await chromiumOptions()),
      userDataDir: this.#folder,
      protocolTimeout: 120_000,
    });
  }

  /** Its name and version, as it says. */
  version() {
    return this.#browser.version();
  }

  /** A page at an address, once it has a global of this name. */
  async open(url, globalName) {
    const page = await this.#browser.newPage();
    page.on("pageerror", (error) => console.error(`${this.#name}: ${error}`));
    await page.goto(url);
    await page.waitForFunction((name) => name in globalThis, { polling: 20 }, globalName);
    return page;
  }

  /** Kills all its processes at once. They are a group of their own, which this object has started. */
  async kill() {
    const child = this.#browser.process();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const over = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGKILL");
    await over;
  }

  /** Makes the process of a page crash; in Firefox those of all pages. Prepared before the page stands still. */
  async prepareCrash(page) {
    if (this.#name === "firefox") return async () => this.#killContent();
    const session = await page.createCDPSession();
    return async () => {
      const crashed = new Promise((resolve) => page.once("error", resolve));
      session.send("Page.crash").catch(() => {}); // nobody is left to answer
      await crashed;
    };
  }

  #killContent() {
    const pids = contentProcesses(this.#browser.process().pid);
    for (const pid of pids) process.kill(pid, "SIGKILL");
  }

  /** Gives an origin little room. For Firefox that is a new browser on an empty profile. */
  async limitStorage(origin, bytes) {
    if (this.#name === "chromium") {
      const session = await (await this.#browser.newPage()).createCDPSession();
      await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
      return;
    }
    await this.close();
    this.#folder = undefined;
    // In kB; one origin may use a fifth of it.
    await this.start({ "dom.quotaManager.temporaryStorage.fixedLimit": (5 * bytes) >> 10 });
  }

  /** Ends it, and removes its profile. Nothing of it is of use, so nobody waits for a tidy end. */
  async close() {
    if (this.#browser) await this.kill();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/**
 * When a Firefox has ended puppeteer puts the preferences of its profile back, and tells nobody when it has:
 * a start that comes at that moment finds a file gone that was there.
 */
async function launch(options) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await puppeteer.launch(options);
    } catch (error) {
      if (error.code !== "ENOENT" || attempt === 5) throw error;
    }
  }
}

function firefox(extraPrefsFirefox) {
  const executablePath = findFirefox();
  if (!executablePath) {
    throw new Error("BROWSERS asks for firefox and none is installed (or set FIREFOX_PATH)");
  }
  return { browser: "firefox", executablePath, headless: true, extraPrefsFirefox };
}

/** Processes that run pages, below the one that was started. */
function contentProcesses(parent) {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  const rows = [...table.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)];
  return rows.flatMap(([, pid, ppid, args]) =>
    Number(ppid) === parent && /-contentproc .*\btab$/.test(args) ? Number(pid) : [],
  );
}
