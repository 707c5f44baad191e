import { isTinyFSError } from "../../tinyfs/errors.ts";
import type { Digest } from "../blob-engine.ts";
import type { BlobRow } from "../blob-row.ts";
import { blobKey, keysBelow } from "../keys.ts";
import { LargeFileCollector } from "../large-file-collector.ts";
import { blobLockName } from "../names.ts";
import { hasRow, seal } from "../oplog-rows.ts";
import { findDeadOwners } from "../owners.ts";
import { putNote } from "./quarantine.ts";
import { fieldsOf, getRaw } from "./raw-rows.ts";
import {
  left,
  type Outcome,
  quarantined,
  type RepairRun,
  removed,
  restored,
  WHOLE_AGAIN,
} from "./repair-run.ts";
import type { Finding } from "./report.ts";

/** Mends a blob: its row from its bytes, its bytes from a temporary; or sets it aside. */
export async function mendBlob(run: RepairRun, finding: Finding): Promise<Outcome> {
  const { locks, pond } = run.context;
  const { sha256 = "" } = finding;
  const lock = await locks.hold(blobLockName(pond, sha256));
  try {
    return await mendLocked(run, finding, sha256);
  } finally {
    await lock.release();
  }
}

/** Deletes a blob that no row names. */
export async function dropBlob(run: RepairRun, { sha256 = "" }: Finding): Promise<Outcome> {
  await run.use("readwrite", async (oplog) => {
    const raw = await getRaw(oplog, blobKey(sha256));
    const isNeeded = await hasRow(oplog, keysBelow("ref", sha256));
    if (raw && !raw.intact && !isNeeded) oplog.delete(raw.key); // else it cannot be collected
  });
  const collector = new LargeFileCollector(run.context);
  const { count, inUse } = await collector.collect([{ sha256, size: 0 }]);
  if (count > 0) return removed("Deleted");
  return inUse === 0 ? WHOLE_AGAIN : left("A commit or a reader has it open");
}

async function mendLocked(run: RepairRun, finding: Finding, sha256: string): Promise<Outcome> {
  const { engine } = run.context;
  const digest = await digestOrNone(() => engine.digestBlob(sha256));
  if (digest?.sha256 === sha256) {
    const isChanged = await putRow(run, sha256, digest);
    return isChanged ? restored("Its row was made anew from its bytes") : WHOLE_AGAIN;
  }
  const temporary = await findTemporary(run, sha256);
  if (temporary) {
    await engine.adopt(temporary.path, sha256);
    await putRow(run, sha256, temporary.digest);
    return restored("Brought back from a temporary that holds the same bytes");
  }
  const hadBytes = digest !== undefined && (await engine.setAside(sha256));
  await run.use("readwrite", async (oplog) => {
    putNote(oplog, { ...finding, kind: "missing-blob", sha256 });
    const raw = await getRaw(oplog, blobKey(sha256));
    if (raw?.intact) return;
    // A row that cannot be read would keep the same bytes from being written again.
    putNote(
      oplog,
      { ...finding, kind: "missing-blob-row", key: JSON.stringify(blobKey(sha256)) },
      raw?.value,
    );
    oplog.delete(blobKey(sha256));
  });
  const where = hadBytes ? "What is left of it is in _quarantine" : "Nothing is left of it";
  return quarantined(`No copy was found. ${where}; writing the same bytes again brings it back`);
}

/** Puts the row of a blob whose bytes are right. Returns whether it was not so already. */
function putRow(run: RepairRun, sha256: string, { size, pageSums }: Digest): Promise<boolean> {
  return run.use("readwrite", async (oplog) => {
    const key = blobKey(sha256);
    const raw = await getRaw(oplog, key);
    const { at } = fieldsOf(raw?.value);
    const row: Omit<BlobRow, "sum"> = {
      sha256,
      size,
      pageSums: pageSums.slice(),
      at: typeof at === "string" ? at : "",
    };
    const sealed = seal(key, row);
    if (raw?.intact && (raw.value as BlobRow).sum === sealed.sum) return false;
    oplog.put(sealed, key);
    return true;
  });
}

async function findTemporary(
  { context }: RepairRun,
  sha256: string,
): Promise<{ path: string; digest: Digest } | undefined> {
  const temporaries = await context.engine.listTemporaries();
  const dead = await findDeadOwners(
    context,
    temporaries.map(({ owner }) => owner),
  );
  for (const { owner, path } of temporaries) {
    if (!dead.has(owner)) continue; // its owner is going to publish it, or to drop it
    const digest = await digestOrNone(() => context.engine.digestTemporary(path));
    if (digest?.sha256 === sha256) return { path, digest };
  }
  return undefined;
}

/** A file that the browser cannot read holds nothing that could be brought back. */
async function digestOrNone(read: () => Promise<Digest | undefined>): Promise<Digest | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isTinyFSError(error, "STORAGE_UNAVAILABLE")) return undefined;
    throw error;
  }
}
