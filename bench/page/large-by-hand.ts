import type { LargeTask } from "./large-by-hand.worker.ts";

/** The machine's own speeds with large files, in a worker: hashing, writing, reading. */
export class LargeByHand {
  readonly #worker = new Worker(new URL("./large-by-hand.worker.ts", import.meta.url), {
    type: "module",
  });

  /** @returns the milliseconds of the work alone */
  run(what: LargeTask["what"], size = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data as number);
      this.#worker.onerror = (event) => reject(new Error(event.message));
      this.#worker.postMessage({ what, size });
    });
  }

  async close(): Promise<void> {
    await this.run("remove");
    this.#worker.terminate();
  }
}
