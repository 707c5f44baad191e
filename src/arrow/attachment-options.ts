/** Which bytes an attachment stands for, and until when they are read. */
export interface AttachmentOptions {
  /** The node's version ordinal; the present one of each call if absent. */
  readonly version?: number | undefined;
  /** Aborts what the attachment reads with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How a file of separated values is read. */
export interface DsvOptions {
  /** One character between two values. Default: a comma. */
  readonly delimiter?: string | undefined;
  /** Rows as arrays, the first line among them, in place of objects. Default `false`. */
  readonly array?: boolean | undefined;
  /**
   * Each value by what it looks like, as `d3.autoType` does: nothing is `null`, then `true` and `false`,
   * numbers, and ISO 8601 dates as `Date`; else text. Default `false`: all is text.
   */
  readonly typed?: boolean | undefined;
}

/** A value of a row. Without `typed` it is a string. */
export type DsvValue = string | number | boolean | Date | null;

/** A row by the names of the first line. What a short row lacks is empty. */
export type DsvRow = Record<string, DsvValue>;

/** The rows of a file, with the names of its columns. */
export type DsvRows<Row = DsvRow> = Row[] & {
  /** As the first line has them. */
  readonly columns: readonly string[];
};
