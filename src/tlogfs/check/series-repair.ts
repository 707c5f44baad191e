import type { Change } from "../../tinyfs/change.ts";
import type { SegmentRow } from "../../tinyfs/entry.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { addTotals } from "../../tinyfs/series.ts";
import { type Key, segmentKey, segmentRangeAsOf } from "../keys.ts";
import { type SegmentRowRecord, toSegmentRow } from "../oplog-entry.ts";
import { hasRow, seal } from "../oplog-rows.ts";
import { changesOf, type Fields, mendByChecksum, timeOf } from "./evidence.ts";
import { putNote } from "./quarantine.ts";
import { QUARANTINE_STORAGE, UNKNOWN_SHA256, useQuarantinePack } from "./quarantine-pack.ts";
import { fieldsOf, getRaw, readRaw } from "./raw-rows.ts";
import {
  keyOf,
  type Outcome,
  quarantined,
  type RepairRun,
  restored,
  WHOLE_AGAIN,
} from "./repair-run.ts";
import type { Finding } from "./report.ts";

/** Mends a row of a series that is damaged, or stands for one that is gone. */
export function mendSegment(run: RepairRun, finding: Finding): Promise<Outcome> {
  const [, nodeId, negative, negativeN] = keyOf(finding) as [string, NodeId, number, number?];
  const txnSeq = 0 - negative;
  return run.use("readwrite", async (oplog) => {
    const changes = (await changesOf(oplog, txnSeq)).filter((one) => {
      return one.after === nodeId && one.kind !== "put";
    });
    const n = negativeN === undefined ? await firstLost(oplog, nodeId, txnSeq) : 0 - negativeN;
    const key = segmentKey({ nodeId, txnSeq, n });
    const raw = await getRaw(oplog, key);
    if (raw?.intact || (!raw && n >= changes.length)) return WHOLE_AGAIN;
    const older = await olderRow(oplog, key);
    const change = changes[n];
    const position = { nodeId, txnSeq, n };
    const time = await timeOf(oplog, txnSeq);
    if (raw) {
      const mended = mendByChecksum(key, raw.value, [
        position,
        ...(time === undefined ? [] : [{ timestamp: time }]),
        ...(older ? [{ timestamp: older.timestamp }] : []), // a compaction has that of the row before it
        ...(change ? [{ version: change.version }, { kind: change.kind }] : []),
        ...totalsGuess(raw.value, older),
      ]);
      if (mended) {
        oplog.put(mended, key);
        return restored("Mended from what other rows say of it: its checksum is right again");
      }
    }
    if (!change) {
      putNote(oplog, finding, raw?.value);
      return quarantined("The series cannot be read: nothing else tells what its row was");
    }
    // Without a row the series would seem to be whole: one without bytes makes reading it an error.
    await useQuarantinePack(oplog);
    oplog.put(seal(key, standIn(position, change, older, time ?? 0)), key);
    putNote(oplog, { ...finding, kind: "corrupt-bytes", sha256: UNKNOWN_SHA256 }, raw?.value);
    return quarantined("A segment is lost: reading the series says so");
  });
}

function standIn(
  position: { nodeId: NodeId; txnSeq: number; n: number },
  { kind, version = 1, size = 0 }: Change,
  older: SegmentRow | undefined,
  timestamp: number,
): Omit<SegmentRowRecord, "sum"> {
  const before = kind === "append" ? older?.totals : undefined;
  const bytes = Math.max(0, size - (before?.bytes ?? 0));
  const segment = { size: bytes, sha256: UNKNOWN_SHA256, storage: QUARANTINE_STORAGE };
  const content = { size: bytes, sha256: UNKNOWN_SHA256 };
  const { txnSeq, n } = position;
  return {
    ...position,
    kind: kind as SegmentRow["kind"],
    version,
    timestamp,
    segments: [segment],
    totals: addTotals(before, [{ content }]),
    ...(kind !== "append" && { coversTo: { txnSeq, n: kind === "replace" ? n : n - 1 } }),
  };
}

function totalsGuess(damaged: unknown, older: SegmentRow | undefined): Fields[] {
  try {
    const { kind, segments } = toSegmentRow(damaged as SegmentRowRecord);
    if (kind === "compact") return older ? [{ totals: older.totals }] : [];
    return [{ totals: addTotals(kind === "append" ? older?.totals : undefined, segments) }];
  } catch {
    return []; // its segments cannot be made out
  }
}

async function olderRow(oplog: IDBObjectStore, key: Key): Promise<SegmentRow | undefined> {
  const [, nodeId, negative] = key as [string, NodeId, number, number];
  const rows = await readRaw(oplog, segmentRangeAsOf(nodeId, 0 - negative), 1000);
  const older = rows.find(
    (row) =>
      Number(row.key[2]) > negative ||
      (row.key[2] === negative && Number(row.key[3]) > Number(key[3])),
  );
  return older?.intact && fieldsOf(older.value)["segments"]
    ? toSegmentRow(older.value as SegmentRowRecord)
    : undefined;
}

async function firstLost(oplog: IDBObjectStore, nodeId: NodeId, txnSeq: number): Promise<number> {
  for (let n = 0; ; n += 1) {
    if (!(await hasRow(oplog, segmentKey({ nodeId, txnSeq, n })))) return n;
  }
}
