import type { RecordBatch, Schema } from "apache-arrow";
import type { Pond } from "tinypond";

export type Root = Pond["root"];
export type Description = Awaited<ReturnType<Root["describe"]>>;

/** Where a row is found in memory. */
export interface RowPlace {
  readonly batch: RecordBatch;
  readonly index: number;
}

/** Rows that a grid shows: those in memory at once, and others when they have been read. */
export interface RowSource {
  /** The schema of the rows. */
  readonly schema: Schema;
  /** How many there are, as far as is known. */
  readonly rowCount: number;
  /** A row, if it is in memory. */
  at(row: number): RowPlace | undefined;
  /** Says which rows are on screen; the listener is told when more of them can be had. */
  want(first: number, last: number): void;
  /** Leaves all reads. */
  close(): void;
}

/** Whoever shows rows. */
export interface RowListener {
  /** More rows are in memory, or more is known of them. */
  onChange(): void;
  onError(error: unknown): void;
}

/** What is read. */
export interface RowsWanted {
  readonly root: Root;
  readonly path: string;
  readonly description: Description;
  /** Those asked for; absent: all. */
  readonly columns: readonly string[] | undefined;
}

/** The schema of what is read, which has fewer columns than the whole where some are asked for. */
export function schemaOf({ description, columns }: RowsWanted): Schema {
  const { schema } = description;
  return columns ? schema.select([...columns]) : schema;
}

/** The order of rows. */
export interface SortBy {
  readonly column: string;
  readonly isDescending: boolean;
}
