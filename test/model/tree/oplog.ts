import type { TreeRules } from "../rules.ts";

/** A name in a directory. */
export interface Place {
  readonly dirId: string;
  readonly name: string;
}

/** A row of the log, by the name it stands under and the commit that put it there. */
export interface RowRef extends Place {
  readonly placedSeq: number;
}

/** One version of a node at a name. */
export interface Row extends RowRef {
  readonly nodeId: string;
  readonly kind: "Directory" | "FileData" | "FileSeries" | "Symlink";
  readonly version: number;
  /** The commit that made the version. */
  readonly txnSeq: number;
  /** Stands for the bytes; empty where there are none. */
  readonly content: string;
  readonly target: string;
  readonly attributes: string;
  /** The row it continues, where that stood elsewhere or had ended. */
  readonly from?: RowRef | undefined;
}

/** A row that a later commit ended. */
export interface EndedRow extends Row {
  readonly endSeq: number;
  readonly end: "replaced" | "moved" | "removed";
}

/** Where a row stands among those of its series. */
export interface Position {
  readonly txnSeq: number;
  readonly n: number;
}

/** A row of a series: one more segment, or a checkpoint that lists all up to `coversTo`. */
export interface SegmentRow extends Position {
  readonly kind: "append" | "replace" | "compact";
  readonly segments: readonly string[];
  readonly coversTo?: Position | undefined;
  readonly version: number;
  /** How many live segments there are, as the row itself tells. */
  readonly total: number;
}

/** What a commit did to a name. */
export interface Change extends Place {
  readonly kind: "put" | "remove" | SegmentRow["kind"];
  readonly before: string | undefined;
  readonly after: string | undefined;
}

interface NameRows {
  current: Row | undefined;
  ended: EndedRow[];
}

export const ROOT = "root";

/** The rows of a pond, as IndexedDB holds them: what changes in one call changes in one transaction. */
export class Oplog {
  readonly rules: TreeRules;
  readonly directories = new Map<string, Map<string, NameRows>>();
  readonly segments = new Map<string, SegmentRow[]>();
  readonly changes = new Map<number, readonly Change[]>();
  /** Who names bytes: rows by node and commit. */
  readonly references = new Map<string, Set<string>>();
  /** What is stored. */
  readonly bytes = new Set<string>();
  readonly #everStored = new Set<string>();
  readonly tags = new Set<number>();
  /** Commits that open transactions and snapshots hold, and how often. */
  readonly pins = new Map<number, number>();
  head = 0;
  /** Commits below it open only where they are tagged or pinned. */
  horizon = 0;

  constructor(rules: TreeRules) {
    this.rules = rules;
  }

  /** What stands at a name as of a commit. */
  rowAt({ dirId, name }: Place, seq: number): Row | undefined {
    const rows = this.directories.get(dirId)?.get(name);
    if (!rows) return undefined;
    if (rows.current && rows.current.placedSeq <= seq) return rows.current;
    const ended = newestPlaced(rows.ended, seq);
    return ended && seq < ended.endSeq ? ended : undefined;
  }

  /** What stood last at a name as of a commit. */
  lastEnded({ dirId, name }: Place, seq: number): EndedRow | undefined {
    return newestPlaced(this.directories.get(dirId)?.get(name)?.ended ?? [], seq);
  }

  /** The rows of a directory as of a commit, by name. */
  rowsAt(dirId: string, seq: number): Row[] {
    return [...(this.directories.get(dirId)?.keys() ?? [])]
      .sort()
      .flatMap((name) => this.rowAt({ dirId, name }, seq) ?? []);
  }

  /** The row that another one continues. */
  previous({ from, dirId, name, nodeId, placedSeq }: Row): Row | undefined {
    if (from) return this.find(from);
    const ended = this.directories.get(dirId)?.get(name)?.ended ?? [];
    return ended.find((row) => row.nodeId === nodeId && row.endSeq === placedSeq);
  }

  /** A row that ended. */
  find({ dirId, name, placedSeq }: RowRef): Row | undefined {
    const rows = this.directories.get(dirId)?.get(name);
    if (rows?.current?.placedSeq === placedSeq) return rows.current;
    return rows?.ended.find((row) => row.placedSeq === placedSeq);
  }

  /** The rows of a series as of a commit, newest first. */
  segmentsAt(nodeId: string, seq: number): SegmentRow[] {
    const rows = this.segments.get(nodeId) ?? [];
    return rows.filter(({ txnSeq }) => txnSeq <= seq).sort((a, b) => (isLater(a, b) ? -1 : 1));
  }

  /** Stores bytes that are new; what was collected is not there again because a row still lists it. */
  store(content: string): void {
    if (content === "" || this.#everStored.has(content)) return;
    this.#everStored.add(content);
    this.bytes.add(content);
  }

  /** What stands at a name from now on. */
  put(row: Row): void {
    this.#namesOf(row).current = row;
    if (row.kind !== "FileData") return;
    if (this.rules.everyRowRefers || row.txnSeq === row.placedSeq) this.refer(row.content, row);
  }

  /** Ends what stands at a name. */
  endCurrent(place: Place, endSeq: number, end: EndedRow["end"]): void {
    const names = this.#namesOf(place);
    if (names.current) names.ended.push({ ...names.current, endSeq, end });
    names.current = undefined;
  }

  /** Adds a row that has ended already. */
  putEnded(row: EndedRow): void {
    this.#namesOf(row).ended.push(row);
    if (row.kind === "FileData") this.refer(row.content, row);
  }

  /** Adds rows to a series. */
  putSegments(nodeId: string, rows: readonly SegmentRow[]): void {
    this.segments.set(nodeId, [...(this.segments.get(nodeId) ?? []), ...rows]);
    for (const { kind, segments, txnSeq, n } of rows) {
      for (const content of segments) {
        this.store(content);
        if (this.rules.everyRowRefers || kind === "append") {
          this.refer(content, { nodeId, placedSeq: txnSeq, n });
        }
      }
    }
  }

  /** Deletes a row of a name. */
  drop(row: Row): void {
    const names = this.#namesOf(row);
    if (names.current === row) names.current = undefined;
    names.ended = names.ended.filter((ended) => ended !== row);
    if (names.ended.length === 0 && !names.current)
      this.directories.get(row.dirId)?.delete(row.name);
    if (row.kind === "FileData") this.unrefer(row.content, row);
  }

  /** Puts one row in the place of another that says the same of its name. */
  replace(old: Row, row: Row): void {
    const names = this.#namesOf(old);
    if (names.current === old) names.current = row;
    names.ended = names.ended.map((ended) => (ended === old ? (row as EndedRow) : ended));
  }

  /** Deletes rows of a series, all but those to keep. */
  dropSegments(nodeId: string, isKept: (row: SegmentRow) => boolean = () => false): void {
    const rows = this.segments.get(nodeId) ?? [];
    for (const { segments, txnSeq, n } of rows.filter((row) => !isKept(row))) {
      for (const content of segments) this.unrefer(content, { nodeId, placedSeq: txnSeq, n });
    }
    const kept = rows.filter(isKept);
    if (kept.length > 0) this.segments.set(nodeId, kept);
    else this.segments.delete(nodeId);
  }

  /** All rows of names. */
  *rows(): Generator<Row | EndedRow> {
    for (const names of this.directories.values()) {
      for (const { current, ended } of names.values()) {
        if (current) yield current;
        yield* ended;
      }
    }
  }

  refer(content: string, row: Referring): void {
    const referring = this.references.get(content) ?? new Set();
    this.references.set(content, referring.add(referenceKey(row)));
  }

  unrefer(content: string, row: Referring): void {
    const referring = this.references.get(content);
    referring?.delete(referenceKey(row));
    if (referring?.size === 0) this.references.delete(content);
  }

  /** Deletes bytes that no reference names. */
  collect(): void {
    for (const content of this.bytes) {
      if (!this.references.has(content)) this.bytes.delete(content);
    }
  }

  /** Takes the shared lock of a commit. */
  pin(seq: number): void {
    this.pins.set(seq, (this.pins.get(seq) ?? 0) + 1);
  }

  unpin(seq: number): void {
    const left = (this.pins.get(seq) ?? 0) - 1;
    if (left > 0) this.pins.set(seq, left);
    else this.pins.delete(seq);
  }

  /** Whether a snapshot of a commit may be opened. */
  isOpen(seq: number): boolean {
    return seq >= this.horizon || this.tags.has(seq);
  }

  #namesOf({ dirId, name }: Place): NameRows {
    const names = this.directories.get(dirId) ?? new Map<string, NameRows>();
    this.directories.set(dirId, names);
    const rows = names.get(name) ?? { current: undefined, ended: [] };
    names.set(name, rows);
    return rows;
  }
}

interface Referring {
  readonly nodeId: string;
  readonly placedSeq: number;
  readonly n?: number;
}

function referenceKey({ nodeId, placedSeq, n = 0 }: Referring): string {
  return `${nodeId} ${placedSeq} ${n}`;
}

/** Whether `a` stands after `b`. */
export function isLater(a: Position, b: Position): boolean {
  return a.txnSeq > b.txnSeq || (a.txnSeq === b.txnSeq && a.n > b.n);
}

function newestPlaced(rows: readonly EndedRow[], seq: number): EndedRow | undefined {
  let newest: EndedRow | undefined;
  for (const row of rows) {
    if (row.placedSeq <= seq && row.placedSeq >= (newest?.placedSeq ?? 0)) newest = row;
  }
  return newest;
}

/** The segments that a reader sees, oldest first. @param rows newest first */
export function liveSegments(rows: readonly SegmentRow[], rules: TreeRules): string[] {
  const at = rows.findIndex(({ kind }) => kind !== "append");
  const checkpoint = rows[at];
  const isBeyond = (row: SegmentRow, index: number) => {
    if (!checkpoint || index < at) return true;
    return rules.readPastCheckpoint && !!checkpoint.coversTo && isLater(row, checkpoint.coversTo);
  };
  const appended = rows.filter((row, index) => row.kind === "append" && isBeyond(row, index));
  return [
    ...(checkpoint?.segments ?? []),
    ...appended.reverse().flatMap(({ segments }) => segments),
  ];
}
