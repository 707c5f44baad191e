import { promisifyRequest } from "idb-keyval";
import { type Key, keysBelow } from "./keys.ts";
import { type Fields, FORMAT_STEPS, type FormatStep, type Rewrite } from "./migration-steps.ts";
import { isIntact, type Sealed, seal } from "./oplog-rows.ts";

/**
 * Rewrites the rows of an older format, in the transaction of the database's upgrade: until that
 * completes the pond is what it was.
 * @param from the format of the rows that are there
 */
export async function migrate(transaction: IDBTransaction, from: number): Promise<void> {
  const oplog = transaction.objectStore("oplog");
  for (const step of FORMAT_STEPS) if (step.from >= from) await apply(oplog, step);
}

async function apply(oplog: IDBObjectStore, { families }: FormatStep): Promise<void> {
  for (const [family, rewrite] of Object.entries(families)) {
    const request = oplog.openCursor(keysBelow(family));
    const made = new Set<string>(); // rows that were put ahead of the cursor are not rewritten again
    for (;;) {
      const cursor = await promisifyRequest(request);
      if (!cursor) break;
      if (!made.has(String(cursor.key))) replace(cursor, rewrite, made);
      cursor.continue();
    }
  }
}

function replace(cursor: IDBCursorWithValue, rewrite: Rewrite, made: Set<string>): void {
  const key = cursor.key as Key;
  // What is damaged stays so, and says so when it is read: a sealed copy would pass for good.
  if (!isIntact(key, cursor.value)) return;
  const { sum: _, ...fields } = cursor.value as Fields & Sealed;
  const store = cursor.source as IDBObjectStore;
  const rows = rewrite(fields, key);
  if (!rows.some(([at]) => String(at) === String(key))) cursor.delete();
  for (const [at, row] of rows) {
    store.put(seal(at, row), at);
    made.add(String(at));
  }
}
