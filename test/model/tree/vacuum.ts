import type { EndedRow, Oplog, Row, RowRef, SegmentRow } from "./oplog.ts";
import { isLater, ROOT } from "./oplog.ts";

/** What is kept whatever its age. */
export interface Policy {
  /** So many of the newest commits stay open. */
  readonly commits: number;
  /** So many versions of each live file. */
  readonly versions: number;
}

/**
 * One run of retention: a step is one transaction of IndexedDB, or one look at the locks. Whoever runs it
 * may die between two steps, and another run begins anew.
 */
export class Vacuum {
  readonly #oplog: Oplog;
  readonly #policy: Policy;
  readonly #steps: (() => void)[];
  #retained: readonly number[] = [];
  #lowestPin = 0;

  constructor(oplog: Oplog, policy: Policy) {
    this.#oplog = oplog;
    this.#policy = policy;
    const raise = () => this.#raiseHorizon(Math.max(oplog.horizon, oplog.head - policy.commits));
    const look = () => this.#lookForPins();
    const begin = oplog.rules.horizonBeforePins ? [raise, look] : [look, raise];
    this.#steps = [...begin, () => this.#plan()];
  }

  get isDone(): boolean {
    return this.#steps.length === 0;
  }

  step(): void {
    this.#steps.shift()?.();
  }

  #raiseHorizon(horizon: number): void {
    this.#oplog.horizon = horizon;
  }

  #lookForPins(): void {
    const { pins, tags } = this.#oplog;
    this.#retained = [...pins.keys(), ...tags];
    this.#lowestPin = Math.min(...pins.keys(), Number.POSITIVE_INFINITY);
  }

  #plan(): void {
    const directories = [...this.#oplog.directories.keys()];
    this.#steps.push(...directories.map((dirId) => () => this.#sweepDirectory(dirId)));
    this.#steps.push(
      () => this.#sweepSeries(),
      () => this.#sweepChanges(),
    );
  }

  /** The numbers that must stay as they were. */
  #seqs(): number[] {
    const { horizon, head } = this.#oplog;
    const open = Array.from({ length: head - horizon + 1 }, (_, index) => horizon + index);
    return [...new Set([...this.#retained, ...open])];
  }

  #sweepDirectory(dirId: string): void {
    const oplog = this.#oplog;
    const seqs = this.#seqs();
    const isDead = !seqs.some((seq) => reachableAt(oplog, seq).has(dirId));
    const live = liveRows(oplog);
    for (const listed of [...oplog.rows()].filter((one) => one.dirId === dirId)) {
      const row = oplog.find(listed); // what was dropped before it may have changed it
      if (!row) continue;
      if (isEnded(row)) {
        const isSeen = !isDead && seqs.some((seq) => seq >= row.placedSeq && seq < row.endSeq);
        const mayKeep = !isDead || oplog.rules.keptInDeadDirectories;
        if (!isSeen && !(mayKeep && this.#isKeptVersion(row, live))) this.#drop(row);
      } else if (isDead) this.#drop(row);
    }
  }

  /** Whether a row is the last to hold one of the versions that are kept of a live node. */
  #isKeptVersion(row: Row, live: ReadonlyMap<string, Row>): boolean {
    const now = live.get(row.nodeId);
    if (!now || row.kind !== "FileData") return false;
    if (now.version - row.version >= this.#policy.versions) return false;
    return ![...this.#oplog.rows()].some((other) => {
      const isSame = other.nodeId === row.nodeId && other.version === row.version;
      return isSame && other.placedSeq > row.placedSeq;
    });
  }

  #drop(row: Row): void {
    const oplog = this.#oplog;
    if (oplog.rules.spliceHistory) spliceOut(oplog, row);
    oplog.drop(row);
    if (row.kind !== "FileSeries") return;
    const isLast = ![...oplog.rows()].some(({ nodeId }) => nodeId === row.nodeId);
    if (isLast || !oplog.rules.segmentsGoWithNode) oplog.dropSegments(row.nodeId);
  }

  /** Drops rows of series that no retained number reads. */
  #sweepSeries(): void {
    for (const nodeId of [...this.#oplog.segments.keys()]) {
      const needed = new Set(this.#seqs().flatMap((seq) => readAt(this.#oplog, nodeId, seq)));
      this.#oplog.dropSegments(nodeId, (row) => needed.has(row));
    }
  }

  #sweepChanges(): void {
    const { changes, head, horizon, rules } = this.#oplog;
    const upTo = rules.changesToLowestPin ? Math.min(horizon, this.#lowestPin) : horizon;
    for (const seq of [...changes.keys()]) if (seq <= upTo && seq < head) changes.delete(seq);
  }
}

/** The row that continued this one continues the row before it. */
function spliceOut(oplog: Oplog, row: Row): void {
  const before = oplog.previous(row);
  for (const other of [...oplog.rows()]) {
    if (other !== row && other.nodeId === row.nodeId && oplog.previous(other) === row) {
      oplog.replace(other, { ...other, from: before ? refOf(before) : refOf(row) });
    }
  }
}

function refOf({ dirId, name, placedSeq }: RowRef): RowRef {
  return { dirId, name, placedSeq };
}

function isEnded(row: Row | EndedRow): row is EndedRow {
  return "endSeq" in row;
}

/** The rows that a reader of a commit needs of a series. */
function readAt(oplog: Oplog, nodeId: string, seq: number): SegmentRow[] {
  const rows = oplog.segmentsAt(nodeId, seq);
  const checkpoint = rows.find(({ kind }) => kind !== "append");
  const coversTo = checkpoint?.coversTo;
  const isBeyond = (row: SegmentRow) => !coversTo || isLater(row, coversTo);
  const appended = rows.filter((row) => row.kind === "append" && isBeyond(row));
  return [...rows.slice(0, 1), ...(checkpoint ? [checkpoint] : []), ...appended];
}

/** Directories that are reached as of a commit. */
export function reachableAt(oplog: Oplog, seq: number): Set<string> {
  const found = new Set<string>();
  const walk = (dirId: string) => {
    if (found.has(dirId)) return;
    found.add(dirId);
    for (const { kind, nodeId } of oplog.rowsAt(dirId, seq)) if (kind === "Directory") walk(nodeId);
  };
  walk(ROOT);
  return found;
}

function liveRows(oplog: Oplog): Map<string, Row> {
  const reached = reachableAt(oplog, oplog.head);
  const current = [...oplog.rows()].filter((row) => !isEnded(row) && reached.has(row.dirId));
  return new Map(current.map((row) => [row.nodeId, row]));
}

/** What the log holds, for comparing how it grows. */
export function sizeOf(oplog: Oplog): number {
  const rows = [...oplog.rows()].length;
  const segments = [...oplog.segments.values()].reduce((sum, list) => sum + list.length, 0);
  const references = [...oplog.references.values()].reduce((sum, set) => sum + set.size, 0);
  return rows + segments + references + oplog.bytes.size + oplog.changes.size;
}
