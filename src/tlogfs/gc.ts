import { promisifyRequest } from "idb-keyval";
import { blobKey, type Key, keysBelow, rangeAfter } from "./keys.ts";
import { type Collected, LargeFileCollector } from "./large-file-collector.ts";
import { hasRow } from "./oplog-rows.ts";
import { PackSweeper } from "./pack-sweeper.ts";
import type { PondContext } from "./pond-context.ts";
import { type Swept, TemporarySweeper } from "./temporary-sweeper.ts";

/** How many blobs one transaction looks at. */
const PAGE_ROWS = 500;

/** What a collection did, or with `dryRun` would do. */
export interface GCStats {
  /** Large files and packs that were deleted. */
  readonly deletedCount: number;
  /** Their bytes, and those of temporaries. */
  readonly freedBytes: number;
  /** Large files that no row names and that a commit or a reader has to do with. */
  readonly skippedInUse: number;
  /** Temporaries of tabs that are gone. */
  readonly sweptTemporaries: number;
}

/** How far a collection has come. */
export interface GCProgress {
  /** Large files that have been looked at. Those that a row tells of come first, then those on the disk. */
  readonly checked: number;
  /** Large files and packs that have been deleted, or with `dryRun` would be. */
  readonly deletedCount: number;
  /** Their bytes, and those of temporaries. */
  readonly freedBytes: number;
}

/** How gc is run. */
export interface GCOptions {
  /** Only tells what would be deleted. */
  readonly dryRun?: boolean | undefined;
  /** Is told after each 500 large files that were looked at, and at the end. What it throws ends gc. */
  readonly onProgress?: ((progress: GCProgress) => void) | undefined;
  /** Ends gc with the signal's reason; what has been deleted by then stays so. */
  readonly signal?: AbortSignal | undefined;
}

/** Large files that are looked at together: how many, and those of them that nothing names. */
interface Page {
  readonly hashes: readonly string[];
  readonly looked: number;
}

/** Deletes what no row names: it makes room and changes nothing that can be read. */
export class GarbageCollector {
  readonly #context: PondContext;
  readonly #largeFiles: LargeFileCollector;
  readonly #temporaries: TemporarySweeper;
  readonly #packs: PackSweeper;

  constructor(context: PondContext) {
    this.#context = context;
    this.#largeFiles = new LargeFileCollector(context);
    this.#temporaries = new TemporarySweeper(context);
    this.#packs = new PackSweeper(context);
  }

  /** Deletes one large file, unless a row names it or somebody has to do with it. */
  async collect(sha256: string): Promise<void> {
    await this.#largeFiles.collect([{ sha256, size: 0 }]);
  }

  /** The same of many. Returns how many bytes were freed. */
  async collectAll(hashes: Iterable<string>): Promise<number> {
    const candidates = [...hashes].map((sha256) => ({ sha256, size: 0 }));
    return (await this.#largeFiles.collect(candidates)).bytes;
  }

  /** Sweeps the temporaries of tabs that are gone. */
  sweepTemporaries(): Promise<Swept> {
    return this.#temporaries.sweep();
  }

  /** Sweeps packs whose commit did not come, of tabs that are gone. */
  sweepPacks(): Promise<Swept> {
    return this.#packs.sweep();
  }

  /** Sweeps temporaries, packs and large files. */
  async gc({ dryRun = false, onProgress, signal }: GCOptions = {}): Promise<GCStats> {
    signal?.throwIfAborted();
    const temporaries = await this.#temporaries.sweep({ dryRun });
    signal?.throwIfAborted();
    const packs = await this.#packs.sweep({ dryRun });
    const sums = ({ count, bytes }: Collected) => ({
      deletedCount: packs.count + count,
      freedBytes: temporaries.bytes + packs.bytes + bytes,
    });
    const large = await this.#gcLargeFiles(dryRun, (checked, collected) => {
      onProgress?.({ checked, ...sums(collected) });
      signal?.throwIfAborted();
    });
    return { ...sums(large), skippedInUse: large.inUse, sweptTemporaries: temporaries.count };
  }

  /** First what rows tell of and no other row names, then files that no row tells of. */
  async #gcLargeFiles(
    dryRun: boolean,
    tell: (checked: number, collected: Collected) => void,
  ): Promise<Collected> {
    const sizes = dryRun ? await this.#sizesOfFiles() : undefined;
    const total = { count: 0, bytes: 0, inUse: 0 };
    let checked = 0;
    const collect = async ({ hashes, looked }: Page) => {
      const candidates = hashes.map((sha256) => ({ sha256, size: sizes?.get(sha256) ?? 0 }));
      const { count, bytes, inUse } = await this.#largeFiles.collect(candidates, { dryRun });
      total.count += count;
      total.bytes += bytes;
      total.inUse += inUse;
      checked += looked;
      tell(checked, total);
    };
    tell(checked, total);
    for await (const page of this.#unnamedBlobs()) await collect(page);
    for await (const page of this.#unknownFiles()) await collect(page);
    return total;
  }

  async #sizesOfFiles(): Promise<Map<string, number>> {
    const files = await this.#context.engine.listBlobs();
    return new Map(files.map(({ sha256, size }) => [sha256, size]));
  }

  /** Hashes of blobs that have a row, and that no other row names. */
  async *#unnamedBlobs(): AsyncGenerator<Page, void> {
    const { database } = this.#context;
    for (let after: Key | undefined; ; ) {
      const range = after ? rangeAfter(["blob"], after) : keysBelow("blob");
      const { keys, unnamed } = await database.use("oplog")("readonly", async (oplog) => {
        const page = (await promisifyRequest(oplog.getAllKeys(range, PAGE_ROWS))) as Key[];
        const hashes = page.map(([, sha256]) => String(sha256));
        const named = await Promise.all(
          hashes.map((sha256) => hasRow(oplog, keysBelow("ref", sha256))),
        );
        return { keys: page, unnamed: hashes.filter((_, index) => !named[index]) };
      });
      yield { hashes: unnamed, looked: keys.length };
      after = keys.at(-1);
      if (!after || keys.length < PAGE_ROWS) return;
    }
  }

  /** Files whose commit did not come: no row tells of them. */
  async *#unknownFiles(): AsyncGenerator<Page, void> {
    const { database, engine } = this.#context;
    const names = await engine.listBlobNames();
    for (let at = 0; at < names.length; at += PAGE_ROWS) {
      const page = names.slice(at, at + PAGE_ROWS);
      const unknown = await database.use("oplog")("readonly", async (oplog) => {
        const known = await Promise.all(page.map((sha256) => hasRow(oplog, blobKey(sha256))));
        return page.filter((_, index) => !known[index]);
      });
      yield { hashes: unknown, looked: page.length };
    }
  }
}
