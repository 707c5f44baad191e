import type { Entry, Place, RowRef, SegmentRow, SupersededEntry } from "../entry.ts";
import type { NodeId } from "../node-id.ts";
import type { Page } from "../persistence.ts";
import type { SettledCommit } from "../settle.ts";

interface NameHistory {
  current: Entry | undefined;
  /** Oldest first. */
  readonly ended: SupersededEntry[];
}

/** All rows of a memory persistence: per name its present row and those that ended there. */
export class MemoryRows {
  readonly #directories = new Map<NodeId, Map<string, NameHistory>>();
  readonly #segments = new Map<NodeId, SegmentRow[]>();

  /** The row at a name as of a commit. */
  at({ dirId, name }: Place, seq: number): Entry | undefined {
    const history = this.#directories.get(dirId)?.get(name);
    return history && rowAsOf(history, seq);
  }

  /** A page of a directory's rows as of a commit. */
  list(dirId: NodeId, seq: number, { after, limit }: Page): Entry[] {
    const names = this.#directories.get(dirId) ?? new Map<string, NameHistory>();
    const found: Entry[] = [];
    for (const name of [...names.keys()].sort()) {
      if (found.length === limit) break;
      const row = (after === undefined || name > after) && this.at({ dirId, name }, seq);
      if (row) found.push(row);
    }
    return found;
  }

  /** The rows that have ended at a name, oldest first. */
  ended({ dirId, name }: Place): readonly SupersededEntry[] {
    return this.#directories.get(dirId)?.get(name)?.ended ?? [];
  }

  /** Whether a row is still there, current or ended. */
  has(ref: RowRef): boolean {
    const history = this.#directories.get(ref.dirId)?.get(ref.name);
    const rows = [history?.current, ...(history?.ended ?? [])];
    return rows.some((row) => row?.placedSeq === ref.placedSeq);
  }

  /** The rows of a series as of a commit, newest first. */
  segments(nodeId: NodeId, seq: number): SegmentRow[] {
    return (this.#segments.get(nodeId) ?? []).filter((row) => row.txnSeq <= seq).reverse();
  }

  /** Puts a commit's rows in place. */
  apply({ superseded, placed, segments }: SettledCommit): void {
    for (const row of superseded) {
      const history = this.#history(row);
      history.current = undefined;
      history.ended.push(row);
    }
    for (const entry of placed) this.#history(entry).current = entry;
    for (const row of segments) {
      const rows = this.#segments.get(row.nodeId) ?? [];
      this.#segments.set(row.nodeId, rows);
      rows.push(row);
    }
  }

  #history({ dirId, name }: Place): NameHistory {
    const names = this.#directories.get(dirId) ?? new Map<string, NameHistory>();
    this.#directories.set(dirId, names);
    const history = names.get(name) ?? { current: undefined, ended: [] };
    names.set(name, history);
    return history;
  }
}

function rowAsOf({ current, ended }: NameHistory, seq: number): Entry | undefined {
  if (current && current.placedSeq <= seq) return current;
  return ended.findLast((row) => row.placedSeq <= seq && seq < row.endSeq);
}
