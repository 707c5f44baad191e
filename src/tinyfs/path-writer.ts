import type { FileType } from "./entry-type.ts";
import { shouldStoreAsLargeFile } from "./entry-type.ts";
import { TinyFSError } from "./errors.ts";
import type { ContentWriter, FileWriter } from "./file.ts";
import { Handle } from "./file.ts";
import { readTree } from "./held-read.ts";
import { linkContent, locateWritable } from "./link-content.ts";
import type { OpenWriter, WriteResult } from "./session.ts";
import type { StagedTree } from "./staged-tree.ts";
import { checkChunk } from "./streams.ts";
import type { Unclosed } from "./unclosed.ts";
import type { WDContext } from "./wd-context.ts";
import type { WriterOptions } from "./write-options.ts";

/**
 * Opens a writer on a path. It holds the file, appends excepted: they meet at the commit.
 * @throws ALREADY_BEING_WRITTEN, and whatever would refuse the write at its end
 */
export async function openPathWriter(
  context: WDContext,
  path: string,
  options: WriterOptions,
): Promise<PathWriter> {
  options.signal?.throwIfAborted();
  const { session } = context;
  const { inner, entryType } = await openInner(context, path, options);
  const writer = new PathWriter(context, path, { ...options, entryType }, inner);
  try {
    session.writerOpened(writer);
    return writer;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

interface OpenedInner {
  readonly inner: FileWriter;
  readonly entryType: FileType;
}

async function openInner(
  context: WDContext,
  path: string,
  options: WriterOptions,
): Promise<OpenedInner> {
  const { session } = context;
  const { persistence } = session.services;
  const { append, expected, signal, wait = false } = options;
  const stage = async () => withoutHold(await persistence.stage(signal));
  // In a transaction a write that is refused only when it is closed would be its end.
  if (append && expected !== undefined && session.followsHead) {
    return { inner: await stage(), entryType: "FileSeries" };
  }
  const { place, entryType } = await readTree(session, (tree) => {
    return locateWritable(tree, context, path, options);
  });
  if (append) return { inner: await stage(), entryType };
  const handle = new Handle(persistence.fileAt(place));
  const { txId } = session;
  return { inner: await handle.asyncWriter({ path, txId, wait, signal }), entryType };
}

/** Takes the bytes of a new version and links them when it is closed. */
export class PathWriter implements OpenWriter, Unclosed {
  readonly path: string;
  readonly #context: WDContext;
  readonly #options: WriterOptions & { entryType: FileType };
  readonly #inner: FileWriter;
  readonly #stopListening: () => void;
  /** Told when the writer ends by no doing of its user: the page is put to sleep. */
  onLost: ((reason: TinyFSError) => void) | undefined;
  #isOver = false;
  #isClosing = false;
  #lost: TinyFSError | undefined;

  constructor(
    context: WDContext,
    path: string,
    options: WriterOptions & { entryType: FileType },
    inner: FileWriter,
  ) {
    this.#context = context;
    this.path = path;
    this.#options = options;
    this.#inner = inner;
    this.#stopListening = context.session.services.persistence.onSuspend((reason) => {
      this.#lost = reason;
      this.onLost?.(reason);
      void this.fail(reason);
    });
  }

  /** Whether its user has closed or aborted it, or it has failed. */
  get isOver(): boolean {
    return this.#isOver || this.#isClosing;
  }

  /** See `ContentWriter.expect`. */
  expect(sizeBytes: number): void {
    this.#inner.expect?.(sizeBytes);
  }

  /** Appends bytes. A failure ends the writer and poisons its transaction. */
  async write(chunk: unknown): Promise<void> {
    this.#checkOpen("write");
    try {
      await this.#inner.write(checkChunk(chunk));
    } catch (error) {
      await this.fail(error);
      throw this.#lost ?? error;
    }
  }

  /** Links the bytes. After a failure the old content stands as it was. */
  async close(): Promise<WriteResult> {
    const { session } = this.#context;
    this.#checkOpen("close");
    this.#isClosing = true; // the stream may be garbage while this goes on
    try {
      const content = await this.#inner.close();
      const { durability, expected } = this.#options;
      const link = (tree: StagedTree) => {
        if (expected !== undefined) tree.newestSegment(expected).catch(() => {}); // whoever needs it is told
        return linkContent(tree, this.#context, this.path, content, this.#options);
      };
      const isBrief = !shouldStoreAsLargeFile(content.size);
      const result = await session.write(link, [content], { durability, isBrief });
      this.#end();
      return result;
    } catch (error) {
      await this.fail(error);
      throw this.#lost ?? error;
    }
  }

  /** Drops the bytes and frees the file: as if it had never been opened. */
  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#end();
    await this.#inner.abort();
  }

  /** The same for a write that failed: its transaction cannot commit. */
  async fail(cause: unknown): Promise<void> {
    this.#context.session.poison(cause);
    await this.abort();
  }

  /** Ends a writer that nobody can close any more. */
  abandon(): string {
    const message = `Cannot write "${this.path}": its writer was dropped without close() or abort(), and nothing was written. Await writer.close()`;
    void this.fail(new TinyFSError("WRITER_CLOSED", message, { path: this.path }));
    return message;
  }

  #end(): void {
    if (this.#isOver) return; // its file may belong to another writer by now
    this.#isOver = true;
    this.#stopListening();
    this.#context.session.writerEnded(this);
    this.#inner.release();
  }

  #checkOpen(action: string): void {
    if (this.#lost) throw this.#lost;
    if (!this.#isOver) return;
    const { path } = this;
    const message = `Cannot ${action} "${path}": the writer has ended`;
    throw new TinyFSError("WRITER_CLOSED", message, { path });
  }
}

function withoutHold(writer: ContentWriter): FileWriter {
  return {
    expect: (sizeBytes) => writer.expect?.(sizeBytes),
    write: (chunk) => writer.write(chunk),
    close: () => writer.close(),
    abort: () => writer.abort(),
    release() {},
  };
}
