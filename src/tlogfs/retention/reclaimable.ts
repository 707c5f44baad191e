import { horizonOf } from "../../tinyfs/retention-rules.ts";
import { keysBelow, txnRange } from "../keys.ts";
import { Log } from "../log.ts";
import { readMeta } from "../meta.ts";
import { readFirst } from "../oplog-rows.ts";
import type { PondContext } from "../pond-context.ts";
import { keyOfTxn, type TxnRow } from "../txn-row.ts";

/**
 * At most how many bytes the pond's own policy would free now, from running totals: those of versions
 * that ended before what `keepFor` keeps. What `keepVersions` keeps of them is not taken off.
 */
export async function findReclaimable({ database, pond }: PondContext): Promise<number> {
  const use = database.use("oplog");
  const { retention, horizon } = await use("readonly", (oplog) => readMeta(oplog, pond));
  const head = await use("readonly", (oplog) => readTxn(oplog, keysBelow("txn")));
  if (!head) return 0;
  const { keepFor } = retention;
  const since =
    keepFor === undefined
      ? 0
      : await new Log(database).seqAt((Date.now() - keepFor) * 1000).catch(() => horizon);
  const seq = horizonOf(retention, head.seq, since);
  const then = await use("readonly", (oplog) => readTxn(oplog, txnRange(seq, seq)));
  const history = historyOf(head);
  const { stored } = head;
  const limit = Math.min(history, stored.blobBytes + stored.inlineBytes);
  const excess = Math.max(0, history - (retention.maxBytes ?? history));
  if (!then) return Math.min(limit, excess);
  const dropped = (stored.droppedBytes ?? 0) - (then.stored.droppedBytes ?? 0);
  return Math.max(0, Math.min(limit, Math.max(excess, historyOf(then) - dropped)));
}

function historyOf({ totals }: TxnRow): number {
  return totals.versionBytes - totals.liveBytes;
}

function readTxn(oplog: IDBObjectStore, range: IDBKeyRange): Promise<TxnRow | undefined> {
  return readFirst<TxnRow>(oplog, range, keyOfTxn);
}
