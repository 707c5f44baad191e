import type { ByteSource } from "./byte-source.ts";
import type { Change } from "./change.ts";
import { NO_TOTALS } from "./change.ts";
import type {
  Attributes,
  Content,
  ContentDetails,
  Entry,
  Place,
  RowRef,
  SegmentRow,
  SupersededEntry,
} from "./entry.ts";
import type { EntryType } from "./entry-type.ts";
import { supportsLargeFiles } from "./entry-type.ts";
import { newNodeId, newTransactionId } from "./new-ids.ts";
import type { NodeId } from "./node-id.ts";
import { ROOT_ID } from "./node-id.ts";
import { settleSeries } from "./settle.ts";
import { detailsOf, homeOf, isDirty, pending } from "./staged-entry.ts";
import type { Page, RowScope, Tree } from "./tree.ts";
import { listAll } from "./tree-pages.ts";
import type {
  ChainLink,
  RemovedBelow,
  StagedEntry,
  StagedName,
  StagedSegmentRow,
  WriteSet,
} from "./write-set.ts";

/** The number of rows that are not committed: after every commit. */
const PENDING_SEQ = Number.MAX_SAFE_INTEGER;

/** What a new version of a node is made of. */
export interface NewVersion {
  readonly content?: Content;
  readonly details?: ContentDetails;
  readonly attributes?: Attributes | undefined;
}

/** What a new node is made of. */
export interface NewNode extends NewVersion {
  readonly entryType: EntryType;
  readonly target?: string;
  readonly size?: number;
  readonly sha256?: string;
}

/** A name as a transaction finds it: where it is, what it is called, and what stands there. */
export interface Spot {
  readonly place: Place;
  readonly path: string;
  readonly entry: Entry | undefined;
}

interface SeriesInProgress {
  readonly nodeId: NodeId;
  readonly path: string;
  readonly home?: Place;
  readonly rows: StagedSegmentRow[];
}

/**
 * A transaction's tree: its base with its own writes over it. Its changing methods are synchronous
 * but for `remove`, so that what was looked up before still holds; callers run one at a time.
 */
export class StagedTree implements Tree {
  readonly #base: Tree;
  readonly #names = new Map<NodeId, Map<string, StagedName>>();
  readonly #series = new Map<NodeId, SeriesInProgress>();
  readonly #created = new Set<NodeId>();
  /** Where each directory stood at the base. */
  readonly #parents = new Map<NodeId, ChainLink>();
  readonly #gone = new Set<NodeId>();
  readonly #sources: RowRef[] = [];
  readonly #expected: ((change: Change) => boolean)[] = [];
  readonly #removedBelow = { files: 0, directories: 0, liveBytes: 0 };
  #changeCount = 0;

  constructor(base: Tree) {
    this.#base = base;
  }

  get seq(): number {
    return this.#base.seq;
  }

  /** Grows with every change: tells a call that was refused from one that failed halfway. */
  get changeCount(): number {
    return this.#changeCount;
  }

  async entry(place: Place): Promise<Entry | undefined> {
    const staged = this.#staged(place);
    if (staged) return staged.after;
    if (this.#created.has(place.dirId)) return undefined;
    return this.#seen(await this.#base.entry(place));
  }

  async entries(dirId: NodeId, { after, limit }: Page): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    let cursor = after;
    for (let more = true; more && found.length < limit; ) {
      const page = this.#created.has(dirId)
        ? []
        : await this.#base.entries(dirId, { after: cursor, limit });
      more = page.length === limit;
      const last = more ? page.at(-1)?.name : undefined;
      found.push(...this.#overlay(dirId, page, cursor, last));
      cursor = last;
    }
    return found.slice(0, limit);
  }

  async segments(nodeId: NodeId, scope?: RowScope): Promise<readonly SegmentRow[]> {
    const committed = await this.#base.segments(nodeId, scope);
    return [...this.#pendingSegments(nodeId, committed[0]).reverse(), ...committed];
  }

  async newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined> {
    const committed = await this.#base.newestSegment(nodeId);
    return this.#pendingSegments(nodeId, committed).at(-1) ?? committed;
  }

  async previous(entry: Entry): Promise<SupersededEntry | undefined> {
    const home = (entry as StagedEntry).home;
    if (entry.placedSeq !== 0) return this.#base.previous(entry);
    if (!home) return undefined;
    const staged = await this.#base.entry(home);
    if (staged?.placedSeq === home.placedSeq)
      return { ...staged, endSeq: PENDING_SEQ, end: "replaced" };
    const ended = await this.#base.lastEnded(home);
    return ended?.placedSeq === home.placedSeq ? ended : undefined;
  }

  async lastEnded(place: Place): Promise<SupersededEntry | undefined> {
    if (this.#staged(place)) return undefined;
    return this.#base.lastEnded(place);
  }

  open(content: Content): Promise<ByteSource> {
    return this.#base.open(content);
  }

  /** Whether the node was made in this transaction. */
  isNew(entry: Entry): boolean {
    return entry.placedSeq === 0 && !(entry as StagedEntry).home;
  }

  /** Puts a new node at a free name. */
  create({ place, path }: Spot, { entryType, content, details, ...rest }: NewNode): StagedEntry {
    const nodeId = newNodeId();
    const isDirectory = entryType === "Directory";
    if (isDirectory) this.#created.add(nodeId);
    const { attributes, target, size = content?.size ?? 0, sha256 = content?.sha256 ?? "" } = rest;
    return this.#put(
      { place, path, entry: undefined },
      {
        ...place,
        nodeId,
        partId: isDirectory ? nodeId : place.dirId,
        entryType,
        version: 1,
        ...pending(),
        size,
        sha256,
        ...details,
        ...(content && { content }),
        ...(target !== undefined && { target }),
        ...(attributes && { attributes }),
      },
    );
  }

  /** Puts a new version of the node that stands at a name. */
  rewrite(
    spot: Spot & { entry: Entry },
    { content, details, attributes }: NewVersion,
  ): StagedEntry {
    const { nodeId, partId, entryType, version, ...entry } = spot.entry;
    const kept = content ? {} : detailsOf(entry);
    const bytes = content ?? entry.content;
    return this.#put(spot, {
      ...spot.place,
      nodeId,
      partId,
      entryType,
      version: isDirty(spot.entry) ? version : version + 1,
      ...pending(),
      size: content?.size ?? entry.size,
      sha256: content?.sha256 ?? entry.sha256,
      ...kept,
      ...details,
      ...(bytes && { content: bytes }),
      ...(entry.target !== undefined && { target: entry.target }),
      ...((attributes ?? entry.attributes) && { attributes: attributes ?? entry.attributes }),
      ...homeOf(spot.entry),
    } as Omit<StagedEntry, "dirty">);
  }

  /** Moves the node at one name to another, which is free. */
  move(from: Spot & { entry: Entry }, to: Spot): StagedEntry {
    const moved: StagedEntry = {
      ...from.entry,
      ...to.place,
      placedSeq: 0,
      dirty: isDirty(from.entry),
      ...homeOf(from.entry),
    };
    this.#stage(from, undefined);
    this.#stage({ ...to, entry: undefined }, moved);
    return moved;
  }

  /** Brings back the row that stood last at a name, with the content of a version of its node. */
  async restore(spot: Spot, ended: SupersededEntry, source: Entry): Promise<StagedEntry> {
    if (ended.entryType === "Directory") await this.#countBelow(ended.nodeId, -1);
    await this.#countSeries(ended, -1);
    this.use(source);
    const { nodeId, partId, entryType, version, target, placedSeq } = ended;
    const { size, sha256, content, attributes } = source;
    const staged: StagedEntry = {
      ...spot.place,
      nodeId,
      partId,
      entryType,
      version: entryType === "FileSeries" ? version : version + 1,
      ...pending(),
      size,
      sha256,
      ...detailsOf(source),
      ...(content && { content }),
      ...(target !== undefined && { target }),
      ...(attributes && { attributes }),
      dirty: true,
      restored: true,
      home: { ...spot.place, placedSeq },
    };
    this.#stage(spot, staged);
    return staged;
  }

  /** Frees a name. What is below a directory goes with it. */
  async remove(spot: Spot & { entry: Entry }): Promise<void> {
    if (spot.entry.entryType === "Directory") await this.#removeBelow(spot.entry.nodeId);
    await this.#removeSeries(spot.entry);
    this.#stage(spot, undefined);
  }

  /** Adds rows to a series. */
  addSegments({ path, place, entry }: Spot & { entry: Entry }, row: StagedSegmentRow): void {
    const { nodeId } = entry;
    const home = this.isNew(entry) ? undefined : ((entry as StagedEntry).home ?? place);
    const series = this.#series.get(nodeId) ?? { nodeId, path, ...(home && { home }), rows: [] };
    this.#series.set(nodeId, series);
    series.rows.push(row);
    this.#changeCount += 1;
  }

  /** Notes that the content of a committed row is used again: it must be there at the commit. */
  use({ dirId, name, placedSeq }: RowRef): void {
    if (placedSeq !== 0) this.#sources.push({ dirId, name, placedSeq });
  }

  /** Makes the commit fail when another one made a change that `breaks` tells of. */
  expect(breaks: (change: Change) => boolean): void {
    this.#expected.push(breaks);
  }

  /** What a commit has to do. @param id of the transaction, if it has one already */
  writeSet(id: string = newTransactionId(), label?: string): WriteSet {
    const names = [...this.#names.values()].flatMap((staged) => [...staged.values()]);
    const series = [...this.#series.values()];
    const removedBelow: RemovedBelow = { ...this.#removedBelow };
    return {
      id,
      base: this.seq,
      ...(label !== undefined && { label }),
      names,
      series,
      chain: this.#chainsOf([...names, ...series.flatMap(({ home }) => home ?? [])]),
      gone: new Set(this.#gone),
      removedBelow,
      sources: [...this.#sources],
      expected: [...this.#expected],
    };
  }

  #staged({ dirId, name }: Place): StagedName | undefined {
    return this.#names.get(dirId)?.get(name);
  }

  /** Remembers where a directory stands at the base. */
  #seen(entry: Entry | undefined): Entry | undefined {
    if (entry?.entryType === "Directory" && !this.#parents.has(entry.nodeId)) {
      const { dirId, name, nodeId } = entry;
      this.#parents.set(nodeId, { dirId, name, nodeId });
    }
    return entry;
  }

  #put(spot: Spot, entry: Omit<StagedEntry, "dirty">): StagedEntry {
    const staged: StagedEntry = { ...entry, dirty: true };
    this.#stage(spot, staged);
    return staged;
  }

  /** @param spot with the entry that stands there, which is the base's unless the name is staged */
  #stage({ place, path, entry }: Spot, after: StagedEntry | undefined): void {
    const { dirId, name } = place;
    const names = this.#names.get(dirId) ?? new Map<string, StagedName>();
    this.#names.set(dirId, names);
    const staged = names.get(name);
    const before = staged ? staged.before : entry;
    this.#changeCount += 1;
    names.set(name, { dirId, name, path, ...(before && { before }), ...(after && { after }) });
  }

  /** The names of a base page and the staged ones in the same range, in order. */
  #overlay(dirId: NodeId, page: readonly Entry[], after?: string, last?: string): Entry[] {
    const staged = this.#names.get(dirId);
    for (const entry of page) this.#seen(entry);
    if (!staged) return [...page];
    const own = [...staged.values()].flatMap(({ name, after: entry }) => {
      const inRange = (after === undefined || name > after) && (last === undefined || name <= last);
      return entry && inRange ? [entry] : [];
    });
    const merged = [...page.filter(({ name }) => !staged.has(name)), ...own];
    return merged.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #pendingSegments(nodeId: NodeId, newest: SegmentRow | undefined): SegmentRow[] {
    const series = this.#series.get(nodeId);
    if (!series) return [];
    const newestSegments = new Map(newest && [[nodeId, newest]]);
    const time = Date.now() * 1000;
    return settleSeries(series, { seq: PENDING_SEQ, time, totals: NO_TOTALS, newestSegments });
  }

  /**
   * Takes what is below a directory out of reach. Names in one that was there before keep their history,
   * as the transaction has left them; those in one that never was leave no trace.
   * @param isKept whether the directory hangs on one that was there before
   */
  async #removeBelow(dirId: NodeId, isKept = false): Promise<void> {
    const isCreated = this.#created.has(dirId);
    if (!isCreated) this.#gone.add(dirId);
    const keeps = isKept || !isCreated;
    for await (const entry of listAll(this, dirId)) {
      if (entry.entryType === "Directory") await this.#removeBelow(entry.nodeId, keeps);
      if (!keeps) await this.#removeSeries(entry);
      else {
        this.#count(entry, 1);
        await this.#countSeries(entry, 1);
      }
    }
    if (!keeps) this.#names.delete(dirId);
  }

  /** Takes what is below a directory from the totals, or, with -1, adds it again. */
  async #countBelow(dirId: NodeId, times: 1 | -1): Promise<void> {
    for await (const entry of listAll(this, dirId)) {
      if (entry.entryType === "Directory") await this.#countBelow(entry.nodeId, times);
      this.#count(entry, times);
      await this.#countSeries(entry, times);
    }
  }

  #count({ entryType, size }: Entry, times: 1 | -1): void {
    if (entryType === "Directory") this.#removedBelow.directories += times;
    if (supportsLargeFiles(entryType)) this.#removedBelow.files += times;
    this.#removedBelow.liveBytes += times * size;
  }

  async #removeSeries(entry: Entry): Promise<void> {
    this.#series.delete(entry.nodeId);
    await this.#countSeries(entry, 1);
  }

  async #countSeries({ entryType, nodeId }: Entry, times: 1 | -1): Promise<void> {
    if (entryType !== "FileSeries") return;
    const newest = await this.newestSegment(nodeId);
    this.#removedBelow.liveBytes += times * (newest?.totals.bytes ?? 0);
  }

  #chainsOf(places: readonly Place[]): ChainLink[] {
    const links = new Map<NodeId, ChainLink>();
    for (const { dirId } of places) {
      for (let at = dirId; at !== ROOT_ID && !links.has(at); ) {
        const link = this.#parents.get(at);
        if (!link) break; // made in this transaction: the name it was put at is in the write set
        links.set(at, link);
        at = link.dirId;
      }
    }
    return [...links.values()];
  }
}
