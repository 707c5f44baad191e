import { FS, WD } from "../../src/tinyfs/index.ts";
import { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";
import { folderOf } from "./pond-fixture.ts";

/**
 * A tab of its own on a pond, as far as one page can have several: with its own connection, worker,
 * locks and owner. It can die.
 */
export class MortalTab {
  readonly persistence: OpLogPersistence;
  readonly fs: FS;
  readonly #page: EventTarget;
  readonly #workers: readonly Worker[];

  constructor(persistence: OpLogPersistence, page: EventTarget, workers: readonly Worker[]) {
    this.persistence = persistence;
    this.fs = new FS({ persistence }, (context) => new WD(context));
    this.#page = page;
    this.#workers = workers;
  }

  /** Opens a pond, and makes it where there is none. */
  static async open(name: string): Promise<MortalTab> {
    const page = new EventTarget();
    const workers: Worker[] = [];
    const worker = () => {
      const url = new URL("../../src/worker/storage.worker.js", import.meta.url);
      const started = new Worker(url, { type: "module" });
      workers.push(started);
      return started;
    };
    const persistence = await OpLogPersistence.open({
      name,
      page,
      durability: "relaxed",
      engine: (signal) => StorageClient.open({ directory: folderOf(name), worker, signal }),
    });
    return new MortalTab(persistence, page, workers);
  }

  /**
   * Dies in the middle of whatever it does: its worker ends, its connection takes no more requests, and
   * its locks are free. Nothing is cleared away, and it never wakes.
   */
  die(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#page.dispatchEvent(new Event("pagehide"));
  }
}
