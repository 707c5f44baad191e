/** What of an Arrow schema every version of apache-arrow has. */
export interface SchemaLike {
  readonly fields: readonly object[];
}

/** A record batch of any copy of apache-arrow, known by its shape. */
export interface BatchLike {
  readonly schema: SchemaLike;
  readonly data: object;
  readonly numRows: number;
}

/** A table of any copy of apache-arrow, known by its shape. */
export interface TableLike {
  readonly schema: SchemaLike;
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
