import type { ByteSource } from "./byte-source.ts";
import type { Attributes, ContentDetails, Entry } from "./entry.ts";
import type { FileType } from "./entry-type.ts";
import type { NodeId } from "./node-id.ts";
import type { CommitOptions } from "./persistence.ts";
import type { Tree } from "./tree.ts";

/** Whether a write may make a file, must make it, or must find it. */
export type CreateMode = "new" | "replace" | "either";

/** Where bytes that are inspected are about to be linked. */
export interface InspectedTarget {
  /** To read in while the bytes are looked at; what is read elsewhere may be of another commit. */
  readonly tree: Tree;
  /** What stands there. */
  readonly entry: Entry | undefined;
}

/** How a file is written. */
export interface WriteOptions extends CommitOptions {
  /** Given when the file is made, and fixed for life. Default: what is there, else `FileData`. */
  readonly entryType?: FileType | undefined;
  /** Default `either`. */
  readonly create?: CreateMode | undefined;
  /** Refuse with CONFLICT unless the file has this version now; 0: unless it is not there. */
  readonly ifVersion?: number | undefined;
  /** Replaces the entry's attributes. */
  readonly attributes?: Attributes | undefined;
  /** Ends the write, and leaves the old content. */
  readonly signal?: AbortSignal | undefined;
  /** Adds a segment to a series in place of replacing all of them. */
  readonly append?: boolean | undefined;
  /**
   * Looks at the bytes before they are linked, and says what is known of them.
   * What it throws makes the write fail, and leaves everything as it was.
   */
  readonly inspect?:
    | ((source: ByteSource, target: InspectedTarget) => Promise<ContentDetails>)
    | undefined;
}

/** How a writer is opened. */
export interface WriterOptions extends WriteOptions {
  /** Wait for the present writer: `true` for ever, a number for so many milliseconds. */
  readonly wait?: boolean | number | undefined;
  /**
   * The series that an append has found at the path before. Then a call of its own looks at the path only
   * when it commits, and asks for the series' newest row ahead.
   */
  readonly expected?: NodeId | undefined;
}

/** What can be written. */
export type WriteSource = Uint8Array | ArrayBuffer | string | Blob | ReadableStream<Uint8Array>;
