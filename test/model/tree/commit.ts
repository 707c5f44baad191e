import type { Change, Oplog, Place, SegmentRow } from "./oplog.ts";
import { ROOT } from "./oplog.ts";
import type { ModelTransaction, SegmentSource, StagedName, StagedRow } from "./transaction.ts";
import { keyOf, settleSegments } from "./transaction.ts";

/** The number of a commit, why it was refused, or nothing where there was nothing to commit. */
export type Outcome = number | "conflict" | "pruned" | undefined;

/** Commits transactions in one transaction of IndexedDB, each with a number of its own. */
export function commitGroup(oplog: Oplog, group: readonly ModelTransaction[]): Outcome[] {
  const judgedTo = oplog.head;
  return group.map((transaction) => {
    const upTo = oplog.rules.groupJudgesItself ? oplog.head : judgedTo;
    return commit(oplog, transaction, upTo);
  });
}

/** A name that a transaction writes, and how. */
type Written = Place & { readonly kind: Change["kind"] };

function commit(oplog: Oplog, transaction: ModelTransaction, judgedTo: number): Outcome {
  const names = [...transaction.names.values()].filter((name) => isWritten(oplog, name));
  if (names.length === 0 && transaction.series.size === 0) return undefined;
  const written = writtenNames(oplog, transaction, names);
  const changes = changesAfter(oplog, transaction.base, judgedTo);
  if (changes.length > 0 && isInConflict(oplog, transaction, written, changes)) return "conflict";
  if (oplog.rules.restoreRereads && hasLostSource(oplog, transaction)) return "pruned";
  return apply(oplog, transaction, names);
}

/** Whether retention has dropped what the transaction uses again. */
function hasLostSource(oplog: Oplog, { sources, segmentSources }: ModelTransaction): boolean {
  const isThere = ({ nodeId, txnSeq, n }: SegmentSource) => {
    return oplog.segmentsAt(nodeId, txnSeq).some((row) => row.txnSeq === txnSeq && row.n === n);
  };
  return sources.some((row) => !oplog.find(row)) || !segmentSources.every(isThere);
}

function isWritten(oplog: Oplog, { before, after }: StagedName): boolean {
  return oplog.rules.touchedNamesCount || before !== undefined || after !== undefined;
}

function writtenNames(
  oplog: Oplog,
  { series }: ModelTransaction,
  names: readonly StagedName[],
): Written[] {
  const rows = names.map(({ dirId, name, after }): Written => {
    return { dirId, name, kind: after ? "put" : "remove" };
  });
  const added = [...series.values()].flatMap(({ home, rows: staged }) => {
    const counts = oplog.rules.seriesHoldItsName ? staged : staged.filter(isReplacement);
    return home ? counts.map(({ kind }): Written => ({ ...home, kind })) : [];
  });
  return [...rows, ...added];
}

function isReplacement({ kind }: { readonly kind: SegmentRow["kind"] }): boolean {
  return kind === "replace";
}

function changesAfter(oplog: Oplog, base: number, to: number): Change[] {
  const found: Change[] = [];
  for (let seq = base + 1; seq <= to; seq++) {
    const changes = oplog.changes.get(seq);
    if (!changes)
      throw new Error(`changes of commit ${seq} are gone, and a transaction began before`);
    found.push(...changes);
  }
  return found;
}

function isInConflict(
  oplog: Oplog,
  transaction: ModelTransaction,
  written: readonly Written[],
  changes: readonly Change[],
): boolean {
  const { rules } = oplog;
  const isShared = changes.some((change) => {
    return written.some((one) => keyOf(one) === keyOf(change) && !commute(oplog, one, change));
  });
  if (isShared) return true;
  if (rules.waysStand && hasMovedParent(oplog, transaction.base, written, changes)) return true;
  return rules.nothingLostBelow && hasLostWrite(oplog, transaction, changes);
}

function commute({ rules }: Oplog, mine: Written, theirs: Change): boolean {
  const pair = `${mine.kind} ${theirs.kind}`;
  if (pair === "append append" || pair === "append compact" || pair === "compact append")
    return true;
  return !rules.checkpointsConflict && pair === "compact replace";
}

/** Whether a directory on the way to a written name stands elsewhere by now. */
function hasMovedParent(
  oplog: Oplog,
  base: number,
  written: readonly Written[],
  changes: readonly Change[],
): boolean {
  const last = new Map(
    changes.filter(({ kind }) => isOfName(kind)).map((one) => [keyOf(one), one]),
  );
  const ways = waysAt(oplog, base);
  return written.some(({ dirId }) => {
    for (let link = ways.get(dirId); link; link = ways.get(link.dirId)) {
      const change = last.get(keyOf(link));
      if (change && change.after !== link.nodeId) return true;
    }
    return false;
  });
}

function isOfName(kind: Change["kind"]): boolean {
  return kind === "put" || kind === "remove";
}

/** Where each directory stood as of a commit. */
function waysAt(oplog: Oplog, seq: number): Map<string, Place & { nodeId: string }> {
  const ways = new Map<string, Place & { nodeId: string }>();
  const walk = (dirId: string) => {
    for (const { kind, name, nodeId } of oplog.rowsAt(dirId, seq)) {
      if (kind !== "Directory") continue;
      ways.set(nodeId, { dirId, name, nodeId });
      walk(nodeId);
    }
  };
  walk(ROOT);
  return ways;
}

function hasLostWrite(
  oplog: Oplog,
  transaction: ModelTransaction,
  changes: readonly Change[],
): boolean {
  const left = transaction.reachable();
  const gone = new Set([...waysAt(oplog, transaction.base).keys()].filter((id) => !left.has(id)));
  if (oplog.rules.lossesByChanges) return changes.some(({ dirId }) => gone.has(dirId));
  const isNew = ({ placedSeq }: { placedSeq: number }) => placedSeq > transaction.base;
  return [...gone].some((dirId) => oplog.rowsAt(dirId, oplog.head).some(isNew));
}

function apply(oplog: Oplog, transaction: ModelTransaction, names: readonly StagedName[]): number {
  const seq = oplog.head + 1;
  const placedNodes = new Set(names.map(({ after }) => after?.nodeId));
  const changed = names.filter((name) => !isAsItWas(name));
  for (const { dirId, name, before, after } of changed) {
    if (!before) continue;
    const moved = placedNodes.has(before.nodeId) ? "moved" : "removed";
    oplog.endCurrent({ dirId, name }, seq, after?.nodeId === before.nodeId ? "replaced" : moved);
  }
  for (const { after } of changed) if (after) placeRow(oplog, after, seq);
  for (const { after } of changed) if (after) leaveTrace(oplog, transaction, after, seq);
  for (const { nodeId, rows } of transaction.series.values()) {
    const known = oplog.rules.totalsAtCommit ? oplog.head : transaction.base;
    oplog.putSegments(nodeId, settleSegments(rows, oplog.segmentsAt(nodeId, known)[0], seq));
  }
  oplog.changes.set(seq, describeChanges(transaction, changed));
  oplog.head = seq;
  return seq;
}

function isAsItWas({ before, after }: StagedName): boolean {
  return after ? before?.nodeId === after.nodeId && !after.isDirty : !before;
}

function placeRow(oplog: Oplog, staged: StagedRow, seq: number): void {
  const { isDirty, home, isRestored, ...row } = staged;
  const isElsewhere = home && (home.dirId !== row.dirId || home.name !== row.name);
  const isNewNumber = isDirty || !oplog.rules.versionsKeepTheirNumber;
  if (row.kind === "FileData") oplog.store(row.content);
  oplog.put({
    ...row,
    placedSeq: seq,
    txnSeq: isNewNumber ? seq : row.txnSeq,
    from: isElsewhere || isRestored ? home : undefined,
  });
}

/** What was brought back and moved on in one transaction leaves a row of no duration where it had been. */
function leaveTrace(
  oplog: Oplog,
  { names }: ModelTransaction,
  { isRestored, home, ...after }: StagedRow,
  seq: number,
): void {
  if (!isRestored || !home || keyOf(home) === keyOf(after)) return;
  const left = names.get(keyOf(home));
  if (!left || left.after) return;
  const { isDirty: _, ...row } = after;
  const { dirId, name } = home;
  const numbers = { placedSeq: seq, txnSeq: seq, endSeq: seq };
  oplog.putEnded({ ...row, dirId, name, ...numbers, from: undefined, end: "moved" });
}

function describeChanges(
  { series }: ModelTransaction,
  changed: readonly StagedName[],
): readonly Change[] {
  const names = changed.map(({ dirId, name, before, after }): Change => {
    const kind = after ? "put" : "remove";
    return { dirId, name, kind, before: before?.nodeId, after: after?.nodeId };
  });
  const added = [...series.values()].flatMap(({ nodeId, home, rows }) => {
    if (!home) return [];
    return rows.map(({ kind }): Change => ({ ...home, kind, before: nodeId, after: nodeId }));
  });
  return [...names, ...added];
}
