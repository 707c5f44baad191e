import { isTinyFSError, PondMissingError } from "../tinyfs/errors.ts";
import type { Durability } from "../tinyfs/persistence.ts";
import type { RetentionPolicy } from "../tinyfs/retention.ts";
import type { BlobEngine, BlobStore } from "./blob-engine.ts";
import { requireBrowserStorage } from "./environment.ts";
import { checkFormat, type PondMeta, putNewMeta, readMeta } from "./meta.ts";
import { ownerLockName } from "./names.ts";
import { missingPond } from "./open-database.ts";
import type { PondContext } from "./pond-context.ts";
import { PondDatabase } from "./pond-database.ts";
import { PondLocks } from "./pond-locks.ts";

/** How a pond is opened. */
export interface OpenOptions {
  readonly name: string;
  /**
   * Keeps the large files. A function is called once it is known that the pond is there, with the
   * place where it keeps them, or that it is to be made: then the engine chooses the place.
   */
  readonly engine: BlobEngine | ((signal?: AbortSignal, blobs?: BlobStore) => Promise<BlobEngine>);
  /** Do not make a pond that is not there. */
  readonly mustExist?: boolean | undefined;
  /** The UUID that the pond must have. */
  readonly expect?: string | undefined;
  /** For commits that do not say. `"strict"` by default. */
  readonly durability?: Durability | undefined;
  /** How many bytes of small files are kept in memory. */
  readonly cacheBytes?: number | undefined;
  /** Which old versions are kept. Default: what the pond says, or `DEFAULT_RETENTION` for a new one. */
  readonly retention?: RetentionPolicy | undefined;
  /** Whose sleep the pond follows. Default: the window this runs in; a worker has none. */
  readonly page?: EventTarget | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A pond's database, and the engine that was there before it. */
interface Found {
  readonly database: PondDatabase;
  readonly engine?: BlobEngine;
}

/** Connects to a pond and takes the lock of a new owner. */
export async function openContext(options: OpenOptions): Promise<PondContext> {
  const { name, expect, signal } = options;
  requireBrowserStorage(name);
  const { database, engine: early } = await findOrMake(options);
  const locks = new PondLocks();
  try {
    const { id, blobs } = await checkMeta(database, expect);
    if (options.retention) {
      const { storePolicy } = await import("./retention/policy.ts");
      await storePolicy(database, options.retention);
    }
    const owner = crypto.randomUUID();
    await locks.hold(ownerLockName(name, owner), { signal });
    const engine = await engineFor(options, blobs, early);
    return { pond: name, id, database, engine, locks, owner };
  } catch (error) {
    const reason = () => missingPond(name);
    await Promise.allSettled([database.close(reason), locks.close(reason()), early?.close()]);
    throw error;
  }
}

async function findOrMake(options: OpenOptions): Promise<Found> {
  const { name, signal } = options;
  try {
    return { database: await PondDatabase.open(name, { signal }) };
  } catch (error) {
    const isRequired = options.mustExist || options.expect !== undefined;
    if (isRequired || !isTinyFSError(error, "POND_MISSING")) throw error;
  }
  // The engine comes first: a new pond keeps for good what the engine has found to work here.
  const engine = await startEngine(options);
  try {
    const fill = (oplog: IDBObjectStore) => putNewMeta(oplog, placeOf(engine));
    return { database: await PondDatabase.open(name, { fill, signal }), engine };
  } catch (error) {
    await engine.close().catch(() => {}); // the failure to open is the one to report
    throw error;
  }
}

/** The engine that is there already, unless another tab has made the pond with another one. */
async function engineFor(
  options: OpenOptions,
  blobs: BlobStore,
  early: BlobEngine | undefined,
): Promise<BlobEngine> {
  if (early && placeOf(early) === blobs) return early;
  await early?.close();
  return startEngine(options, blobs);
}

async function startEngine(
  { engine, signal }: OpenOptions,
  blobs?: BlobStore,
): Promise<BlobEngine> {
  return typeof engine === "function" ? engine(signal, blobs) : engine;
}

function placeOf({ blobs = "opfs" }: BlobEngine): BlobStore {
  return blobs;
}

async function checkMeta(database: PondDatabase, expect?: string): Promise<PondMeta> {
  const { pond } = database;
  const meta = await database.use("oplog")("readonly", (oplog) => readMeta(oplog, pond));
  checkFormat(meta, pond, "read");
  if (expect === undefined || meta.id === expect) return meta;
  throw new PondMissingError(`Cannot open pond "${pond}": it is ${meta.id} and not ${expect}`);
}
