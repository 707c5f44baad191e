import type { Operation } from "../../tinyfs/model/operation.ts";
import type { EndedRow, Oplog, Place, Position, Row, RowRef, SegmentRow } from "./oplog.ts";
import { liveSegments, ROOT } from "./oplog.ts";

/** The number of rows that are not committed. */
const PENDING = Number.MAX_SAFE_INTEGER;
const MAX_LINKS = 10;

/** A row to be. */
export interface StagedRow extends Row {
  /** Whether it holds a new version, and does not only change its place. */
  readonly isDirty: boolean;
  /** The committed row that it continues. */
  readonly home?: RowRef | undefined;
  readonly isRestored?: boolean;
}

/** A name that was touched, with what stood there at the base. */
export interface StagedName extends Place {
  readonly before: Row | undefined;
  readonly after: StagedRow | undefined;
}

/** A row of a series to be; its numbers are given by the commit. */
export interface StagedSegment {
  readonly kind: SegmentRow["kind"];
  readonly segments: readonly string[];
  /** Of a compaction: the last row it stands for; its own transaction's rows are counted from `PENDING`. */
  readonly coversTo?: Position;
}

/** What a transaction adds to one series. */
export interface StagedSeries {
  readonly nodeId: string;
  /** Where the series stood at the base; nowhere if it was made since. */
  readonly home: Place | undefined;
  readonly rows: StagedSegment[];
}

/** A row of a series. */
export interface SegmentSource extends Position {
  readonly nodeId: string;
}

/** The call is not to be had. */
export class CallRefused extends Error {}

interface Spot {
  readonly place: Place;
  readonly row: StagedRow | undefined;
}

/** A transaction: it reads its base and its own writes, and stages rows until it is committed. */
export class ModelTransaction {
  readonly base: number;
  readonly oplog: Oplog;
  names = new Map<string, StagedName>();
  series = new Map<string, StagedSeries>();
  /** Directories that it has made. */
  created = new Set<string>();
  /** Rows whose content is used again. */
  sources: RowRef[] = [];
  /** The same of series. */
  segmentSources: SegmentSource[] = [];

  constructor(oplog: Oplog) {
    this.oplog = oplog;
    this.base = oplog.head;
    oplog.pin(this.base);
  }

  /** Does what the operation says, all of it or nothing. @returns the node it made or changed */
  call(operation: Operation, number: number): string {
    const { names, series, created, sources, segmentSources } = this;
    this.names = new Map(names);
    this.series = new Map([...series].map(([id, one]) => [id, { ...one, rows: [...one.rows] }]));
    this.created = new Set(created);
    this.sources = [...sources];
    this.segmentSources = [...segmentSources];
    try {
      return this.#do(operation, number);
    } catch (error) {
      Object.assign(this, { names, series, created, sources, segmentSources });
      throw error;
    }
  }

  rowAt(place: Place): StagedRow | undefined {
    const staged = this.names.get(keyOf(place));
    if (staged) return staged.after;
    const row = this.oplog.rowAt(place, this.base);
    return row && { ...row, isDirty: false };
  }

  rowsIn(dirId: string): StagedRow[] {
    const staged = [...this.names.values()].filter((one) => one.dirId === dirId);
    const names = [...this.oplog.rowsAt(dirId, this.base), ...staged].map(({ name }) => name);
    return [...new Set(names)].sort().flatMap((name) => this.rowAt({ dirId, name }) ?? []);
  }

  /** The segments of a series, with its own. */
  segmentsOf(nodeId: string): string[] {
    return liveSegments(this.#segmentRows(nodeId), this.oplog.rules);
  }

  /** Directories that are reached from the root. */
  reachable(): Set<string> {
    const found = new Set<string>();
    const walk = (dirId: string) => {
      found.add(dirId);
      for (const { kind, nodeId } of this.rowsIn(dirId)) if (kind === "Directory") walk(nodeId);
    };
    walk(ROOT);
    return found;
  }

  #do(operation: Operation, number: number): string {
    const { kind, path } = operation;
    const ofTheLink = kind === "remove" || kind === "rename" || kind === "symlink";
    const spot = this.#locate(path, !ofTheLink);
    const content = `c${number}`;
    switch (kind) {
      case "write":
        return this.#write(spot, operation.create, content, number);
      case "createDir":
        return this.#create(spot, { kind: "Directory" }, number);
      case "symlink":
        return this.#create(spot, { kind: "Symlink", content, target: operation.target }, number);
      case "attributes":
        return this.#rewrite(taken(spot), {
          attributes: JSON.stringify({ value: operation.value }),
        });
      case "remove":
        return this.#remove(taken(spot), operation.recursive);
      case "rename":
        return this.#rename(taken(spot), this.#locate(operation.to, false), operation.replace);
      case "copy":
        return this.#copy(
          taken(spot),
          this.#locate(operation.to, false),
          operation.replace,
          number,
        );
      case "createSeries":
        this.#create(spot, { kind: "FileSeries" }, number);
        return this.#addSegment(this.#locate(path, true), { kind: "append", segments: [content] });
      case "append":
        return this.#addSegment(spot, { kind: "append", segments: [content] });
      case "replaceSeries":
        return this.#addSegment(spot, { kind: "replace", segments: [content] });
      case "trim":
        return this.#trim(spot, operation.keep);
      case "compact":
        return this.#compact(spot);
      case "restore":
        return this.#restore(spot, operation.version);
    }
  }

  #locate(path: string, followLast: boolean): Spot {
    const passed: { id: string; place: Place }[] = [];
    const ahead = path.split("/").filter(Boolean).reverse();
    for (let links = 0, name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (name === "..") {
        passed.pop();
        continue;
      }
      const place = { dirId: passed.at(-1)?.id ?? ROOT, name };
      const row = this.rowAt(place);
      const isAtEnd = ahead.length === 0;
      if (row?.kind === "Symlink" && (followLast || !isAtEnd)) {
        links += 1;
        if (links > MAX_LINKS) throw new CallRefused("a loop of links");
        if (row.target.startsWith("/")) passed.length = 0;
        ahead.push(...row.target.split("/").filter(Boolean).reverse());
      } else if (isAtEnd) return { place, row };
      else if (row?.kind === "Directory") passed.push({ id: row.nodeId, place });
      else throw new CallRefused(`no directory ${name}`);
    }
    const place = passed.at(-1)?.place;
    if (!place) throw new CallRefused("the root");
    return { place, row: this.rowAt(place) };
  }

  #stage(place: Place, after: StagedRow | undefined): void {
    const key = keyOf(place);
    const known = this.names.get(key);
    const before = known ? known.before : this.oplog.rowAt(place, this.base);
    this.names.set(key, { ...place, before, after });
  }

  #create(
    { place, row }: Spot,
    made: Pick<Row, "kind"> & Partial<Row>,
    number: number | string,
  ): string {
    if (row) throw new CallRefused("taken");
    const nodeId = `n${number}`;
    if (made.kind === "Directory") this.created.add(nodeId);
    const numbers = { placedSeq: PENDING, txnSeq: PENDING, version: 1 };
    const nothing = { content: "", target: "", attributes: "{}" };
    this.#stage(place, { ...nothing, ...made, ...place, ...numbers, nodeId, isDirty: true });
    return nodeId;
  }

  #rewrite({ place, row }: Taken, change: Partial<Row>): string {
    const version = row.isDirty ? row.version : row.version + 1;
    const pending = { placedSeq: PENDING, txnSeq: PENDING, isDirty: true };
    this.#stage(place, {
      ...row,
      ...change,
      ...pending,
      version,
      home: homeOf(row),
      from: undefined,
    });
    return row.nodeId;
  }

  #write(spot: Spot, create: string, content: string, number: number): string {
    if (!spot.row) {
      if (create === "replace") throw new CallRefused("nothing to replace");
      return this.#create(spot, { kind: "FileData", content }, number);
    }
    if (spot.row.kind !== "FileData" || create === "new") throw new CallRefused("taken");
    return this.#rewrite(taken(spot), { content });
  }

  #remove({ place, row }: Taken, recursive: boolean): string {
    if (!recursive && this.rowsIn(row.nodeId).length > 0) throw new CallRefused("not empty");
    if (row.kind === "Directory") this.#removeBelow(row.nodeId, false);
    this.series.delete(row.nodeId);
    this.#stage(place, undefined);
    return row.nodeId;
  }

  /** Names in a directory that was there before keep what happened to them; others leave no trace. */
  #removeBelow(dirId: string, isKept: boolean): void {
    const keeps = isKept || !this.created.has(dirId);
    for (const { kind, nodeId } of this.rowsIn(dirId)) {
      if (kind === "Directory") this.#removeBelow(nodeId, keeps);
      if (!keeps) this.series.delete(nodeId);
    }
    if (keeps) return;
    for (const [key, name] of this.names) if (name.dirId === dirId) this.names.delete(key);
  }

  #vacate({ place, row }: Spot, by: Row, replace: boolean): void {
    if (!row) return;
    if (!replace) throw new CallRefused("taken");
    if ((row.kind === "Directory") !== (by.kind === "Directory"))
      throw new CallRefused("other kind");
    this.#remove({ place, row }, false);
  }

  #rename(from: Taken, to: Spot, replace: boolean): string {
    const { row } = from;
    if (to.row?.nodeId === row.nodeId) {
      if (!replace) throw new CallRefused("taken");
      return row.nodeId;
    }
    if (this.#isWithin(to.place.dirId, row)) throw new CallRefused("into itself");
    this.#vacate(to, row, replace);
    this.#stage(from.place, undefined);
    const home = homeOf(row);
    this.#stage(to.place, { ...row, ...to.place, placedSeq: PENDING, home, from: undefined });
    return row.nodeId;
  }

  #isWithin(dirId: string, { nodeId, kind }: Row): boolean {
    if (kind !== "Directory") return false;
    return dirId === nodeId || this.rowsIn(nodeId).some((row) => this.#isWithin(dirId, row));
  }

  #copy({ row }: Taken, to: Spot, replace: boolean, number: number): string {
    const isOver = to.row?.nodeId === row.nodeId || this.#isWithin(to.place.dirId, row);
    if (isOver) throw new CallRefused("into itself");
    const below = row.kind === "Directory" ? this.#treeBelow(row.nodeId) : [];
    this.#vacate(to, row, replace);
    return this.#copyRow(row, below, to.place, `${number}`);
  }

  #treeBelow(dirId: string): Copied[] {
    return this.rowsIn(dirId).map((row) => {
      return { row, below: row.kind === "Directory" ? this.#treeBelow(row.nodeId) : [] };
    });
  }

  #copyRow(row: StagedRow, below: readonly Copied[], place: Place, name: string): string {
    if (row.placedSeq !== PENDING) this.sources.push(refOf(row));
    const { kind, content, target, attributes } = row;
    const made = this.#create(
      { place, row: undefined },
      { kind, content, target, attributes },
      name,
    );
    if (kind === "FileSeries") {
      const segments = this.segmentsOf(row.nodeId);
      this.series.set(made, {
        nodeId: made,
        home: undefined,
        rows: [{ kind: "replace", segments }],
      });
    }
    for (const [index, child] of below.entries()) {
      const to = { dirId: made, name: child.row.name };
      this.#copyRow(child.row, child.below, to, `${name}.${index}`);
    }
    return made;
  }

  #addSegment(spot: Spot, row: StagedSegment): string {
    const { nodeId } = seriesAt(spot);
    this.#seriesOf(spot).rows.push(row);
    return nodeId;
  }

  #seriesOf(spot: Spot): StagedSeries {
    const { nodeId, home, placedSeq } = seriesAt(spot);
    const isNew = placedSeq === PENDING && !home;
    const known = this.series.get(nodeId);
    const series = known ?? { nodeId, home: isNew ? undefined : (home ?? spot.place), rows: [] };
    this.series.set(nodeId, series);
    return series;
  }

  #trim(spot: Spot, keep: number): string {
    const { nodeId } = seriesAt(spot);
    return this.#addSegment(spot, {
      kind: "replace",
      segments: this.segmentsOf(nodeId).slice(-keep),
    });
  }

  #compact(spot: Spot): string {
    const { nodeId } = seriesAt(spot);
    const staged = this.series.get(nodeId)?.rows ?? [];
    const [newest] = this.oplog.segmentsAt(nodeId, this.base);
    if (!this.oplog.rules.ownSegmentsUncovered && staged.length > 0) {
      const coversTo = { txnSeq: PENDING, n: staged.length - 1 };
      return this.#addSegment(spot, {
        kind: "compact",
        segments: this.segmentsOf(nodeId),
        coversTo,
      });
    }
    if (staged.length > 0 || !newest) return nodeId;
    const coversTo = { txnSeq: newest.txnSeq, n: newest.n };
    return this.#addSegment(spot, { kind: "compact", segments: this.segmentsOf(nodeId), coversTo });
  }

  #restore(spot: Spot, version: number | undefined): string {
    if (spot.row) return this.#restoreVersion(taken(spot), version);
    if (this.names.has(keyOf(spot.place))) throw new CallRefused("nothing was removed");
    const ended = this.oplog.lastEnded(spot.place, this.base);
    if (!ended || ended.end === "replaced") throw new CallRefused("nothing was removed");
    if (this.oplog.rules.restoreOnlyTheDead && ended.end !== "removed") {
      throw new CallRefused("it lives elsewhere");
    }
    return this.#restoreRow(spot, ended, version);
  }

  #restoreRow(spot: Spot, ended: EndedRow, version: number | undefined): string {
    const isSeries = ended.kind === "FileSeries";
    const rows = isSeries ? this.#rowsAtVersion(ended.nodeId, version) : [];
    const source = isSeries || version === undefined ? ended : this.#findVersion(ended, version);
    const { endSeq: _, end: __, from: ___, ...row } = ended;
    const { content, attributes } = source;
    this.sources.push(refOf(ended), refOf(source));
    const restored = {
      ...row,
      ...(isSeries ? {} : { content, attributes }),
      version: isSeries ? row.version : row.version + 1,
      placedSeq: PENDING,
      txnSeq: PENDING,
      isDirty: true,
      isRestored: true,
      home: refOf(ended),
    };
    this.#stage(spot.place, restored);
    const [newest] = this.oplog.segmentsAt(ended.nodeId, this.base);
    if (isSeries && version !== undefined && version !== newest?.version) {
      const segments = liveSegments(rows, this.oplog.rules);
      this.#addSegment({ place: spot.place, row: restored }, { kind: "replace", segments });
    }
    return row.nodeId;
  }

  #restoreVersion(spot: Taken, version: number | undefined): string {
    const { row } = spot;
    if (row.kind === "FileSeries") {
      const [newest] = this.#segmentRows(row.nodeId);
      if (version === undefined || version === newest?.version) return row.nodeId;
      const segments = liveSegments(this.#rowsAtVersion(row.nodeId, version), this.oplog.rules);
      return this.#addSegment(spot, { kind: "replace", segments });
    }
    if (version === undefined || version === row.version) return row.nodeId;
    const source = this.#findVersion(row, version);
    if (source.placedSeq !== PENDING) this.sources.push(refOf(source));
    return this.#rewrite(spot, { content: source.content, attributes: source.attributes });
  }

  #findVersion(newest: StagedRow | Row, version: number): Row {
    for (let row: Row | undefined = newest; row; row = this.#previous(row)) {
      if (row.version === version) return row;
    }
    throw new CallRefused("no such version");
  }

  #previous(row: StagedRow | Row): Row | undefined {
    const home = "home" in row ? row.home : undefined;
    return home ? this.oplog.find(home) : this.oplog.previous(row);
  }

  #rowsAtVersion(nodeId: string, version: number | undefined): SegmentRow[] {
    const rows = this.#segmentRows(nodeId);
    if (version === undefined) return rows;
    const at = rows.findIndex((row) => row.kind !== "compact" && row.version === version);
    if (at < 0) throw new CallRefused("no such version");
    const then = rows.slice(at);
    const committed = then.filter(({ txnSeq }) => txnSeq !== PENDING);
    this.segmentSources.push(...committed.map(({ txnSeq, n }) => ({ nodeId, txnSeq, n })));
    return then;
  }

  /** The rows of a series with its own, newest first, as a commit would number them now. */
  #segmentRows(nodeId: string): SegmentRow[] {
    const committed = this.oplog.segmentsAt(nodeId, this.base);
    const own = settleSegments(this.series.get(nodeId)?.rows ?? [], committed[0], PENDING);
    return [...own.reverse(), ...committed];
  }
}

type Taken = Spot & { readonly row: StagedRow };

interface Copied {
  readonly row: StagedRow;
  readonly below: readonly Copied[];
}

/** Rows of a series with the numbers that a commit gives them. @param newest what they continue */
export function settleSegments(
  staged: readonly StagedSegment[],
  newest: SegmentRow | undefined,
  txnSeq: number,
): SegmentRow[] {
  let last = newest;
  return staged.map(({ kind, segments, coversTo }, n) => {
    const before = last ?? { version: 0, total: 0 };
    const version = kind === "compact" ? before.version : before.version + 1;
    const added = kind === "append" ? before.total + segments.length : segments.length;
    const total = kind === "compact" ? before.total : added;
    const own = kind === "replace" ? { txnSeq, n } : coversTo && settled(coversTo, txnSeq);
    last = { kind, segments, txnSeq, n, version, total, coversTo: own };
    return last;
  });
}

function settled(position: Position, txnSeq: number): Position {
  return position.txnSeq === PENDING ? { ...position, txnSeq } : position;
}

function taken(spot: Spot): Taken {
  if (!spot.row) throw new CallRefused("nothing there");
  return { ...spot, row: spot.row };
}

function seriesAt({ row }: Spot): StagedRow {
  if (row?.kind !== "FileSeries") throw new CallRefused("no series");
  return row;
}

function homeOf(row: StagedRow): RowRef | undefined {
  return row.placedSeq === PENDING ? row.home : refOf(row);
}

function refOf({ dirId, name, placedSeq }: RowRef): RowRef {
  return { dirId, name, placedSeq };
}

/** A name as a key. */
export function keyOf({ dirId, name }: Place): string {
  return `${dirId}/${name}`;
}
