/** What of an Arrow schema every version of apache-arrow has. */
export interface SchemaLike {
  /** Arrow fields. */
  readonly fields: readonly object[];
}

/** A record batch of any copy of apache-arrow, known by its shape. */
export interface BatchLike {
  /** Its columns' names and types. */
  readonly schema: SchemaLike;
  /** An Arrow `Data` of a struct: the columns are its children. */
  readonly data: object;
  /** The length of each column. */
  readonly numRows: number;
}

/** A table of any copy of apache-arrow, known by its shape. */
export interface TableLike {
  /** Its columns' names and types. */
  readonly schema: SchemaLike;
  /** Its rows, in order. */
  readonly batches: readonly BatchLike[];
}

/** Rows at hand: a batch, a table, or the bytes of a whole Arrow IPC stream or file. */
export type BatchesAtHand = BatchLike | TableLike | Uint8Array;

/** Rows to write. What is iterated is asked for its next item only when the last one is taken. */
export type BatchInput =
  | BatchesAtHand
  | Iterable<BatchesAtHand>
  | AsyncIterable<BatchesAtHand>
  | ReadableStream<BatchesAtHand>;
