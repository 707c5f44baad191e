import type { Change, ChangeKind } from "./change.ts";
import type { SegmentRow } from "./entry.ts";
import type { NodeId } from "./node-id.ts";
import type { ChainLink, WriteSet, WrittenKey } from "./write-set.ts";
import { placeKey, writtenKeys } from "./write-set.ts";

/**
 * Says why a transaction cannot commit after what others committed since its base, or `undefined`.
 * @param changes all changes of the commits after the base, oldest first
 * @param newestSegments the newest row of each series that the write set adds to
 */
export function findConflict(
  writeSet: WriteSet,
  changes: readonly Change[],
  newestSegments: ReadonlyMap<NodeId, SegmentRow>,
): string | undefined {
  if (changes.length === 0) return undefined;
  return (
    findSharedName(writeSet, changes) ??
    findOtherSchema(writeSet, newestSegments) ??
    findMovedParent(writeSet.chain, changes) ??
    findLostWrite(writeSet, changes) ??
    findBrokenExpectation(writeSet, changes)
  );
}

function findSharedName(writeSet: WriteSet, changes: readonly Change[]): string | undefined {
  // By name first: a group's write sets are each held against all others, and names seldom agree.
  const mine = new Map<string, WrittenKey[]>();
  for (const written of writtenKeys(writeSet)) {
    const sameName = mine.get(written.name);
    if (sameName) sameName.push(written);
    else mine.set(written.name, [written]);
  }
  const shared = changes.find((change) => {
    const written = mine.get(change.name);
    return written?.some(({ dirId, kind }) => {
      return dirId === change.dirId && !commute(kind, change.kind);
    });
  });
  return shared && `"${shared.path}" was changed by another commit`;
}

/** Appends commute with appends and with compaction, and with nothing else. */
function commute(mine: ChangeKind, theirs: ChangeKind): boolean {
  if (mine === "append") return theirs === "append" || theirs === "compact";
  return mine === "compact" && theirs === "append";
}

/**
 * Appends of one schema commute. One of another schema than the newest segment has was held against what
 * was there at its base: what came since may not go with it, and then the series could not be read.
 */
function findOtherSchema(
  { base, series }: WriteSet,
  newestSegments: ReadonlyMap<NodeId, SegmentRow>,
): string | undefined {
  const other = series.find(({ nodeId, rows }) => {
    const newest = newestSegments.get(nodeId);
    if (!newest || newest.txnSeq <= base) return false;
    const schema = newest.segments.at(-1)?.schemaFingerprint;
    const appended = rows.flatMap(({ kind, segments }) => (kind === "append" ? segments : []));
    return appended.some(({ schemaFingerprint }) => schemaFingerprint !== schema);
  });
  return other && `"${other.path}" was given other columns by another commit`;
}

/** Rule (i): the way from the root to every parent still names the same directories. */
function findMovedParent(
  chain: readonly ChainLink[],
  changes: readonly Change[],
): string | undefined {
  if (chain.length === 0) return undefined;
  // By name first, as above: few changes have the name of a directory on the way.
  const names = new Set(chain.map(({ name }) => name));
  const nodeNow = new Map<string, Change>();
  for (const change of changes) {
    if (!names.has(change.name)) continue;
    if (change.kind === "put" || change.kind === "remove") nodeNow.set(placeKey(change), change);
  }
  for (const link of chain) {
    const change = nodeNow.get(placeKey(link));
    if (change && change.after !== link.nodeId) return `"${change.path}" was moved or removed`;
  }
  return undefined;
}

/**
 * Rule (ii): nothing was written below a directory that this transaction takes away. Nor was anything
 * removed there: the transaction has counted it among what it takes from the totals.
 */
function findLostWrite({ gone }: WriteSet, changes: readonly Change[]): string | undefined {
  if (gone.size === 0) return undefined;
  const lost = changes.find(({ dirId }) => gone.has(dirId));
  return lost && `"${lost.path}" was changed below a directory that is removed`;
}

function findBrokenExpectation(
  { expected }: WriteSet,
  changes: readonly Change[],
): string | undefined {
  if (expected.length === 0) return undefined;
  const broken = changes.find((change) => expected.some((breaks) => breaks(change)));
  return broken && `"${broken.path}" was expected to be unchanged`;
}
