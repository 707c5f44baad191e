import type { ByteSource } from "./byte-source.ts";
import type { Content, Entry, Place, SegmentRow, SupersededEntry } from "./entry.ts";
import { isTinyFSError } from "./errors.ts";
import type { NodeId } from "./node-id.ts";
import type { Page, RowScope, Tree } from "./tree.ts";

/** After so many single look-ups in one directory its names are read as a whole. */
const LOOKUPS_BEFORE_LISTING = 4;
/** How many names are remembered of one directory at most, and of all. */
const MAX_CACHED_NAMES = 10_000;
const MAX_CACHED_NAMES_OF_ALL = 50_000;

/**
 * A tree that remembers the names of the directories it has looked into: for a transaction that writes
 * many files side by side, and for a snapshot.
 */
export class CachedTree implements Tree {
  readonly seq: number;
  readonly #inner: Tree;
  readonly #lookups = new Map<NodeId, number>();
  readonly #names = new Map<NodeId, Promise<Map<string, Entry> | undefined>>();
  #kept = 0;

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

  segments(nodeId: NodeId, scope?: RowScope): Promise<readonly SegmentRow[]> {
    return this.#inner.segments(nodeId, scope);
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

  open(content: Content): Promise<ByteSource> {
    return this.#inner.open(content);
  }

  #cachedNames(dirId: NodeId): Promise<Map<string, Entry> | undefined> | undefined {
    const lookups = (this.#lookups.get(dirId) ?? 0) + 1;
    this.#lookups.set(dirId, lookups);
    if (lookups > LOOKUPS_BEFORE_LISTING && !this.#names.has(dirId)) {
      this.#names.set(dirId, this.#readNames(dirId));
    }
    return this.#names.get(dirId);
  }

  /** All names of a directory, or `undefined` where they are too many to keep, or one is damaged. */
  async #readNames(dirId: NodeId): Promise<Map<string, Entry> | undefined> {
    try {
      const entries = await this.#inner.entries(dirId, { limit: MAX_CACHED_NAMES });
      this.#kept += entries.length;
      const isTooMuch = this.#kept > MAX_CACHED_NAMES_OF_ALL;
      if (entries.length === MAX_CACHED_NAMES || isTooMuch) return undefined;
      return new Map(entries.map((entry) => [entry.name, entry]));
    } catch (error) {
      // One damaged row must not keep the names beside it out of reach: each is looked up by itself.
      if (isTinyFSError(error, "CORRUPT_ROW")) return undefined;
      this.#names.delete(dirId); // the next look-up may fare better
      throw error;
    }
  }
}
