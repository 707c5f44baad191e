import type { BlobEngine } from "./blob-engine.ts";
import type { PondDatabase } from "./pond-database.ts";
import type { PondLocks } from "./pond-locks.ts";

/** What the parts of an open pond share. */
export interface PondContext {
  readonly pond: string;
  /** The pond's UUID. */
  readonly id: string;
  readonly database: PondDatabase;
  readonly engine: BlobEngine;
  readonly locks: PondLocks;
  /** The UUID under which this object keeps temporaries and packs, as long as it holds its lock. */
  readonly owner: string;
}
