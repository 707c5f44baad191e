import type { ByteSource } from "../tinyfs/byte-source.ts";
import { isTinyFSError, TinyFSError } from "../tinyfs/errors.ts";
import type { ParquetLane } from "./parquet-lane.ts";
import { RemoteReader } from "./parquet-remote-reader.ts";
import type {
  ParquetRowGroup,
  ParquetSummary,
  VerifiedFile,
  VerifyOptions,
} from "./parquet-types.ts";

/** A row group that says it is larger is refused before any of it is decoded. */
const MAX_ROW_GROUP_BYTES = 1024 * 1024 * 1024;
/** What decoding may take beside the pages of a row group and what comes out of them. */
const BASE_HEAP_BYTES = 512 * 1024 * 1024;

/** The longest that a row group of a file that is verified may take, in ms, beside its reading. */
export const VERIFY_DEADLINE_MS = 30_000;

/** Who verifies, and what. */
export interface Verification {
  readonly lane: ParquetLane;
  /** Whether the lane's worker serves nothing else, so that its memory can be limited. */
  readonly isOwnLane: boolean;
  /** What `heapBudget` says of the file. */
  readonly heapBytes: number;
  readonly source: ByteSource;
  readonly wasmUrl: string | undefined;
  readonly nextId: () => number;
}

/**
 * Decodes a file wholly: the schema, then each row group, of which nothing is kept.
 * @throws NOT_PARQUET, PARQUET_READ_FAILED and the source's own error
 */
export async function verifyFile(
  { lane, isOwnLane, heapBytes, ...opening }: Verification,
  { signal, onRows }: VerifyOptions,
): Promise<VerifiedFile> {
  const reader = await RemoteReader.open(lane, opening, signal);
  try {
    const { summary } = reader;
    if (isOwnLane) {
      await lane.use(signal, (remote) => remote.call("limitHeap", { bytes: heapBytes }));
    }
    const schema = await reader.schema({ signal });
    const arrowSchema = await reader.arrowSchema(signal);
    let rows = 0;
    for (const [index, group] of summary.rowGroups.entries()) {
      await reader
        .verifyRowGroup(index, signal)
        .catch((cause) => Promise.reject(explain(cause, index, heapBytes)));
      rows += group.rowCount;
      onRows?.(rows);
    }
    return { summary, schema, arrowSchema };
  } finally {
    await reader.close();
  }
}

/**
 * The memory that decoding a file may take, by what its footer says.
 * @throws PARQUET_READ_FAILED where that is too much, or nothing that can be decoded
 */
export function heapBudget({ size, columns, rowGroups }: ParquetSummary): number {
  const lzo = columns.find(({ codec }) => codec === "lzo");
  if (lzo) throw unreadable(`column "${lzo.name}" is compressed by LZO, which is not supported`);
  const pageBytes = rowGroups.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
  // Row groups that share their pages would let a small file ask for any amount of work.
  if (pageBytes > size) throw unreadable(`its pages have ${pageBytes} bytes, the file ${size}`);
  const largest = rowGroups.reduce((max, group) => Math.max(max, largestSize(group)), 0);
  if (largest > MAX_ROW_GROUP_BYTES) {
    const at = rowGroups.findIndex((group) => largestSize(group) === largest);
    throw unreadable(
      `row group ${at} has ${largest} bytes when it is decompressed, at most ${MAX_ROW_GROUP_BYTES} are decoded at once. Write the file with smaller row groups`,
    );
  }
  return BASE_HEAP_BYTES + 2 * largest;
}

function largestSize({ compressedBytes, uncompressedBytes }: ParquetRowGroup): number {
  return Math.max(compressedBytes, uncompressedBytes);
}

function unreadable(why: string, cause?: unknown): TinyFSError {
  const message = `Cannot decode the file: ${why}`;
  return new TinyFSError("PARQUET_READ_FAILED", message, { cause });
}

function explain(cause: unknown, index: number, heapBytes: number): unknown {
  if (!isTinyFSError(cause, "PARQUET_READ_FAILED")) return cause;
  const budget = `${Math.ceil(heapBytes / 1024 ** 2)} MiB and ${VERIFY_DEADLINE_MS / 1000} s`;
  return unreadable(`row group ${index} is damaged, or takes more than ${budget}`, cause);
}
