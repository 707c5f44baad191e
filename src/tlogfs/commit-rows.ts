import type { Change } from "../tinyfs/change.ts";
import type { Content, Entry, SegmentRow } from "../tinyfs/entry.ts";
import { Pacer } from "../tinyfs/pacer.ts";
import type { SettledCommit } from "../tinyfs/settle.ts";
import type { BlobRow } from "./blob-row.ts";
import type { FoundPack, FoundRows } from "./commit-basis.ts";
import { type CommitPlan, contentsOf } from "./commit-plan.ts";
import { type StagedContent, storageOf } from "./content.ts";
import {
  blobKey,
  changesKey,
  dirKey,
  type Key,
  oldKey,
  refKey,
  segmentKey,
  segmentRefNumber,
  txnKey,
} from "./keys.ts";
import { isLargeFile, toOplogEntry, toSegmentRecord } from "./oplog-entry.ts";
import { seal } from "./oplog-rows.ts";
import { idbKey, packUses, raiseCounts } from "./packs.ts";
import { type ChangesRow, NO_COMMIT, type StoredTotals, type TxnRow } from "./txn-row.ts";
import { yieldToEvents } from "./yield-to-events.ts";

/** How many changes one record holds. */
const MAX_CHANGES_PER_ROW = 1000;

/** After how many rows there is time for a rest. */
const ROWS_PER_PIECE = 64;

/** What a commit puts and deletes. */
export interface RowWrites {
  readonly oplog: readonly (readonly [key: Key, row: object])[];
  /** Packs that are new. */
  readonly packs: readonly FoundPack[];
  /** Packs in which more rows use slots. */
  readonly raised: readonly FoundPack[];
  /** Names that end free. */
  readonly deleted: readonly Key[];
}

/** What the rows of a commit are made of. */
export interface RowParts {
  readonly plan: CommitPlan;
  readonly found: FoundRows;
  readonly settled: SettledCommit;
  readonly txn: TxnRow;
}

/** The rows of a commit. */
export function makeRows(parts: RowParts): RowWrites {
  return { ...otherWrites(parts), oplog: [...oplogRows(parts)] };
}

/** The same where there is time: the page may do other things meanwhile. */
export async function makeRowsInPieces(parts: RowParts): Promise<RowWrites> {
  const pacer = new Pacer(yieldToEvents);
  const oplog: RowWrite[] = [];
  for (const row of oplogRows(parts)) {
    if (oplog.length % ROWS_PER_PIECE === 0) await pacer.rest();
    oplog.push(row);
  }
  return { ...otherWrites(parts), oplog };
}

function* oplogRows({ plan, found, settled, txn }: RowParts): Generator<RowWrite> {
  const { placed, superseded, segments, changes } = settled;
  for (const entry of superseded) yield sealed(oldKey(entry), toOplogEntry(entry));
  for (const entry of placed) yield sealed(dirKey(entry), toOplogEntry(entry));
  for (const row of segments) yield sealed(segmentKey(row), toSegmentRecord(row));
  for (const entry of placed) yield* refOfEntry(entry);
  for (const row of segments) yield* refsOfSegments(row);
  yield* refsOfPacks(plan, txn.seq);
  yield* blobRows(plan, found);
  yield* changeRows(changes, txn.seq);
  yield sealed(txnKey(txn.seq), txn);
}

function otherWrites({ plan, found, settled }: RowParts): Omit<RowWrites, "oplog"> {
  return {
    packs: plan.packs.filter(({ key }) => !plan.isPrewritten || found.lostPacks.has(key)),
    raised: raisedPacks(found, settled),
    deleted: freedNames(settled),
  };
}

/** What the bytes of the pond take up after a commit. */
export function storedAfter(plan: CommitPlan, found: FoundRows): StoredTotals {
  const { stored } = found.head ?? NO_COMMIT;
  const { blobs, blobBytes, inlineBytes } = stored;
  const added = newBlobs(plan, found);
  return {
    ...stored,
    blobs: blobs + added.length,
    blobBytes: added.reduce((sum, { size }) => sum + size, blobBytes),
    inlineBytes: plan.packs.reduce((sum, { pack }) => sum + pack.bytes.byteLength, inlineBytes),
  };
}

type RowWrite = readonly [key: Key, row: object];

/** Names that no new row takes. */
function freedNames({ placed, superseded }: SettledCommit): Key[] {
  if (superseded.length === 0) return [];
  const taken = new Set(placed.map((entry) => String(dirKey(entry))));
  return superseded.map(dirKey).filter((key) => !taken.has(String(key)));
}

function sealed(key: Key, row: object): RowWrite {
  return [key, seal(key, row)];
}

function refOfEntry({ content, nodeId, placedSeq }: Entry): RowWrite[] {
  return content && isBlob(content) ? [ref(content.sha256, nodeId, placedSeq, 0)] : [];
}

function refsOfSegments({ segments, nodeId, txnSeq, n }: SegmentRow): RowWrite[] {
  return segments.flatMap(({ content }, index) => {
    if (!isBlob(content)) return [];
    return [ref(content.sha256, nodeId, txnSeq, segmentRefNumber(n, index))];
  });
}

/** Packs that came before their commit: without these they would be orphans. */
function refsOfPacks({ packs, isPrewritten }: CommitPlan, seq: number): RowWrite[] {
  return isPrewritten ? packs.map(({ key: [, packId] }) => ref(packId, "", seq, 0)) : [];
}

function ref(id: string, nodeId: string, seq: number, n: number): RowWrite {
  return sealed(refKey(id, nodeId, seq, n), {});
}

function isBlob(content: Content): boolean {
  return isLargeFile({ storage: storageOf(content) });
}

function newBlobs({ large }: CommitPlan, { knownBlobs }: FoundRows): StagedContent[] {
  const bySha256 = new Map(large.map((content) => [content.sha256, content]));
  return [...bySha256.values()].filter(({ sha256 }) => !knownBlobs.has(sha256));
}

function blobRows(plan: CommitPlan, found: FoundRows): RowWrite[] {
  const healed = plan.large.filter(({ sha256 }) => found.damagedBlobs.has(sha256));
  return [...newBlobs(plan, found), ...healed].flatMap(({ sha256, size, bytes }) => {
    if (bytes.kind === "memory") return [];
    const { pageSums, path } = bytes.kind === "known" ? { ...bytes, path: "" } : bytes.temporary;
    const row: Omit<BlobRow, "sum"> = { sha256, size, pageSums: pageSums.slice(), at: path };
    return [sealed(blobKey(sha256), row)];
  });
}

function changeRows(changes: readonly Change[], seq: number): RowWrite[] {
  const rows: RowWrite[] = [];
  for (let at = 0; at < changes.length; at += MAX_CHANGES_PER_ROW) {
    const n = rows.length;
    const chunk = changes.slice(at, at + MAX_CHANGES_PER_ROW);
    const row: Omit<ChangesRow, "sum"> = { seq, n, changes: chunk };
    rows.push(sealed(changesKey(seq, n), row));
  }
  return rows;
}

function raisedPacks({ reused }: FoundRows, settled: SettledCommit): FoundPack[] {
  const uses = packUses(contentsOf(settled.placed, settled.segments));
  return reused.flatMap(({ key, pack }): FoundPack[] => {
    const added = uses.get(String(idbKey(key)));
    return added ? [{ key, pack: raiseCounts(key, pack, added) }] : [];
  });
}
