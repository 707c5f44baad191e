import { openPage } from "./launch.mjs";
import { MemoryWatch, processOf } from "./memory.mjs";

/** The warm-up does a tenth of the work. */
const WARM_UP = 0.1;
/** What a round may take besides its steps: data are made, results compared, stores prepared. */
const PREPARATION = 3;
/** So many rounds a contender has, however slow it is within the budget of its steps. */
const ENOUGH_ROUNDS = 2;

/** The scenarios and contenders that the page knows. */
export async function readRivals(browser, site) {
  const page = await openPage(browser, site.url("rivals.html"), "rivals");
  const { scenarios, names } = await page.evaluate(() => {
    return { scenarios: globalThis.rivals.scenarios, names: globalThis.rivals.contenderNames };
  });
  const contenders = {};
  for (const name of names) {
    contenders[name] = await page.evaluate((name) => globalThis.rivals.about(name), name);
  }
  await page.close();
  return { scenarios, contenders };
}

/**
 * Runs a scenario with all contenders: each has a page, a process and a storage of its own, one round of all
 * follows the other, and their order is another in every round.
 */
export async function runScenario(browser, site, { name, scenario, contenders, options }) {
  const size = Math.max(1, Math.round(scenario.size * options.scale));
  const rounds = options.rounds ?? scenario.rounds;
  const steps = Object.keys(scenario.steps);
  const runs = [];
  const left = [];
  for (const [contender, { cannot }] of Object.entries(contenders)) {
    const reason = cannot[scenario.needs];
    if (reason !== undefined) {
      left.push(...steps.map((step) => ({ contender, scenario: name, step, cannot: reason })));
      continue;
    }
    runs.push(await RivalRun.open(browser, site, { contender, scenario: name, ...options }));
  }
  for (let round = 0; round <= rounds; round += 1) {
    const isWarmUp = round === 0;
    const isSmall = isWarmUp && !scenario.isPreparedOnce;
    for (const run of shuffled(runs)) {
      await run.round({ size: isSmall ? Math.ceil(size * WARM_UP) : size, isWarmUp });
    }
  }
  const results = runs.flatMap((run) => run.results(steps));
  for (const run of runs) await run.close();
  return { size, steps: [...results, ...left] };
}

/** A contender in its page. */
class RivalRun {
  #page;
  #turn;
  #memory;
  #emptyBytes;
  #budgetMs;
  #isOver = false;
  #isFirst = true;
  #rounds = 0;
  #spentMs = 0;
  #isWarmUp = true;
  #current = "loading";
  #ending = "no round was run";
  #stop;
  #deadline;
  #steps = new Map();

  static async open(browser, site, { contender, scenario, budgetMs }) {
    const url = site.url("rivals.html", `${contender}.localhost`);
    const page = await openPage(browser, url, "rivals");
    const run = new RivalRun();
    run.#page = page;
    run.#turn = { contender, scenario };
    run.#budgetMs = budgetMs;
    page.on("error", (error) => run.#end(`the page crashed: ${error.message}`));
    await page.exposeFunction("benchBegin", (step) => run.#begin(step));
    await page.exposeFunction("benchEnd", (result) => run.#note(result));
    run.#memory = new MemoryWatch(await processOf(browser, page));
    run.#emptyBytes = run.#memory.now();
    return run;
  }

  /** One round. What goes wrong with the contender ends its part, not the run. */
  async round({ size, isWarmUp }) {
    if (this.#isOver || this.#hasEnough()) return;
    const start = performance.now();
    this.#isWarmUp = isWarmUp;
    this.#begin("preparing");
    const work = this.#work({ ...this.#turn, size, isFirst: this.#isFirst });
    this.#isFirst = false;
    const stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
    try {
      await Promise.race([work, stopped]);
    } catch (error) {
      this.#end(String(error));
    }
    clearTimeout(this.#deadline);
    this.#memory.stop();
    work.catch(() => undefined); // a page that is closed under it
    this.#spentMs += performance.now() - start;
    if (!isWarmUp) this.#rounds += 1;
    if (this.#isOver) await this.#closePage();
  }

  async #work(turn) {
    await this.#page.bringToFront();
    await this.#page.evaluate(async (turn) => {
      await globalThis.rivals.load(turn.contender);
      await globalThis.rivals.run(turn);
    }, turn);
  }

  /** Two rounds tell of a slow contender what five would, and the others wait for it. */
  #hasEnough() {
    return this.#rounds >= ENOUGH_ROUNDS && this.#spentMs > this.#budgetMs;
  }

  /** Each step's results, in the order of the scenario. */
  results(names) {
    const { contender, scenario } = this.#turn;
    return names.map((step) => ({
      contender,
      scenario,
      step,
      ...this.#resultOf(step),
    }));
  }

  /** What a contender did before it fell out counts; what it did not get to has that for its reason. */
  #resultOf(step) {
    const seen = this.#steps.get(step);
    const hasResult = seen?.cannot !== undefined || seen?.failed !== undefined;
    if (hasResult || (seen?.ms.length ?? 0) > 0) return seen;
    return { failed: `not measured: ${this.#isOver ? this.#ending : "no round was counted"}` };
  }

  async close() {
    if (this.#isOver) return;
    this.#isOver = true;
    // What it stored goes with it, or the disk of a small machine fills up.
    await this.#within(
      30_000,
      this.#page.evaluate(() => globalThis.rivals.clear()),
    );
    await this.#closePage();
  }

  #begin(step) {
    this.#current = step;
    clearTimeout(this.#deadline);
    const budgetMs = step === "preparing" ? PREPARATION * this.#budgetMs : this.#budgetMs;
    this.#deadline = setTimeout(() => {
      this.#end(`took longer than ${budgetMs / 1000} s`);
    }, budgetMs);
    if (!this.#isWarmUp) this.#memory.start();
  }

  #note({ step, ms, blockMs, diskBytes, cannot, failed }) {
    const peakBytes = this.#memory.stop();
    this.#begin("preparing");
    const seen = this.#steps.get(step) ?? { ms: [], blockMs: [], diskBytes: [], peakBytes: [] };
    this.#steps.set(step, seen);
    if (cannot !== undefined) seen.cannot = cannot;
    if (failed !== undefined) seen.failed = failed;
    if (ms === undefined || this.#isWarmUp) return;
    seen.ms.push(ms);
    seen.blockMs.push(blockMs);
    if (diskBytes !== undefined) seen.diskBytes.push(diskBytes);
    if (peakBytes !== undefined) seen.peakBytes.push(peakBytes - this.#emptyBytes);
  }

  #end(why) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ending = `${this.#current}: ${why}`;
    if (this.#current !== "preparing") {
      const seen = this.#steps.get(this.#current) ?? { ms: [] };
      this.#steps.set(this.#current, { ...seen, failed: why });
    }
    this.#stop?.();
  }

  async #closePage() {
    await this.#within(10_000, this.#page.close());
  }

  /** A page that hangs answers nothing, and closes when the browser does. */
  #within(ms, work) {
    const patience = new Promise((resolve) => {
      setTimeout(resolve, ms).unref();
    });
    return Promise.race([work.catch(() => undefined), patience]);
  }
}

function shuffled(values) {
  const mixed = [...values];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}
