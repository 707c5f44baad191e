import type { ByteSource } from "./byte-source.ts";
import type { Committed, PersistenceLayer } from "./persistence.ts";

/** Makes one file of the segments of a series: plugged in by whoever knows their format. */
export type SegmentJoiner = (segments: readonly ByteSource[], path: string) => Promise<ByteSource>;

/** What a file system stands on. */
export interface Services {
  /** Keeps rows and bytes. */
  readonly persistence: PersistenceLayer;
  /** Without it a series of several segments cannot be read as bytes. */
  readonly joinSegments?: SegmentJoiner | undefined;
  /** Is told of each commit of this file system, right after it. What it throws is the caller's to see. */
  readonly committed?: ((committed: Committed) => void) | undefined;
}
