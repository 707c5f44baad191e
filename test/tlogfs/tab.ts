// What runs in an iframe of a test: modules, locks and channels of its own, as another tab has them.
import { FS, WD } from "../../src/tinyfs/index.ts";
import { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";

const SEGMENT = new Uint8Array([80, 65, 82, 49, 0, 0, 0, 0, 80, 65, 82, 49]);

/** A pond open in this tab, and what a test has it do. Bytes and arrays are of this tab's realm. */
export class Tab {
  readonly fs: FS;
  readonly root: WD;
  readonly #persistence: OpLogPersistence;

  constructor(persistence: OpLogPersistence) {
    this.#persistence = persistence;
    const services = { persistence };
    this.fs = new FS(services, (context) => new WD(context), { durability: "relaxed" });
    this.root = this.fs.root;
  }

  /** Opens a pond. */
  static async open(name: string, directory: string): Promise<Tab> {
    const engine = () => StorageClient.open({ directory: [...directory.split(" ")] });
    return new Tab(await OpLogPersistence.open({ name, engine }));
  }

  /** Writes files of its own, each by its own commit. */
  async writeFiles(prefix: string, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await this.root.writeFile(`${prefix}${n}`, String(n));
  }

  /** Makes a series of one segment. */
  async startSeries(path: string): Promise<void> {
    await this.root.writeFile(path, SEGMENT, { entryType: "FileSeries" });
  }

  /** Appends to a series, each by its own commit. */
  async append(path: string, count: number): Promise<void> {
    const options = { entryType: "FileSeries", append: true } as const;
    for (let n = 0; n < count; n += 1) await this.root.writeFile(path, SEGMENT, options);
  }

  /** Adds 1 to the number in a file, so many times. */
  async increment(path: string, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await this.fs.transaction(
        async ({ root }) => {
          const number = Number(new TextDecoder().decode(await root.readFile(path)));
          await root.writeFile(path, String(number + 1));
        },
        { retries: 1000 },
      );
    }
  }

  /** Opens a writer and writes so many bytes into it. */
  async write(path: string, size: number): Promise<WritableStreamDefaultWriter> {
    const writer = (await this.root.asyncWriter(path)).getWriter();
    writer.closed.catch(() => {}); // the tab ends in the middle of it
    if (size > 0) await writer.write(new Uint8Array(size));
    return writer;
  }

  /** Commits from now on without telling other tabs, as one that dies right after a commit. */
  silence(): void {
    BroadcastChannel.prototype.postMessage = () => {};
  }

  close(): Promise<void> {
    return this.#persistence.close();
  }
}

Object.assign(globalThis, { Tab });
