import { promisifyRequest } from "idb-keyval";
import type { Change } from "../../tinyfs/change.ts";
import type { Place, RowEnd } from "../../tinyfs/entry.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { sha256Of } from "../../tinyfs/sha256.ts";
import { dirKey, type Key, keysBelow, oldKey, oldRangeAsOf, rangeAfter } from "../keys.ts";
import type { EndedOplogEntry, OplogEntry } from "../oplog-entry.ts";
import { hasRow, seal } from "../oplog-rows.ts";
import { changesOf, type Fields, mendByChecksum, nextChange, timeOf } from "./evidence.ts";
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

/** How a row ended, for rows that did. */
type End = Pick<EndedOplogEntry, "endSeq" | "end">;

/** Mends the damaged row of a name. */
export async function mendName(run: RepairRun, finding: Finding): Promise<Outcome> {
  const key = keyOf(finding);
  const proof = await proveTarget(run, key);
  return run.use("readwrite", async (oplog) => {
    const raw = await getRaw(oplog, key);
    if (!raw || raw.intact) return WHOLE_AGAIN;
    const row = fieldsOf(raw.value);
    const place = placeOf(key);
    const seq = key[0] === "old" ? 0 - Number(key[3]) : Number(row["placedSeq"]);
    const change = await changeAt(oplog, place, [seq, Number(row["txnSeq"])]);
    const guesses = await guessesFor(oplog, place, row, change, key);
    const mended = mendByChecksum(key, row, guesses);
    if (mended) {
      oplog.put(mended, key);
      return restored("Mended from what other rows say of it: its checksum is right again");
    }
    putNote(oplog, finding, raw.value);
    if (!change)
      return quarantined("It stays unreadable: nothing else in the log tells what it was");
    return rebuild(oplog, { key, place, ...change, end: endOf(row), row, proof }, finding);
  });
}

/** Puts a row again that is gone. */
export function bringBackName(run: RepairRun, finding: Finding): Promise<Outcome> {
  const [, dirId, name, negative] = keyOf(finding);
  const place: Place = { dirId: dirId as NodeId, name: String(name) };
  const seq = 0 - Number(negative);
  return run.use("readwrite", async (oplog) => {
    const ended = oldKey({ ...place, placedSeq: seq });
    const current = await getRaw(oplog, dirKey(place));
    const isCurrent = fieldsOf(current?.value)["placedSeq"] === seq;
    if (isCurrent || (await hasRow(oplog, ended))) return WHOLE_AGAIN;
    const change = await changeAt(oplog, place, [seq]);
    if (!change) {
      putNote(oplog, finding);
      return quarantined("It is lost: nothing else in the log tells what it was");
    }
    const end = await findEnd(oplog, place, seq);
    if (!end && current) {
      putNote(oplog, finding);
      return quarantined("It is lost: the log does not tell how long it stood there");
    }
    const key = end ? ended : dirKey(place);
    return rebuild(oplog, { key, place, ...change, end, row: {}, proof: undefined }, finding);
  });
}

interface Rebuilding {
  readonly key: Key;
  readonly place: Place;
  readonly seq: number;
  readonly change: Change;
  readonly end: End | undefined;
  /** What can be read of the damaged row. */
  readonly row: Fields;
  /** The target of a link whose hash is right. */
  readonly proof: Fields | undefined;
}

/** Puts the best that can be proven: the whole row, or one that says what stood there without its bytes. */
async function rebuild(
  oplog: IDBObjectStore,
  rebuilding: Rebuilding,
  finding: Finding,
): Promise<Outcome> {
  const { key, place, seq, change, end, proof } = rebuilding;
  const twin = await findTwin(oplog, rebuilding);
  const put = (row: object) => oplog.put(seal(key, { ...row, ...end }), key);
  if (twin) {
    put(twin);
    dropNote(oplog, finding);
    return restored("Put again from the row that the file was moved from or to");
  }
  const { after: nodeId, entryType, version = 1, size = 0 } = change;
  const isDirectory = entryType === "Directory";
  const plain = {
    ...place,
    nodeId,
    ...(isDirectory && nodeId !== place.dirId && { partId: nodeId }),
    entryType,
    version,
    txnSeq: seq,
    placedSeq: seq,
    timestamp: (await timeOf(oplog, seq)) ?? 0,
    size,
  };
  if (isDirectory || entryType === "FileSeries" || proof) {
    put({ ...plain, sha256: "", ...proof });
    dropNote(oplog, finding);
    return restored("Put again from what its commit says; attributes could not be brought back");
  }
  const sha256 = await findBlobOf(oplog, String(nodeId), seq);
  if (sha256 !== undefined) {
    put({ ...plain, sha256, storage: { kind: "blob" } });
    dropNote(oplog, finding);
    return restored("Put again from its commit and its reference; attributes are lost");
  }
  // A row that names no bytes keeps the name, the version and its history: reading it is a typed error.
  dropNote(oplog, finding);
  await useQuarantinePack(oplog);
  put({ ...plain, sha256: UNKNOWN_SHA256, storage: QUARANTINE_STORAGE });
  putNote(oplog, { ...finding, kind: "corrupt-bytes", sha256: UNKNOWN_SHA256 }, rebuilding.row);
  return quarantined("The name is there again, but where its bytes are is lost");
}

function dropNote(oplog: IDBObjectStore, finding: Finding): void {
  oplog.delete(["bad", "row", finding.key ?? ""]);
}

/** A row of the same version of the same node that was moved here, or moved on from here. */
async function findTwin(
  oplog: IDBObjectStore,
  rebuilding: Rebuilding,
): Promise<object | undefined> {
  const { place, seq, change, end } = rebuilding;
  const isTwin = <Row extends OplogEntry>(row: Row | undefined): row is Row => {
    return row !== undefined && row.nodeId === change.after && row.version === change.version;
  };
  const here = await changesOf(oplog, seq);
  const origin = here.find((one) => one.before === change.after && !isSame(one, place));
  const before = origin && (await newestEnded(oplog, origin, seq - 1));
  if (origin && isTwin(before) && before.endSeq === seq) {
    const { endSeq: _, end: __, sum: ___, from: ____, ...row } = before;
    const { dirId, name, placedSeq } = before;
    const from = { dirId, name, placedSeq };
    return { ...withPart(row), ...place, placedSeq: seq, from };
  }
  if (!end) return undefined;
  const there = (await changesOf(oplog, end.endSeq)).find((one) => {
    return one.after === change.after && !isSame(one, place);
  });
  const after = there && (await rowPlacedAt(oplog, there, end.endSeq));
  if (!isTwin(after) || after.txnSeq === end.endSeq) return undefined;
  const { endSeq: _, end: __, sum: ___, from: ____, ...row } = after as EndedOplogEntry;
  return { ...withPart(row), ...place, placedSeq: seq };
}

/** The directory it was made in is left out of a row that stands there: it has to be said elsewhere. */
function withPart(row: Omit<OplogEntry, "sum">): Omit<OplogEntry, "sum"> {
  return { ...row, partId: row.partId ?? row.dirId };
}

async function rowPlacedAt(
  oplog: IDBObjectStore,
  { dirId, name }: Place,
  placedSeq: number,
): Promise<OplogEntry | undefined> {
  const found = await Promise.all([
    getRaw(oplog, dirKey({ dirId, name })),
    getRaw(oplog, oldKey({ dirId, name, placedSeq })),
  ]);
  const rows = found.flatMap((raw) => (raw?.intact ? (raw.value as OplogEntry) : []));
  return rows.find((row) => row.placedSeq === placedSeq);
}

async function newestEnded(
  oplog: IDBObjectStore,
  place: Place,
  seq: number,
): Promise<EndedOplogEntry | undefined> {
  const [raw] = await readRaw(oplog, oldRangeAsOf(place, seq), 1);
  return raw?.intact ? (raw.value as EndedOplogEntry) : undefined;
}

/** How the row that a commit put at a place came to its end. */
async function findEnd(oplog: IDBObjectStore, place: Place, seq: number): Promise<End | undefined> {
  const next = await nextChange(oplog, place, seq);
  if (!next) return undefined;
  const { before, after } = next.change;
  const hasMoved = next.all.some((one) => one.after === before);
  const end: RowEnd = after === before ? "replaced" : hasMoved ? "moved" : "removed";
  return { endSeq: next.seq, end };
}

async function changeAt(
  oplog: IDBObjectStore,
  { dirId, name }: Place,
  seqs: readonly number[],
): Promise<{ seq: number; change: Change } | undefined> {
  for (const seq of seqs) {
    if (!Number.isSafeInteger(seq)) continue;
    const change = (await changesOf(oplog, seq)).find((one) => {
      return one.dirId === dirId && one.name === name && one.kind === "put";
    });
    if (change) return { seq, change };
  }
  return undefined;
}

async function guessesFor(
  oplog: IDBObjectStore,
  place: Place,
  row: Fields,
  found: { seq: number; change: Change } | undefined,
  key: Key,
): Promise<Fields[]> {
  const guesses: Fields[] = [{ ...place }, { partId: undefined }, { attributes: undefined }];
  if (key[0] === "old") {
    guesses.push({ placedSeq: 0 - Number(key[3]) });
    const end = await findEnd(oplog, place, 0 - Number(key[3]));
    if (end) guesses.push({ ...end });
  }
  if (found) {
    const { seq, change } = found;
    const { after: nodeId, entryType, version, size } = change;
    const time = await timeOf(oplog, seq);
    guesses.push({ nodeId }, { entryType }, { version }, { size }, { placedSeq: seq });
    guesses.push({ txnSeq: seq }, { timestamp: time });
    const sha256 = await findBlobOf(oplog, String(nodeId), seq);
    if (sha256 !== undefined) guesses.push({ sha256, storage: { kind: "blob" } });
  }
  guesses.push({ placedSeq: row["txnSeq"] });
  return guesses;
}

/** The blob of which a reference says that this row names it. */
async function findBlobOf(
  oplog: IDBObjectStore,
  nodeId: string,
  seq: number,
): Promise<string | undefined> {
  for (let range = keysBelow("ref"); ; ) {
    const keys = (await promisifyRequest(oplog.getAllKeys(range, 1000))) as Key[];
    const found = keys.find((key) => key[2] === nodeId && key[3] === seq && key[4] === 0);
    if (found) return String(found[1]);
    const last = keys.at(-1);
    if (!last || keys.length < 1000) return undefined;
    range = rangeAfter(["ref"], last);
  }
}

/** A link's target proves itself by its hash, which cannot be made within a transaction. */
async function proveTarget(run: RepairRun, key: Key): Promise<Fields | undefined> {
  const raw = await run.use("readonly", (oplog) => getRaw(oplog, key));
  const { target, sha256 } = fieldsOf(raw?.value);
  if (typeof target !== "string") return undefined;
  const isRight = (await sha256Of(new TextEncoder().encode(target))) === sha256;
  return isRight ? { target, sha256 } : undefined;
}

function endOf({ endSeq, end }: Fields): End | undefined {
  if (typeof endSeq !== "number" || typeof end !== "string") return undefined;
  return { endSeq, end: end as RowEnd };
}

function placeOf([, dirId, name]: Key): Place {
  return { dirId: dirId as NodeId, name: String(name) };
}

function isSame(one: Place, other: Place): boolean {
  return one.dirId === other.dirId && one.name === other.name;
}
