import type { TinyFSError } from "../tinyfs/errors.ts";
import type { ContentWriter } from "../tinyfs/file.ts";
import { loadOnce } from "../tinyfs/load-once.ts";
import { loadWrites } from "../tinyfs/load-writes.ts";
import type { Durability } from "../tinyfs/persistence.ts";
import { BlobRows } from "./blob-row.ts";
import type { ContentCache } from "./content-cache.ts";
import { ContentOpener } from "./content-opener.ts";
import type { Log } from "./log.ts";
import { Maintenance } from "./maintenance.ts";
import { OpLogFiles } from "./oplog-file.ts";
import { PackReader } from "./pack-reader.ts";
import { Pins } from "./pins.ts";
import type { PondContext } from "./pond-context.ts";
import { OplogReader } from "./reader.ts";
import { AutomaticRetention } from "./retention/auto.ts";
import type { Writing } from "./writing.ts";

/** How long after its opening a pond is swept of packs whose commit did not come. */
const SWEEP_AFTER_MS = 1000;

/** How the parts of a pond are put together. */
export interface PartsOptions {
  /** The commits: it outlasts these parts. */
  readonly log: Log;
  /** Small files that were read: it outlasts these parts as well. */
  readonly cache: ContentCache;
  /** For commits that do not say. */
  readonly durability: Durability;
  /** Opens a sink for a writer. */
  readonly stage: (signal?: AbortSignal) => Promise<ContentWriter>;
}

const loadWriting = loadOnce(() => import("./writing.ts"));

/** Begins to load what the first write needs, so that it finds it there; a reader need not wait for it. */
export function preloadWriting(): void {
  for (const load of [loadWriting, loadWrites]) load().catch(() => {}); // whoever writes has the error
}

/**
 * What works on an open pond from one sleep of the page to the next: one connection, one worker, one
 * set of locks, one owner. It ends for good, and so does all that is under way in it.
 */
export class PondParts {
  readonly context: PondContext;
  readonly pins: Pins;
  readonly reader: OplogReader;
  readonly opener: ContentOpener;
  readonly files: OpLogFiles;
  readonly maintenance: Maintenance;
  readonly retention: AutomaticRetention;
  readonly writing: Promise<Writing>;
  #sweeping: ReturnType<typeof setTimeout> | undefined;
  #swept: Promise<unknown> = Promise.resolve();
  #ended: ((cause?: unknown) => TinyFSError) | undefined;

  constructor(context: PondContext, { log, cache, durability, stage }: PartsOptions) {
    const { database, pond, locks } = context;
    const blobRows = new BlobRows(database);
    const pins = new Pins(context);
    const maintenance = new Maintenance(context, pins);
    this.context = context;
    this.pins = pins;
    this.reader = new OplogReader(database, pins);
    this.maintenance = maintenance;
    this.retention = new AutomaticRetention((signal) => maintenance.retain(signal));
    this.opener = new ContentOpener(context, blobRows, new PackReader(database, cache));
    this.files = new OpLogFiles({ pond, locks, stage });
    this.writing = loadWriting().then(({ Writing: Part }) => {
      return new Part({ context, blobRows, log, maintenance, durability });
    });
    this.writing.catch(() => {}); // whoever writes has the error
  }

  /** The error of whatever fails now because these parts have ended; `undefined` before that. */
  get ended(): ((cause?: unknown) => TinyFSError) | undefined {
    return this.#ended;
  }

  /**
   * Sweeps packs of dead tabs in a while: orphans only take room, and whoever has opened the pond did so
   * for something else. A pond that is closed before leaves them to the next one, or to gc.
   */
  sweepPacksLater(): void {
    this.#sweeping = setTimeout(() => {
      this.#swept = this.maintenance.sweepPacks().catch(() => {}); // the next gc does it again
    }, SWEEP_AFTER_MS);
  }

  /** Ends what can be waited for, and then the locks: nobody may sweep before what is still written. */
  async close(reason: (cause?: unknown) => TinyFSError): Promise<void> {
    if (this.#ended) return;
    this.#end(reason);
    const { database, engine, locks } = this.context;
    const retained = this.retention.close();
    await Promise.allSettled([database.close(reason), engine.close(), this.#swept, retained]);
    await locks.close(reason());
  }

  /** The same without waiting for anything: the page may stand still after this task. */
  drop(reason: (cause?: unknown) => TinyFSError): void {
    if (this.#ended) return;
    this.#end(reason);
    const { database, engine, locks } = this.context;
    // Nothing can begin on this connection any more. What runs in it is ordered before whatever others
    // do once they have the locks.
    void this.retention.close();
    void database.close(reason);
    void locks.close(reason(), Promise.allSettled([engine.close()]));
  }

  #end(reason: (cause?: unknown) => TinyFSError): void {
    this.#ended = reason;
    clearTimeout(this.#sweeping);
  }
}
