import type { RecordBatch } from "apache-arrow";

/** A small file. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a listing tells of a file. */
export interface ListedFile {
  readonly name: string;
  readonly size: number;
}

/** Rows as the contender gives them: in the page, each column to be walked through. */
export interface ReadRows {
  readonly rowCount: number;
  column(name: string): Iterable<unknown>;
}

/** All that is measured. Each is done when the contender says that it is, with its durability as documented. */
export interface Operations {
  /** Writes all files in one go, by what the contender has for that. */
  writeMany(files: readonly NamedFile[]): Promise<void>;
  /** Writes one file. */
  writeOne(file: NamedFile): Promise<void>;
  /** Reads a small file. */
  readOne(name: string): Promise<Uint8Array>;
  /** Names and sizes of all files. */
  list(): Promise<readonly ListedFile[]>;
  /** Writes a file of any size from a stream, in bounded memory. */
  streamIn(name: string, stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void>;
  /** Reads such a file as a stream. */
  streamOut(name: string): Promise<ReadableStream<Uint8Array>>;
  /** Reads pieces of such a file, one after the other. */
  readRanges(name: string, starts: readonly number[], length: number): AsyncIterable<Uint8Array>;
  /** Writes a file that is in memory as a whole. */
  writeWhole(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Stores the rows of a batch as a table. */
  writeTable(batch: RecordBatch): Promise<void>;
  /** Reads the table. */
  readTable(): Promise<ReadRows>;
  /** Reads one of its columns. */
  readColumn(name: string): Promise<ReadRows>;
  /** Reads `FILTERED_COLUMNS` of the rows that `isWanted` describes. */
  readFiltered(): Promise<ReadRows>;
  /** Appends rows to a series, which the first call makes. */
  append(batch: RecordBatch): Promise<void>;
  /** Reads the series' rows whose `t`, in microseconds, is at least `start` and less than `end`. */
  readTimeRange(start: number, end: number): Promise<ReadRows>;
}

/** The name of one of them. */
export type Operation = keyof Operations;

/** An open store: what the contender can do. */
export type Store = Partial<Operations> & { close(): Promise<void> };

/** A way to keep data in a browser. */
export interface Contender {
  /** The npm packages whose versions count. */
  readonly packages: readonly string[];
  /** How it is used here, in a sentence or two. */
  readonly how: string;
  /** What a write that is done has survived, as far as the contender's documentation says. */
  readonly durability: string;
  /** What it cannot do, and why. What stands neither here nor in the store is a mistake. */
  readonly cannot: Partial<Record<Operation, string>>;
  /** Opens what is there, or makes it. */
  open(): Promise<Store>;
  /** Deletes all that `open` has made. Nothing is open. */
  destroy(): Promise<void>;
}

/** The rows that `readFiltered` wants: no bound of any file leaves much out. */
export const FILTER = { city: "Oslo", tempBelow: 1 } as const;

/** The columns that `readFiltered` wants. */
export const FILTERED_COLUMNS = ["id", "temp"] as const;

/** Files by name; tables and series. For contenders that lack a group as a whole. */
export const SMALL_FILES = ["writeMany", "writeOne", "readOne", "list"] as const;
export const STREAMS = ["streamIn", "streamOut", "readRanges"] as const;
export const TABLES = ["writeTable", "readTable", "readColumn", "readFiltered"] as const;
export const SERIES = ["append", "readTimeRange"] as const;

/** The same reason for each. */
export function because(
  reason: string,
  ...operations: readonly Operation[]
): Partial<Record<Operation, string>> {
  return Object.fromEntries(operations.map((operation) => [operation, reason]));
}
