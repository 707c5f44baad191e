import type { Place } from "../tinyfs/entry.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { NodeId } from "../tinyfs/node-id.ts";

const PREFIX = "tinypond/";

/** The name of a pond's database, and the beginning of its locks' names: no two ponds share it. */
export function databaseName(pond: string): string {
  if (pond === "" || !isWellFormed(pond)) {
    throw new TinyFSError(
      "INVALID_PATH",
      `Cannot use pond name "${pond}": it is empty or not Unicode`,
    );
  }
  return PREFIX + encodeURIComponent(pond);
}

/** The pond that has this database, or `undefined` where it is somebody else's. */
export function pondOfDatabase(database: string): string | undefined {
  if (!database.startsWith(PREFIX)) return undefined;
  try {
    return decodeURIComponent(database.slice(PREFIX.length));
  } catch {
    return undefined; // no pond's name is encoded like this
  }
}

/** Held shared by whoever is about to name a blob, exclusively by whoever deletes it. */
export function blobLockName(pond: string, sha256: string): string {
  return `${databaseName(pond)}/blob/${sha256}`;
}

/** Held as long as the owner of temporaries and packs lives. */
export function ownerLockName(pond: string, owner: string): string {
  return `${databaseName(pond)}/owner/${owner}`;
}

/** Held by the only writer of a file. */
export function writeLockName(pond: string, { dirId, name }: Place): string {
  return `${databaseName(pond)}/write/${dirId}/${name}`;
}

/** Held beside it: who the writer is. The id of the transaction follows. */
export function writerLockPrefix(pond: string, { dirId, name }: Place): string {
  return `${databaseName(pond)}/writer/${dirId}/${name}/`;
}

/** Held shared by whoever reads a commit that retention may not drop. */
export function pinLockName(pond: string, seq: number | ""): string {
  return `${databaseName(pond)}/pin/${seq}`;
}

/** Held by the tab that drops old versions. */
export function vacuumLockName(pond: string): string {
  return `${databaseName(pond)}/vacuum`;
}

/** Held by the tab that joins segments of a series by itself. */
export function compactLockName(pond: string, nodeId: NodeId): string {
  return `${databaseName(pond)}/compact/${nodeId}`;
}

/** Held by the tab that sweeps. */
export function sweepLockName(pond: string): string {
  return `${databaseName(pond)}/sweep`;
}

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDFFF]/u.test(text);
}
