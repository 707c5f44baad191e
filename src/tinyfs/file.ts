import type { ByteSource } from "./byte-source.ts";
import type { Content } from "./entry.ts";

/** One version of a file that can be opened. */
export interface FileVersion {
  /** The path that was asked for, to be named in errors. */
  readonly path: string;
  /** Opens its bytes; the caller closes the source. */
  open(): Promise<ByteSource>;
}

/** Takes the bytes of one new version. */
export interface ContentWriter {
  /** Says how many bytes are to come, where that is known: what has no room fails before it is written. */
  expect?(sizeBytes: number): void;
  /** Appends a copy of the chunk. Resolves when the next may come. */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the bytes; they belong to no entry until a transaction links them. */
  close(): Promise<Content>;
  /** Drops the bytes. Never rejects. */
  abort(): Promise<void>;
}

/** A writer that holds its file: nobody else reads or writes it until `release`. */
export interface FileWriter extends ContentWriter {
  /** Lets others read and write the file again. */
  release(): void;
}

/** How a writer is opened. */
export interface FileWriterOptions {
  /** The path that was asked for, to be named in errors. */
  readonly path: string;
  /** The transaction that will hold the file, to be named to others. */
  readonly txId: string;
  /** Wait for the present writer: `true` for ever, a number for so many milliseconds. */
  readonly wait?: boolean | number;
  /** Ends waiting, and aborts the writer. */
  readonly signal?: AbortSignal | undefined;
}

/** A file of a persistence layer. It owns its write state. */
export interface File {
  /** @throws BEING_WRITTEN while a writer holds the file */
  open(version: FileVersion): Promise<ByteSource>;
  /** @throws ALREADY_BEING_WRITTEN while another writer holds the file and is not waited for */
  asyncWriter(options: FileWriterOptions): Promise<FileWriter>;
  /** The transaction whose writer holds the file, if one does. */
  heldBy(): string | undefined;
}

/** A file as the core passes it around: it delegates and holds no state. */
export class Handle {
  readonly #file: File;

  constructor(file: File) {
    this.#file = file;
  }

  /** Random access to one version. */
  open(version: FileVersion): Promise<ByteSource> {
    return this.#file.open(version);
  }

  /** Opens the file's only writer. */
  asyncWriter(options: FileWriterOptions): Promise<FileWriter> {
    return this.#file.asyncWriter(options);
  }
}
