import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type {
  ColumnStatistics,
  ParquetCodec,
  ParquetRowGroup,
  ParquetSummary,
  StatisticValue,
} from "../worker/parquet-types.ts";
import type { KnownSegment } from "./compact-plan.ts";
import { CHUNK_BYTES, type OpenContent, openForReading } from "./compact-source.ts";
import { naming } from "./named-errors.ts";

/** Where the pages of a Parquet file begin: after "PAR1". */
const BODY_START = 4;

/** A file that was joined, as it can be read back. */
export interface JoinedFile {
  readonly file: ByteSource;
  readonly summary: ParquetSummary;
}

/** What checking needs. */
export interface VerifyContext {
  readonly parquet: ParquetCodec;
  readonly path: string;
  readonly open: OpenContent;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes sure that a joined file is its segments and nothing else: row group by row group what the footers
 * say, and byte by byte the pages, as both are read back from the store.
 * @throws PARQUET_READ_FAILED for a difference
 */
export async function verifySplice(
  { parquet, path, open, signal }: VerifyContext,
  segments: readonly KnownSegment[],
  { file, summary }: JoinedFile,
): Promise<void> {
  let index = 0;
  for (const { content, schemaFingerprint } of segments) {
    signal?.throwIfAborted();
    const source = await openForReading(content, open, signal);
    try {
      const { rowGroups } = await naming(path, "compact", parquet.describe(source, signal));
      const copies = summary.rowGroups.slice(index, index + rowGroups.length);
      index += rowGroups.length;
      const shift = shiftOf(rowGroups, copies);
      const isSame =
        summary.schemaFingerprint === schemaFingerprint &&
        shift !== undefined &&
        (await hasSamePages(source, file, { end: endOf(rowGroups), shift, signal }));
      if (!isSame) throw differs(path, `segment ${content.sha256} is not in the joined file`);
    } finally {
      await source.close();
    }
  }
  if (index !== summary.rowGroups.length) throw differs(path, "the joined file has more rows");
}

/** The error for a rewritten segment that is not what it was made of. */
export function differs(path: string, what: string): TinyFSError {
  const message = `Cannot compact "${path}": ${what}. Nothing was changed`;
  return new TinyFSError("PARQUET_READ_FAILED", message, { path });
}

/** By how much all row groups stand further on; `undefined` where one is another. */
function shiftOf(
  rowGroups: readonly ParquetRowGroup[],
  copies: readonly ParquetRowGroup[],
): number | undefined {
  const shift = (copies[0]?.offset ?? 0) - (rowGroups[0]?.offset ?? 0);
  const isSame = rowGroups.every((group, index) => {
    const copy = copies[index];
    return copy !== undefined && copy.offset - group.offset === shift && isCopy(group, copy);
  });
  return isSame ? shift : undefined;
}

function isCopy(group: ParquetRowGroup, copy: ParquetRowGroup): boolean {
  return (
    group.rowCount === copy.rowCount &&
    group.compressedBytes === copy.compressedBytes &&
    group.uncompressedBytes === copy.uncompressedBytes &&
    group.statistics.length === copy.statistics.length &&
    group.statistics.every((one, index) => isSameStatistics(one, copy.statistics[index]))
  );
}

function isSameStatistics(one: ColumnStatistics, other: ColumnStatistics | undefined): boolean {
  return (
    one.nullCount === other?.nullCount &&
    isSameValue(one.min, other?.min) &&
    isSameValue(one.max, other?.max)
  );
}

function isSameValue(one?: StatisticValue, other?: StatisticValue): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return isSameBytes(one, other);
  return Object.is(one, other);
}

function endOf(rowGroups: readonly ParquetRowGroup[]): number {
  return rowGroups.reduce(
    (end, { offset, compressedBytes }) => Math.max(end, offset + compressedBytes),
    BODY_START,
  );
}

async function hasSamePages(
  source: ByteSource,
  file: ByteSource,
  { end, shift, signal }: { end: number; shift: number; signal: AbortSignal | undefined },
): Promise<boolean> {
  for (let at = BODY_START; at < end; at += CHUNK_BYTES) {
    const until = Math.min(at + CHUNK_BYTES, end);
    const [original, copy] = await Promise.all([
      source.read(at, until, signal),
      file.read(at + shift, until + shift, signal),
    ]);
    if (!isSameBytes(original, copy)) return false;
  }
  return true;
}

/** Whether bytes are the same, four at a time where they stand so that they can be. */
export function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  const isAligned = one.byteOffset % 4 === 0 && other.byteOffset % 4 === 0;
  const words = isAligned ? one.length >> 2 : 0;
  const [left, right] = [wordsOf(one, words), wordsOf(other, words)];
  for (let at = 0; at < words; at += 1) if (left[at] !== right[at]) return false;
  for (let at = words * 4; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

function wordsOf({ buffer, byteOffset }: Uint8Array, words: number): Uint32Array {
  return words === 0 ? new Uint32Array(0) : new Uint32Array(buffer, byteOffset, words);
}
