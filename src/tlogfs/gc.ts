import { promisifyRequest } from "idb-keyval";
import { type Key, keysBelow } from "./keys.ts";
import { type Collected, LargeFileCollector } from "./large-file-collector.ts";
import { PackSweeper } from "./pack-sweeper.ts";
import type { PondContext } from "./pond-context.ts";
import { type Swept, TemporarySweeper } from "./temporary-sweeper.ts";

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

/** How gc is run. */
export interface GCOptions {
  /** Only tells what would be deleted. */
  readonly dryRun?: boolean;
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
  collect(sha256: string): Promise<Collected> {
    return this.#largeFiles.collect(sha256);
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
  async gc(options: GCOptions = {}): Promise<GCStats> {
    const temporaries = await this.#temporaries.sweep(options);
    const packs = await this.#packs.sweep(options);
    const outcomes = await this.#gcLargeFiles(options);
    const deleted = outcomes.flatMap((outcome) => (outcome.kind === "deleted" ? outcome : []));
    const largeBytes = deleted.reduce((sum, { freedBytes }) => sum + freedBytes, 0);
    return {
      deletedCount: packs.count + deleted.length,
      freedBytes: temporaries.bytes + packs.bytes + largeBytes,
      skippedInUse: outcomes.filter(({ kind }) => kind === "in use").length,
      sweptTemporaries: temporaries.count,
    };
  }

  async #gcLargeFiles({ dryRun = false }: GCOptions): Promise<Collected[]> {
    const outcomes: Collected[] = [];
    const referenced = await this.#scanReferencedLargeFiles();
    for (const [sha256, size] of await this.#scanLargeFilesDirectory()) {
      if (referenced.has(sha256)) continue;
      outcomes.push(await this.#largeFiles.collect(sha256, { dryRun, size }));
    }
    return outcomes;
  }

  /** Sizes of all large files by their hash, and 0 for rows whose file is gone. */
  async #scanLargeFilesDirectory(): Promise<Map<string, number>> {
    const { database, engine } = this.#context;
    const keys = await database.use("oplog")("readonly", async (oplog) => {
      return (await promisifyRequest(oplog.getAllKeys(keysBelow("blob")))) as Key[];
    });
    const files = await engine.listBlobs();
    const sizes = new Map(keys.map(([, sha256]) => [String(sha256), 0]));
    for (const { sha256, size } of files) sizes.set(sha256, size);
    return sizes;
  }

  /** Hashes that some row names. */
  async #scanReferencedLargeFiles(): Promise<Set<string>> {
    const use = this.#context.database.use("oplog");
    const keys = await use("readonly", async (oplog) => {
      return (await promisifyRequest(oplog.getAllKeys(keysBelow("ref")))) as Key[];
    });
    return new Set(keys.map(([, sha256]) => String(sha256)));
  }
}
