/** How far apart the samples are, in microseconds. */
const INTERVAL = 200;

/** CPU profiles of a page and of the workers that it makes, in Chromium. Workers of workers are not seen. */
export class PageProfile {
  #threads = [];
  #page;

  /** Begins one. @throws in a browser that is not Chromium */
  static async start(page) {
    const profile = new PageProfile();
    profile.#page = page;
    await profile.#begin("page", await page.createCDPSession());
    await Promise.all(page.workers().map((worker) => profile.#beginWorker(worker)));
    page.on("workercreated", profile.#beginWorker);
    return profile;
  }

  /** @returns the thread's name and its profile, of each that has not ended */
  async stop() {
    this.#page.off("workercreated", this.#beginWorker);
    const ended = await Promise.allSettled(
      this.#threads.map(async ({ thread, session }) => {
        const { profile } = await session.send("Profiler.stop");
        return { thread, profile };
      }),
    );
    return ended.flatMap(({ value }) => value ?? []);
  }

  #beginWorker = async (worker) => {
    const file = new URL(worker.url()).pathname.split("/").at(-1) ?? "";
    try {
      await this.#begin(file.replace(/-[\w-]{8}\.js$/, ""), worker.client);
    } catch {
      // It has ended already.
    }
  };

  async #begin(thread, session) {
    await session.send("Profiler.enable");
    await session.send("Profiler.setSamplingInterval", { interval: INTERVAL });
    await session.send("Profiler.start");
    this.#threads.push({ thread, session });
  }
}
