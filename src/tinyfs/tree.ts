import type { Entry, Place, SegmentRow, SupersededEntry } from "./entry.ts";
import type { NodeId } from "./node-id.ts";
import type { Page, PersistenceLayer } from "./persistence.ts";

/** A tree of entries that holds still: a commit, or a transaction's base with its own writes. */
export interface Tree {
  /** The commit that is read. */
  readonly seq: number;
  entry(place: Place): Promise<Entry | undefined>;
  entries(dirId: NodeId, page: Page): Promise<readonly Entry[]>;
  /** All rows of a series, newest first. */
  segments(nodeId: NodeId): Promise<readonly SegmentRow[]>;
  newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined>;
  /** The row that `entry` continues. */
  previous(entry: Entry): Promise<SupersededEntry | undefined>;
  lastEnded(place: Place): Promise<SupersededEntry | undefined>;
}

/** The tree as of one commit. */
export class CommittedTree implements Tree {
  readonly seq: number;
  readonly #persistence: PersistenceLayer;

  constructor(persistence: PersistenceLayer, seq: number) {
    this.#persistence = persistence;
    this.seq = seq;
  }

  entry(place: Place): Promise<Entry | undefined> {
    return this.#persistence.entryAt(place, this.seq);
  }

  entries(dirId: NodeId, page: Page): Promise<readonly Entry[]> {
    return this.#persistence.entriesAt(dirId, this.seq, page);
  }

  segments(nodeId: NodeId): Promise<readonly SegmentRow[]> {
    return this.#persistence.segmentsAt(nodeId, this.seq);
  }

  newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined> {
    return this.#persistence.newestSegment(nodeId, this.seq);
  }

  previous(entry: Entry): Promise<SupersededEntry | undefined> {
    return this.#persistence.previousEntry(entry);
  }

  lastEnded(place: Place): Promise<SupersededEntry | undefined> {
    return this.#persistence.lastEnded(place, this.seq);
  }
}

/** After so many single look-ups in one directory its names are read as a whole. */
const LOOKUPS_BEFORE_LISTING = 4;
/** How many names are remembered of one directory at most. */
const MAX_CACHED_NAMES = 10_000;

/**
 * A tree that remembers the names of the directories it has looked into, for a transaction that
 * writes many files side by side.
 */
export class CachedTree implements Tree {
  readonly seq: number;
  readonly #inner: Tree;
  readonly #lookups = new Map<NodeId, number>();
  readonly #names = new Map<NodeId, Promise<Map<string, Entry> | undefined>>();

  constructor(inner: Tree) {
    this.#inner = inner;
    this.seq = inner.seq;
  }

  async entry(place: Place): Promise<Entry | undefined> {
    const names = await this.#cachedNames(place.dirId);
    return names ? names.get(place.name) : this.#inner.entry(place);
  }

  entries(dirId: NodeId, page: Page): Promise<readonly Entry[]> {
    return this.#inner.entries(dirId, page);
  }

  segments(nodeId: NodeId): Promise<readonly SegmentRow[]> {
    return this.#inner.segments(nodeId);
  }

  newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined> {
    return this.#inner.newestSegment(nodeId);
  }

  previous(entry: Entry): Promise<SupersededEntry | undefined> {
    return this.#inner.previous(entry);
  }

  lastEnded(place: Place): Promise<SupersededEntry | undefined> {
    return this.#inner.lastEnded(place);
  }

  #cachedNames(dirId: NodeId): Promise<Map<string, Entry> | undefined> | undefined {
    const lookups = (this.#lookups.get(dirId) ?? 0) + 1;
    this.#lookups.set(dirId, lookups);
    if (lookups > LOOKUPS_BEFORE_LISTING && !this.#names.has(dirId)) {
      this.#names.set(dirId, this.#readNames(dirId));
    }
    return this.#names.get(dirId);
  }

  /** All names of a directory, or `undefined` where they are too many to keep. */
  async #readNames(dirId: NodeId): Promise<Map<string, Entry> | undefined> {
    const entries = await this.#inner.entries(dirId, { limit: MAX_CACHED_NAMES });
    if (entries.length === MAX_CACHED_NAMES) return undefined;
    return new Map(entries.map((entry) => [entry.name, entry]));
  }
}
