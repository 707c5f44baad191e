import { promisifyRequest } from "idb-keyval";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import { CommittedTree } from "../tinyfs/committed-tree.ts";
import type { Content, Entry, Place, SegmentRow, SupersededEntry } from "../tinyfs/entry.ts";
import { isTinyFSError } from "../tinyfs/errors.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { PersistenceLayer } from "../tinyfs/persistence.ts";
import type { Page, RowScope, Tree } from "../tinyfs/tree.ts";
import { placeKey } from "../tinyfs/write-set.ts";
import { keysBelow, seqOfTxnKey } from "./keys.ts";
import {
  entriesAt,
  entryAt,
  lastEnded,
  NOW,
  newestSegment,
  previousEntry,
  type RowQuery,
  segmentsAt,
} from "./reader.ts";
import { NO_COMMIT } from "./txn-row.ts";

/** What a tree needs beside its transaction. */
interface TreeParts {
  readonly open: OpenWithin;
  /** To go on with; without it a read fails where the transaction has ended. */
  readonly persistence?: PersistenceLayer;
  /** Whether nobody waits for its number: it is asked for after the first row. */
  readonly isUnnumbered?: boolean;
}

/** Opens bytes, reading what it needs of the log in a transaction. */
type OpenWithin = (content: Content, transaction: IDBTransaction) => Promise<ByteSource>;

/**
 * The newest commit's tree, read in one transaction for as long as its requests follow one another:
 * IndexedDB ends a transaction that nobody asks anything of. After that, and where the connection was
 * lost, it goes on as of the same commit, each read in a transaction of its own.
 */
export class NewestTree implements Tree {
  readonly #oplog: IDBObjectStore;
  readonly #open: OpenWithin;
  readonly #persistence: PersistenceLayer | undefined;
  readonly #entries = new Map<string, Promise<Entry | undefined>>();
  #known: Promise<void> | undefined;
  #isAnswered = false;
  #seq = NO_COMMIT.seq;
  #later: Tree | undefined;

  /** @param oplog of a transaction that has just begun */
  constructor(oplog: IDBObjectStore, { persistence, open, isUnnumbered = false }: TreeParts) {
    this.#oplog = oplog;
    this.#persistence = persistence;
    this.#open = open;
    // Before anything else: requests are answered in their order.
    if (!isUnnumbered) this.#askNumber();
  }

  /**
   * Whether its transaction has begun in this very turn of the event loop: a transaction takes requests
   * only in the turn that made it and in those of its answers.
   */
  get isFresh(): boolean {
    return !this.#isAnswered && takesRequests(this.#oplog);
  }

  /** Known with the first row, or, where nobody waits for it, soon after. */
  get seq(): number {
    return this.#seq;
  }

  /** Asked for once: the calls that share a tree have most directories on their ways in common. */
  entry(place: Place): Promise<Entry | undefined> {
    const key = placeKey(place);
    const asked = this.#entries.get(key);
    if (asked !== undefined) return asked;
    const entry = this.#read(entryAt(place), (tree) => tree.entry(place));
    this.#entries.set(key, entry);
    return entry;
  }

  entries(dirId: NodeId, page: Page): Promise<readonly Entry[]> {
    return this.#read(entriesAt(dirId, page), (tree) => tree.entries(dirId, page));
  }

  segments(nodeId: NodeId, scope?: RowScope): Promise<readonly SegmentRow[]> {
    return this.#read(segmentsAt(nodeId, scope), (tree) => tree.segments(nodeId, scope));
  }

  newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined> {
    return this.#read(newestSegment(nodeId), (tree) => tree.newestSegment(nodeId));
  }

  previous(entry: Entry): Promise<SupersededEntry | undefined> {
    return this.#read(previousEntry(entry), (tree) => tree.previous(entry));
  }

  lastEnded(place: Place): Promise<SupersededEntry | undefined> {
    return this.#read(lastEnded(place), (tree) => tree.lastEnded(place));
  }

  open(content: Content): Promise<ByteSource> {
    const { transaction } = this.#oplog;
    return this.#attempt(
      () => this.#open(content, transaction),
      (tree) => tree.open(content),
    );
  }

  #read<Found>(query: RowQuery<Found>, later: (tree: Tree) => Promise<Found>): Promise<Found> {
    return this.#attempt(() => query(this.#oplog, NOW), later);
  }

  async #attempt<Value>(
    now: () => Promise<Value>,
    later: (tree: Tree) => Promise<Value>,
  ): Promise<Value> {
    if (!this.#later) {
      try {
        const answer = now();
        this.#askNumber();
        return await answer;
      } catch (error) {
        if (!this.#persistence || !isStoresFault(error)) throw error;
        this.#later = await this.#goOn(this.#persistence);
      }
    }
    return later(this.#later);
  }

  #askNumber(): void {
    if (this.#known !== undefined) return;
    this.#known = this.#readNumber();
    this.#known.catch(() => {}); // whatever is read meets the same fault
  }

  async #readNumber(): Promise<void> {
    const key = await promisifyRequest(this.#oplog.getKey(keysBelow("txn")));
    this.#isAnswered = true;
    if (key !== undefined) this.#seq = seqOfTxnKey(key);
  }

  /** Where the number could not be read nothing else has been: the tree may as well begin anew. */
  async #goOn(persistence: PersistenceLayer): Promise<Tree> {
    try {
      await this.#known;
    } catch {
      this.#seq = (await persistence.head()).seq;
    }
    return new CommittedTree(persistence, this.#seq);
  }
}

/** Calls of one turn of the event loop share a tree: a transaction each would cost more than its reads. */
export class NewestTrees {
  readonly #begin: () => Promise<NewestTree>;
  #last: Promise<NewestTree> | undefined;

  /** @param begin begins a transaction */
  constructor(begin: () => Promise<NewestTree>) {
    this.#begin = begin;
  }

  /** The tree as of now: no commit that anybody can know of is missing from it. */
  async get(): Promise<NewestTree> {
    for (;;) {
      const last = this.#last;
      const tree = await last?.catch(() => undefined); // whoever began it has the error
      if (tree?.isFresh) return tree;
      if (this.#last !== last) continue;
      const begun = this.#begin();
      this.#last = begun;
      return begun;
    }
  }
}

/** Asks with what is no key, which is refused after the transaction's state was looked at. */
function takesRequests(store: IDBObjectStore): boolean {
  try {
    store.get(Number.NaN);
    return true;
  } catch (error) {
    return error instanceof DOMException && error.name === "DataError";
  }
}

/** Whether a read failed because of its transaction, and not because of what it found. */
function isStoresFault(error: unknown): boolean {
  return error instanceof DOMException || isTinyFSError(error, "STORAGE_UNAVAILABLE");
}
