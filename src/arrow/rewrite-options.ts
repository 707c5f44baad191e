import type { CommitOptions } from "../tinyfs/persistence.ts";
import type { TimePoint } from "./read-options.ts";

/** How far a compaction has come. */
export interface CompactProgress {
  /** Segments that have been rewritten, or are left as they are. */
  readonly segments: number;
  /** All segments there were. */
  readonly total: number;
  /** Bytes that have been written. */
  readonly bytes: number;
}

/** How the segments of a series are joined. */
export interface CompactOptions extends CommitOptions {
  /**
   * Decode and encode anew, so that small row groups become large ones. Default `false`: pages are copied
   * as they are. Where the schema would not come out the same, pages are copied all the same.
   */
  readonly reencode?: boolean | undefined;
  /** Neighbours are joined where there are at least so many. Default 2. */
  readonly minSegments?: number | undefined;
  /** Neighbours are joined until they have so many bytes; larger segments stay as they are. Default 64 MiB. */
  readonly targetBytes?: number | undefined;
  /** With `reencode`: rows of a row group, 1 to 131,072 (the default). */
  readonly maxRowGroupRows?: number | undefined;
  /** Is told after each segment that was made. What it throws ends the compaction, and nothing is changed. */
  readonly onProgress?: ((progress: CompactProgress) => void) | undefined;
  /** Aborts the compaction with the signal's reason; nothing is changed. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the segments of a series. */
export interface RewriteResult {
  /** Segments there were. */
  readonly before: number;
  /** Segments there are. */
  readonly after: number;
  /** Bytes they had. */
  readonly bytesBefore: number;
  /** Bytes they have. */
  readonly bytesAfter: number;
  /** The version of the series. */
  readonly version: number;
  /** The commit; 0 while its transaction is open; absent where there was nothing to do. */
  readonly txnSeq?: number;
}

/** What a compaction did. It makes no version: what is read stays the same. */
export interface CompactResult extends RewriteResult {
  /** Whether anything was joined. */
  readonly compacted: boolean;
}

/** Which rows of a series are dropped. */
export type TrimLimit =
  | {
      /** Rows whose timestamp is before it go. */
      readonly before: TimePoint;
      /** The column of the timestamps. Default: as in `AppendOptions`. */
      readonly timestampColumn?: string | undefined;
    }
  | {
      /** The last rows, so many, stay. */
      readonly keepRows: number;
    };

/** How a series is trimmed. */
export type TrimOptions = TrimLimit &
  CommitOptions & {
    /** Aborts the call with the signal's reason; nothing is changed. */
    readonly signal?: AbortSignal | undefined;
  };

/** What was dropped. `txnSeq` is absent where nothing was. */
export interface TrimResult extends RewriteResult {
  /** Rows that are gone from the newest version. */
  readonly rowsRemoved: number;
}
