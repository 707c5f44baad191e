import { PondMissingError } from "../tinyfs/errors.ts";
import type { Durability } from "../tinyfs/persistence.ts";
import type { BlobEngine } from "./blob-engine.ts";
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
  /** Keeps the large files. A function is called once it is known that the pond is there, or made. */
  readonly engine: BlobEngine | (() => Promise<BlobEngine>);
  /** Do not make a pond that is not there. */
  readonly mustExist?: boolean | undefined;
  /** The UUID that the pond must have. */
  readonly expect?: string | undefined;
  /** For commits that do not say. `"strict"` by default. */
  readonly durability?: Durability | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Connects to a pond and takes the lock of a new owner. */
export async function openContext(options: OpenOptions): Promise<PondContext> {
  const { name, expect, signal } = options;
  requireBrowserStorage(name);
  const isRequired = options.mustExist || expect !== undefined;
  const fill = isRequired ? undefined : putNewMeta;
  const database = await PondDatabase.open(name, { fill, signal });
  const locks = new PondLocks();
  try {
    const { id } = await checkMeta(database, expect);
    const owner = crypto.randomUUID();
    await locks.hold(ownerLockName(name, owner), { signal });
    const { engine } = options;
    const opened = typeof engine === "function" ? await engine() : engine;
    return { pond: name, id, database, engine: opened, locks, owner };
  } catch (error) {
    const reason = () => missingPond(name);
    await Promise.all([database.close(reason), locks.close(reason())]);
    throw error;
  }
}

async function checkMeta(database: PondDatabase, expect?: string): Promise<PondMeta> {
  const { pond } = database;
  const meta = await database.use("oplog")("readonly", (oplog) => readMeta(oplog, pond));
  checkFormat(meta, pond, "read");
  if (expect === undefined || meta.id === expect) return meta;
  throw new PondMissingError(`Cannot open pond "${pond}": it is ${meta.id} and not ${expect}`);
}
