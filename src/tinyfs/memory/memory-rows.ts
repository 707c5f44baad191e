import type { Entry, Place, RowRef, SegmentRow, SupersededEntry } from "../entry.ts";
import { type NodeId, ROOT_ID } from "../node-id.ts";
import type { SettledCommit } from "../settle.ts";
import type { Page } from "../tree.ts";

interface NameHistory {
  current: Entry | undefined;
  /** Oldest first. */
  readonly ended: SupersededEntry[];
}

/** A row of a name, ended or not. */
export type AnyRow = Entry | SupersededEntry;

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

  /** The rows that have ended, at all names. */
  allEnded(): SupersededEntry[] {
    return this.#histories().flatMap(({ ended }) => ended);
  }

  /** All rows. */
  all(): AnyRow[] {
    return this.#histories().flatMap(({ current, ended }) => [
      ...ended,
      ...(current ? [current] : []),
    ]);
  }

  /** The current rows of a directory. */
  current(dirId: NodeId): Entry[] {
    const histories = [...(this.#directories.get(dirId)?.values() ?? [])];
    return histories.flatMap(({ current }) => current ?? []);
  }

  /** The rows that a listing can reach, by their nodes. */
  live(dirId: NodeId = ROOT_ID, found: Map<NodeId, Entry> = new Map()): Map<NodeId, Entry> {
    for (const row of this.current(dirId)) {
      found.set(row.nodeId, row);
      if (row.entryType === "Directory") this.live(row.nodeId, found);
    }
    return found;
  }

  /** The path of a name, as far as its directories are known. */
  pathOf({ dirId, name }: Place): string {
    const rows = this.all();
    let path = `/${name}`;
    for (let at = dirId; at !== ROOT_ID; ) {
      const directory = rows.findLast(({ nodeId }) => nodeId === at);
      if (!directory) break;
      path = `/${directory.name}${path}`;
      at = directory.dirId;
    }
    return path;
  }

  /** The row that an entry continues. */
  previous({ nodeId, from, ...entry }: Entry): SupersededEntry | undefined {
    return this.ended(from ?? entry).find((row) => {
      if (from) return row.placedSeq === from.placedSeq;
      return row.endSeq === entry.placedSeq && row.nodeId === nodeId;
    });
  }

  /** Drops a row and ties its neighbours together. Returns whether its version went with it. */
  drop({ dirId, name, placedSeq }: RowRef): boolean {
    const history = this.#history({ dirId, name });
    const rows = [...history.ended, ...(history.current ? [history.current] : [])];
    const row = rows.find((one) => one.placedSeq === placedSeq); // it may have been tied anew
    if (!row) return false;
    const before = this.previous(row);
    const next = this.all().find((other) => other !== row && this.previous(other) === row);
    if (next) this.#replace(next, withFrom(next, before));
    if (history.current === row) history.current = undefined;
    else history.ended.splice(history.ended.indexOf(row as SupersededEntry), 1);
    if (!row.content) return false;
    return !this.all().some(({ nodeId, version, content }) => {
      return nodeId === row.nodeId && version === row.version && content !== undefined;
    });
  }

  /** The same rows, to be changed on their own. */
  copy(): MemoryRows {
    const copy = new MemoryRows();
    for (const [dirId, names] of this.#directories) {
      const histories = [...names].map(([name, { current, ended }]) => {
        return [name, { current, ended: [...ended] }] as [string, NameHistory];
      });
      copy.#directories.set(dirId, new Map(histories));
    }
    for (const [nodeId, rows] of this.#segments) copy.#segments.set(nodeId, [...rows]);
    return copy;
  }

  /** Bytes of history by the commit that ended it. */
  sizesByEnd(): Map<number, number> {
    const sizes = new Map<number, number>();
    for (const { end, endSeq, size, content } of this.allEnded()) {
      if (content && end !== "moved") sizes.set(endSeq, (sizes.get(endSeq) ?? 0) + size);
    }
    return sizes;
  }

  /** Drops the rows of a series. */
  dropSeries(nodeId: NodeId): void {
    this.#segments.delete(nodeId);
  }

  #replace(row: AnyRow, by: AnyRow): void {
    const history = this.#history(row);
    if (history.current === row) history.current = by;
    else history.ended[history.ended.indexOf(row as SupersededEntry)] = by as SupersededEntry;
  }

  #histories(): NameHistory[] {
    return [...this.#directories.values()].flatMap((names) => [...names.values()]);
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

function withFrom<Row extends Entry>({ from: _, ...row }: Row, before: Entry | undefined): Row {
  const from = before && { dirId: before.dirId, name: before.name, placedSeq: before.placedSeq };
  return { ...row, ...(from && { from }) } as Row;
}
