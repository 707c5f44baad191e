import { readFileSync } from "node:fs";

const SAMPLE_MS = 20;
const BUSY_MS = 150;

/**
 * Finds the process that a page and its workers run in: the one that works while the page is busy.
 * @returns its id, or `undefined` where neither the browser nor the system tells
 */
export async function processOf(browser, page) {
  if (process.platform !== "linux") return undefined;
  const session = await connect(browser);
  if (!session) return undefined;
  const before = await cpuTimes(session);
  await page.evaluate((ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }, BUSY_MS);
  const after = await cpuTimes(session);
  await session.detach();
  const grown = [...after].map(([id, time]) => [id, time - (before.get(id) ?? 0)]);
  return grown.sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Firefox is driven by another protocol, which knows no processes. */
async function connect(browser) {
  try {
    return await browser.target().createCDPSession();
  } catch {
    return undefined;
  }
}

async function cpuTimes(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  return new Map(renderers.map(({ id, cpuTime }) => [id, cpuTime]));
}

/** The most memory that a process holds over a time. */
export class MemoryWatch {
  #processId;
  #timer;
  #peak;

  constructor(processId) {
    this.#processId = processId;
  }

  /** What the process holds now, in bytes. */
  now() {
    if (this.#processId === undefined) return undefined;
    try {
      const pages = Number(readFileSync(`/proc/${this.#processId}/statm`, "utf8").split(" ")[1]);
      return pages * 4096;
    } catch {
      return undefined; // the process has ended
    }
  }

  start() {
    this.stop();
    if (this.#processId === undefined) return;
    this.#peak = this.now();
    this.#timer = setInterval(() => {
      this.#peak = Math.max(this.#peak ?? 0, this.now() ?? 0);
    }, SAMPLE_MS);
  }

  /** @returns the most that it held since `start`, in bytes, if anybody can tell */
  stop() {
    clearInterval(this.#timer);
    return this.#peak;
  }
}
