import { expect } from "chai";
import fc from "fast-check";
import { promisifyRequest } from "idb-keyval";
import type { NodeId, SegmentRow } from "../../src/tinyfs/index.ts";
import { liveRows, liveSegments } from "../../src/tinyfs/series.ts";
import { segmentKey } from "../../src/tlogfs/keys.ts";
import { readLiveRows } from "../../src/tlogfs/live-rows.ts";
import { seal } from "../../src/tlogfs/oplog-rows.ts";

const NODE = "series" as NodeId;
const databases: IDBDatabase[] = [];

/** What happens to a series; a compaction commits after so many appends that its base did not have. */
type Step = { readonly kind: "append" | "compact" | "replace"; readonly late: number };

/** The rows of a series, newest first, as commits in this order leave them. */
function rowsOf(steps: readonly Step[]): SegmentRow[] {
  const rows: SegmentRow[] = [];
  for (const { kind, late } of steps) {
    const txnSeq = rows.length + 1;
    const newest = rows.findIndex((row) => row.kind !== "append");
    // Appends alone may have committed since the base of a compaction.
    const base = rows[Math.min(late, newest < 0 ? rows.length - 1 : newest)];
    const covered = kind === "compact" && base ? base : { txnSeq, n: 0 };
    const coversTo = { txnSeq: covered.txnSeq, n: covered.n };
    rows.unshift({
      ...{ nodeId: NODE, txnSeq, n: 0, version: txnSeq, timestamp: txnSeq, kind },
      segments: [{ content: { size: 1, sha256: `${kind} ${txnSeq}` } }],
      totals: { segments: 1, rows: 1, bytes: 1 },
      ...(kind !== "append" && { coversTo }),
    });
  }
  return rows;
}

/** An object store with these rows, as the log keeps them, and their neighbours'. */
async function storeOf(rows: readonly SegmentRow[]): Promise<() => IDBObjectStore> {
  const name = `live-rows-${crypto.randomUUID()}`;
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.result.createObjectStore("oplog");
  const database = await promisifyRequest(request);
  databases.push(database);
  const store = () => database.transaction("oplog", "readwrite").objectStore("oplog");
  const oplog = store();
  const others = ["serie", "series2"].map((id) => ({ ...rows[0], nodeId: id as NodeId }));
  for (const row of [...rows, ...others] as readonly SegmentRow[]) {
    const { segments, ...rest } = row;
    const storage = { kind: "blob" as const };
    const records = segments.map(({ content }) => ({ ...content, storage }));
    const key = segmentKey(row);
    oplog.put(seal(key, { ...rest, segments: records }), key);
  }
  return store;
}

const namesOf = (rows: readonly SegmentRow[]) =>
  liveSegments(rows).map(({ content }) => content.sha256);

const placesOf = (rows: readonly SegmentRow[]) => rows.map(({ txnSeq }) => txnSeq);

describe("the live rows of a series", () => {
  after(() => {
    for (const database of databases) {
      database.close();
      indexedDB.deleteDatabase(database.name);
    }
  });

  it("are those of which liveSegments() makes the same, as of each commit", async () => {
    const append = { weight: 40, arbitrary: fc.constant("append" as const) };
    const checkpoint = { weight: 1, arbitrary: fc.constantFrom("compact", "replace" as const) };
    const step = fc.record({ kind: fc.oneof(append, checkpoint), late: fc.nat(100) });
    const series = fc.array(step as fc.Arbitrary<Step>, {
      minLength: 1,
      maxLength: 500,
      size: "max",
    });
    await fc.assert(
      fc.asyncProperty(series, fc.nat(500), async (steps, at) => {
        const rows = rowsOf(steps);
        const store = await storeOf(rows);
        for (const seq of [rows.length, Math.min(at, rows.length)]) {
          const then = rows.filter(({ txnSeq }) => txnSeq <= seq);

          const found = await readLiveRows(store(), NODE, seq);

          expect(namesOf(found)).deep.equal(namesOf(then));
          expect(placesOf(found)).deep.equal(placesOf(liveRows(then)));
        }
      }),
      {
        numRuns: 60,
        examples: [
          [manyAppends(64), 0],
          [manyAppends(65), 0],
          [manyAppends(320), 9],
          // What the checkpoint covers begins behind the first page.
          [[...manyAppends(200), { kind: "compact", late: 80 }, ...manyAppends(3)], 201],
        ],
      },
    );
  }).timeout(60_000);

  it("cost no more for all the rows that a checkpoint stands for", async () => {
    const compaction = { kind: "compact", late: 0 } as const;
    const store = await storeOf(rowsOf([...manyAppends(2000), compaction, ...manyAppends(3)]));
    const taken = countTaken();

    const rows = await readLiveRows(store(), NODE, Number.POSITIVE_INFINITY);

    expect(placesOf(rows)).deep.equal([2004, 2003, 2002, 2001]);
    expect(taken.stop()).equal(64);
  });
});

function manyAppends(count: number): Step[] {
  return Array.from({ length: count }, () => ({ kind: "append", late: 0 }));
}

/** Counts the values that `getAll` gives, until `stop` returns how many they were. */
function countTaken(): { stop(): number } {
  const original = IDBObjectStore.prototype.getAll;
  let count = 0;
  IDBObjectStore.prototype.getAll = function (...args) {
    const request = original.apply(this, args);
    request.addEventListener("success", () => {
      count += request.result.length;
    });
    return request;
  };
  return {
    stop() {
      IDBObjectStore.prototype.getAll = original;
      return count;
    },
  };
}
