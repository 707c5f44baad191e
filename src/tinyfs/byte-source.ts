/** A half-open range of bytes: `start` inclusive, `end` exclusive, both from 0. */
export interface ByteRange {
  /** First byte, from 0. Default 0. */
  readonly start?: number;
  /** The byte after the last. Default: the end of the file. */
  readonly end?: number;
}

/**
 * Random access to bytes that do not change. Every byte it returns has been verified;
 * a damaged one is an error, never a value.
 */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /**
   * The bytes from `start` (inclusive) to `end` (exclusive), in a buffer of their own.
   * Ranges beyond the end are cut to it.
   * @param memory is given away, and has room for the bytes. A source that can puts them there, at its
   * beginning, and returns them in it (or in what it was transferred to); others leave it alone.
   */
  read(
    start: number,
    end: number,
    signal?: AbortSignal,
    memory?: ArrayBuffer,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** Frees what the source holds. Reading afterwards fails. */
  close(): Promise<void>;
}
