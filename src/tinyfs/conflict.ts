import type { Change, ChangeKind } from "./change.ts";
import type { Place } from "./entry.ts";
import type { ChainLink, WriteSet } from "./write-set.ts";
import { writtenKeys } from "./write-set.ts";

/**
 * Says why a transaction cannot commit after what others committed since its base, or `undefined`.
 * @param changes all changes of the commits after the base, oldest first
 */
export function findConflict(writeSet: WriteSet, changes: readonly Change[]): string | undefined {
  if (changes.length === 0) return undefined;
  return (
    findSharedName(writeSet, changes) ??
    findMovedParent(writeSet.chain, changes) ??
    findLostWrite(writeSet, changes) ??
    findBrokenExpectation(writeSet, changes)
  );
}

function findSharedName(writeSet: WriteSet, changes: readonly Change[]): string | undefined {
  const mine = new Map<string, ChangeKind[]>();
  for (const written of writtenKeys(writeSet)) {
    const key = placeKey(written);
    mine.set(key, [...(mine.get(key) ?? []), written.kind]);
  }
  const shared = changes.find((change) => {
    return mine.get(placeKey(change))?.some((kind) => !commute(kind, change.kind));
  });
  return shared && `"${shared.path}" was changed by another commit`;
}

/** Appends commute with appends and with compaction, and with nothing else. */
function commute(mine: ChangeKind, theirs: ChangeKind): boolean {
  if (mine === "append") return theirs === "append" || theirs === "compact";
  return mine === "compact" && theirs === "append";
}

/** Rule (i): the way from the root to every parent still names the same directories. */
function findMovedParent(
  chain: readonly ChainLink[],
  changes: readonly Change[],
): string | undefined {
  const nodeNow = new Map<string, Change>();
  for (const change of changes) {
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
  const lost = changes.find(({ dirId }) => gone.has(dirId));
  return lost && `"${lost.path}" was changed below a directory that is removed`;
}

function findBrokenExpectation(
  { expected }: WriteSet,
  changes: readonly Change[],
): string | undefined {
  const broken = changes.find((change) => expected.some((breaks) => breaks(change)));
  return broken && `"${broken.path}" was expected to be unchanged`;
}

function placeKey({ dirId, name }: Place): string {
  return `${dirId}/${name}`;
}
