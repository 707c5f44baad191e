import type { VacuumProgress } from "../../tinyfs/retention.ts";
import type { RetentionRules } from "../../tinyfs/retention-rules.ts";
import { putMeta, readMeta } from "../meta.ts";
import type { PondContext } from "../pond-context.ts";
import { readHead } from "../txn-row.ts";
import { Slice, type SliceResult } from "./slice.ts";

/** How many rows one transaction changes at most. */
export const SLICE_ROWS = 1000;
/** How many rows it looks at before it is asked for more: dropping one changes up to four. */
export const PAGE_ROWS = 200;

/** What a run of retention works by. */
export interface RunOptions {
  readonly context: PondContext;
  readonly rules: RetentionRules;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: VacuumProgress) => void) | undefined;
  /** Deletes blobs that may have lost their last name. */
  readonly collect: (blobs: ReadonlySet<string>) => Promise<number>;
}

/** One run: it works in slices, each of which leaves a whole pond behind. */
export class Run {
  readonly context: PondContext;
  readonly rules: RetentionRules;
  readonly #options: RunOptions;
  #scanned = 0;
  #dropped = 0;
  #freedBytes = 0;

  constructor(options: RunOptions) {
    this.context = options.context;
    this.rules = options.rules;
    this.#options = options;
  }

  /** Versions that were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes of packs and blobs that were freed. */
  get freedBytes(): number {
    return this.#freedBytes;
  }

  /** Runs one slice. Its work may await nothing but requests of its transaction. */
  async slice<Value>(work: (slice: Slice) => Promise<Value>): Promise<Value> {
    this.#options.signal?.throwIfAborted();
    const use = this.context.database.use(["oplog", "packs"], "relaxed");
    const { value, result } = await use("readwrite", async (oplog) => {
      const slice = new Slice(oplog);
      const done = await work(slice);
      return { value: done, result: await slice.finish() };
    });
    await this.#account(result);
    return value;
  }

  /** Tells how far it is. */
  scanned(rows: number): void {
    this.#scanned += rows;
    this.#options.onProgress?.({ scanned: this.#scanned, dropped: this.#dropped });
  }

  /** Notes, in the same transaction, that a current row is another one now. */
  async noteSplice(oplog: IDBObjectStore): Promise<void> {
    const [meta, head] = await Promise.all([readMeta(oplog, this.context.pond), readHead(oplog)]);
    const { sum: _, ...kept } = meta;
    if (head && kept.spliced !== head.seq) putMeta(oplog, { ...kept, spliced: head.seq });
  }

  async #account({ versions, packBytes, blobs }: SliceResult): Promise<void> {
    this.#dropped += versions;
    this.#freedBytes += packBytes;
    if (blobs.size > 0) this.#freedBytes += await this.#options.collect(blobs);
  }
}
