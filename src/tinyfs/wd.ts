import type { ByteRange, ByteSource } from "./byte-source.ts";
import { atPath } from "./damage.ts";
import type { RecursiveOptions } from "./directories.ts";
import type { Attributes } from "./entry.ts";
import type { ListEntry, Stat, VersionInfo } from "./entry-info.ts";
import { statEntry } from "./entry-info.ts";
import type { EntryType } from "./entry-type.ts";
import { isTinyFSError, TinyFSError } from "./errors.ts";
import type { GlobMatch } from "./glob.ts";
import { heldItems, readTree } from "./held-read.ts";
import type { ListOptions } from "./list-directory.ts";
import { listDirectory } from "./list-directory.ts";
import { gatherItems, itemsOf, Listing } from "./listing.ts";
import { loadOnce } from "./load-once.ts";
import { loadWrites } from "./load-writes.ts";
import type { OpenOptions } from "./open-file.ts";
import { openFile, readBytes } from "./open-file.ts";
import type { ReplaceOptions } from "./rename.ts";
import { notADirectory } from "./resolve.ts";
import type { WriteResult } from "./session.ts";
import type { StagedTree } from "./staged-tree.ts";
import { ownBytes } from "./streams.ts";
import type { Tree } from "./tree.ts";
import type { WDContext } from "./wd-context.ts";
import { locate, locateEntry, locateSpot, openBase, relativePath } from "./wd-context.ts";
import type { WriteOptions, WriterOptions, WriteSource } from "./write-options.ts";

/** How a file is read. */
export interface ReadOptions extends OpenOptions {
  /** Only these bytes; `end` is exclusive, and what lies beyond the file is left out. */
  readonly range?: ByteRange | undefined;
}

const loadReading = loadOnce(() => import("./source-to-stream.ts"));

// Parts that a first read or write does not need come with their first call: whoever opens a pond
// waits for what is imported above.

/**
 * A working directory: files and directories by POSIX paths, from a root that no path leaves.
 * Bytes only; what they mean is for the layers above.
 */
export class WD {
  /** For layers that extend it: how this directory reaches its tree. */
  readonly context: WDContext;

  constructor(context: WDContext) {
    this.context = context;
  }

  /** The bytes of a file. @throws NOT_FOUND, IS_A_DIRECTORY, BEING_WRITTEN, CORRUPT_BLOB */
  async readFile(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    return readBytes(this.context, path, options);
  }

  /** The bytes of a file as a stream. @throws as `readFile` */
  async asyncReader(
    path: string,
    { range, ...options }: ReadOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const { sourceToStream } = await loadReading();
    return sourceToStream(await openFile(this.context, path, options), range, options.signal);
  }

  /** Random access to the bytes of a file. The caller closes it. @throws as `readFile` */
  openSource(path: string, options: OpenOptions = {}): Promise<ByteSource> {
    return openFile(this.context, path, options);
  }

  /**
   * Writes a whole file, as a new version where there is one. A string is written as UTF-8; bytes are
   * copied before the call returns. Of calls for one path that do not wait for each other the one that was made last stays, however long their bytes are;
   * streams aside, which hold the file.
   * @throws ALREADY_EXISTS, WRONG_ENTRY_TYPE, ALREADY_BEING_WRITTEN, CONFLICT (`ifVersion`), QUOTA,
   * NOT_PARQUET (for tables and series); after any of them the old content stands
   */
  async writeFile(
    path: string,
    source: WriteSource,
    options: WriteOptions = {},
  ): Promise<WriteResult> {
    const owned = ownBytes(source); // before anything is waited for
    const { writeFile } = await loadWrites();
    return writeFile(this.context, path, owned, options);
  }

  /**
   * A stream into a file. It holds the file until it is closed or aborted; `close()` rejects when
   * anything failed, and `abort()` leaves the old content as it was.
   * @throws ALREADY_BEING_WRITTEN at once, or after `wait`
   */
  async asyncWriter(
    path: string,
    options: WriterOptions = {},
  ): Promise<WritableStream<Uint8Array>> {
    const { openWritable } = await import("./writable.ts");
    return openWritable(this.context, path, options);
  }

  /** What is known of an entry, links followed. @throws NOT_FOUND */
  async stat(path: string): Promise<Stat> {
    return readTree(this.context.session, async (tree) => {
      const found = await locateEntry(tree, this.context, path);
      return atPath(path, statEntry(tree, found.entry, relativePath(this.context, found.path)));
    });
  }

  /** Whether something stands at a path, links followed. */
  async exists(path: string): Promise<boolean> {
    try {
      return await readTree(this.context.session, async (tree) => {
        return (await locate(tree, this.context, path)).entry !== undefined;
      });
    } catch (error) {
      const isAbsent = isTinyFSError(error, "NOT_FOUND") || isTinyFSError(error, "NOT_A_DIRECTORY");
      if (isAbsent) return false;
      throw error;
    }
  }

  /** The type of an entry, links followed. @throws NOT_FOUND */
  async getEntryType(path: string): Promise<EntryType> {
    return (await this.stat(path)).entryType;
  }

  /** The entries of a directory, sorted by name as UTF-16 code units, as of one commit. */
  list(path = "/", options: ListOptions = {}): Listing<ListEntry> {
    const { context } = this;
    const { session } = context;
    const pages = async function* (tree: Tree) {
      const { entry } = await locateEntry(tree, context, path);
      if (entry.entryType !== "Directory") throw notADirectory(path);
      yield* listDirectory(tree, { dirId: entry.nodeId, path }, options);
    };
    return new Listing(
      () => itemsOf(heldItems(session, pages)),
      () => readTree(session, async (tree) => (await gatherItems(pages(tree))).flat()),
    );
  }

  /**
   * The entries that a pattern finds, with what its wildcards stood for: `*`, `?`, `[a-z]`, `{a,b}`
   * within a name, `**` for any depth. Each entry is found once.
   */
  glob(pattern: string): Listing<GlobMatch> {
    return this.#listing(async function* (tree, context) {
      const { glob } = await import("./glob.ts");
      yield* glob(tree, await openBase(tree, context), pattern);
    });
  }

  /** Makes a directory. @throws ALREADY_EXISTS, NOT_FOUND (a parent, unless `recursive`) */
  async createDir(path: string, options: RecursiveOptions = {}): Promise<WriteResult> {
    const { createDirectory } = await loadWrites();
    return this.#write((tree) => createDirectory(tree, this.context, path, options));
  }

  /** Makes a link to a path, which need not be there. @throws ALREADY_EXISTS */
  async createSymlink(path: string, target: string): Promise<WriteResult> {
    const bytes = new TextEncoder().encode(target);
    const { sha256 } = await this.context.session.services.persistence.stageBytes(bytes);
    const { createLink } = await loadWrites();
    return this.#write((tree) => createLink(tree, this.context, path, target, sha256));
  }

  /** Where a link points. @throws NOT_FOUND, WRONG_ENTRY_TYPE */
  async readLink(path: string): Promise<string> {
    const { entry } = await readTree(this.context.session, (tree) => {
      return locateEntry(tree, this.context, path, { followLast: false });
    });
    if (entry.target !== undefined) return entry.target;
    throw new TinyFSError("WRONG_ENTRY_TYPE", `Cannot read link "${path}": it is none`, { path });
  }

  /** Moves an entry; it keeps its identity and history. @throws ALREADY_EXISTS unless `replace` */
  async rename(from: string, to: string, options: ReplaceOptions = {}): Promise<WriteResult> {
    const { renameEntry } = await loadWrites();
    return this.#write((tree) => renameEntry(tree, this.context, from, to, options));
  }

  /** Copies an entry and what is below it; content is shared. @throws ALREADY_EXISTS unless `replace` */
  async copy(from: string, to: string, options: ReplaceOptions = {}): Promise<WriteResult> {
    const { copyEntry } = await import("./copy.ts");
    return this.#write((tree) => atPath(from, copyEntry(tree, this.context, from, to, options)));
  }

  /** Removes an entry; its history stays. @throws NOT_FOUND, NOT_EMPTY unless `recursive` */
  async remove(path: string, options: RecursiveOptions = {}): Promise<void> {
    const { removeEntry } = await loadWrites();
    await this.#write((tree) => removeEntry(tree, this.context, path, options));
  }

  /**
   * Removes an entry with what is below it, and with all its history: no version of it can be read
   * again, and its bytes go, unless other files share them. Also of what was removed before. It commits
   * by itself, so it is called on a pond's own root and not in a transaction.
   *
   * Snapshots of earlier commits do not open any more, unless tagged: they would show what is gone.
   * @throws NOT_FOUND
   * @throws HISTORY_IN_USE a tag, or an open snapshot, transaction or source, keeps a commit that shows
   * it, and nothing was changed; or, where one came in between, it is removed, and its history stays
   * until it is purged again
   */
  async purge(path: string): Promise<void> {
    const { purgeEntry } = await import("./purge.ts");
    await purgeEntry(this.context, path);
  }

  /** The versions of an entry, newest first; also of one that was removed. */
  versions(path: string): Listing<VersionInfo> {
    return this.#listing(async function* (tree, context) {
      const { listVersions } = await import("./list-versions.ts");
      yield* listVersions(tree, await locateSpot(tree, context, path), path);
    });
  }

  /**
   * Makes an old version the newest, and brings back what was removed: without `version` as it was last.
   * @throws NOT_FOUND, VERSION_PRUNED
   */
  async restore(path: string, version?: number): Promise<WriteResult> {
    const { restoreEntry } = await import("./restore.ts");
    return this.#write((tree) => atPath(path, restoreEntry(tree, this.context, path, version)));
  }

  /** Replaces an entry's attributes; a version of its own. */
  async setAttributes(path: string, attributes: Attributes): Promise<WriteResult> {
    const { setEntryAttributes } = await loadWrites();
    return this.#write((tree) => setEntryAttributes(tree, this.context, path, attributes));
  }

  /** A `WD` that cannot leave this directory. @throws NOT_FOUND, NOT_A_DIRECTORY */
  async openDir(path: string): Promise<this> {
    const { session } = this.context;
    const found = await readTree(session, (tree) => locateEntry(tree, this.context, path));
    if (found.entry.entryType !== "Directory") throw notADirectory(path);
    const Same = this.constructor as new (context: WDContext) => this;
    return new Same({ ...this.context, base: found.path });
  }

  #write(work: (tree: StagedTree) => Promise<WriteResult>): Promise<WriteResult> {
    return this.context.session.write(work);
  }

  #listing<Item>(
    run: (tree: Tree, context: WDContext) => AsyncGenerator<Item, void>,
  ): Listing<Item> {
    const { context } = this;
    const { session } = context;
    return new Listing(
      () => heldItems(session, (tree) => run(tree, context)),
      () => readTree(session, (tree) => gatherItems(run(tree, context))),
    );
  }
}
