import { TinyFSError } from "../tinyfs/errors.ts";

/** A footer must fit in memory several times over; no writer comes near this. */
export const MAX_FOOTER_BYTES: number = 64 * 1024 * 1024;

/**
 * Refuses a footer that readers could not take.
 * @throws PARQUET_READ_FAILED
 */
export function assertFooterFits(sizeBytes: number): void {
  if (sizeBytes <= MAX_FOOTER_BYTES) return;
  const megabytes = Math.round(sizeBytes / 2 ** 20);
  const message = `Cannot write a footer of ${megabytes} MB, at most 64: call compactSeries, or use larger row groups`;
  throw new TinyFSError("PARQUET_READ_FAILED", message);
}

/** The end of a file that is read at once: nearly every footer fits. */
export const TAIL_BYTES: number = 64 * 1024;
