import { TinyFSError } from "../tinyfs/errors.ts";
import { assertFooterFits } from "./footer-limit.ts";
import { footerOf, notParquet } from "./footer-reading.ts";
import { MAGIC } from "./footer-writing.ts";
import type { EncodedPiece } from "./parquet-encoding.ts";
import type { Footer } from "./parquet-footer.ts";
import { leafColumns } from "./parquet-schema.ts";
import { summarise } from "./parquet-summary.ts";
import type { EncodeOptions, ParquetSummary } from "./parquet-types.ts";
import { sortingColumns, withSortingColumns } from "./sorting-columns.ts";
import { assertSameSchema, bodyRange, shiftRowGroups } from "./splice.ts";
import {
  indexBytes,
  joinTail,
  MAX_INDEX_BYTES,
  pageIndexesOf,
  type SplicedRowGroup,
  shiftPageIndexes,
} from "./splice-indexes.ts";

/** What is left to be known of a piece whose body has been appended to the file. */
export type AppendedPiece = Omit<EncodedPiece, "body" | "footerBytes">;

/** The end of a file whose pieces have been appended one after the other, and what the file says. */
export interface JoinedEnd {
  readonly tail: Uint8Array<ArrayBuffer>;
  readonly summary: ParquetSummary;
}

/**
 * Makes the footer of a file that was encoded in pieces.
 * @throws EMPTY_STREAM, SCHEMA_MISMATCH, and PARQUET_READ_FAILED where the footer is beyond 64 MB
 */
export async function joinPieces(
  pieces: readonly AppendedPiece[],
  { keyValueMetadata, sortedBy }: EncodeOptions,
): Promise<JoinedEnd> {
  const [only] = pieces;
  if (only && pieces.length === 1 && keyValueMetadata === undefined && !sortedBy?.length)
    return endOf(only.tail.slice(), only.size, only.rowCount); // it is a file as it is
  const rowGroups: SplicedRowGroup[] = [];
  let first: Footer | undefined;
  let sorting: Uint8Array<ArrayBuffer> | undefined;
  let sizeBytes = MAGIC.length;
  let footerBytes = 0;
  let indexesLeft = MAX_INDEX_BYTES;
  let rowCount = 0;
  for (const [index, piece] of pieces.entries()) {
    const footer = footerOf(piece.tail, piece.size);
    first ??= { ...footer, rowGroups: [] };
    sorting ??= sortedBy?.length ? sortingColumns(sortedBy, leafColumns(footer)) : undefined;
    assertSameSchema(first, footer, `batch ${index + 1}`);
    const body = bodyRange(footer);
    const shift = sizeBytes - body.start;
    const tailStart = piece.size - piece.tail.length;
    const indexes = pageIndexesOf(footer, ({ start, end }) =>
      piece.tail.subarray(start - tailStart, end - tailStart),
    );
    indexesLeft -= indexBytes(indexes);
    const shifted = indexesLeft < 0 ? [] : shiftPageIndexes(indexes, shift);
    shiftRowGroups(footer, shift).forEach((group, at) => {
      const bytes = sorting ? withSortingColumns(group.bytes, sorting) : group.bytes;
      rowGroups.push({ ...group, bytes, indexes: shifted[at] ?? [] });
      footerBytes += bytes.length;
    });
    assertFooterFits(footerBytes);
    sizeBytes += body.end - body.start;
    rowCount += piece.rowCount;
  }
  if (!first) throw new TinyFSError("EMPTY_STREAM", "Cannot finish a Parquet file without a batch");
  const tail = joinTail(first, rowGroups, sizeBytes, keyValueMetadata);
  return endOf(tail, sizeBytes + tail.length, rowCount);
}

async function endOf(
  tail: Uint8Array<ArrayBuffer>,
  size: number,
  rowCount: number,
): Promise<JoinedEnd> {
  const footer = footerOf(tail, size);
  // Nothing may be lost in silence: the one check that does not depend on how batches are joined.
  if (footer.rowCount !== rowCount) {
    throw notParquet(`${rowCount} rows went in and its footer counts ${footer.rowCount}`);
  }
  return { tail, summary: await summarise(footer, size) };
}
