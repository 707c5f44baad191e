import { TinyFSError } from "../tinyfs/errors.ts";
import { assertFooterFits } from "./footer-limit.ts";
import { type ReadableFile, readFooter } from "./footer-reading.ts";
import { MAGIC } from "./footer-writing.ts";
import type { Footer } from "./parquet-footer.ts";
import { assertSameSchema, bodyRange, shiftRowGroups } from "./splice.ts";
import { locateBloomFilters } from "./splice-bloom.ts";
import {
  type ChunkIndexes,
  indexBytes,
  joinTail,
  MAX_INDEX_BYTES,
  readPageIndexes,
  type SplicedRowGroup,
  shiftPageIndexes,
} from "./splice-indexes.ts";

/** Footers that are read at once: enough to hide the way to the page and back. */
const CONCURRENT_READS = 16;

/** How files become one: "PAR1", then the body of each, then the tail. */
export interface SplicePlan {
  /** The bytes to take of each file, in order. */
  readonly bodies: readonly { readonly start: number; readonly end: number }[];
  readonly tail: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the footers of files and plans how to join them.
 * @throws SCHEMA_MISMATCH, NOT_PARQUET, EMPTY_STREAM; PARQUET_READ_FAILED for a footer beyond 64 MB
 */
export async function planSplice(files: readonly ReadableFile[]): Promise<SplicePlan> {
  const bodies: { start: number; end: number }[] = [];
  const rowGroups: SplicedRowGroup[] = [];
  let first: Footer | undefined;
  let sizeBytes = MAGIC.length;
  let footerBytes = 0;
  let indexesLeft = MAX_INDEX_BYTES;
  for await (const { footer, indexes } of readFiles(files)) {
    first ??= footer;
    assertSameSchema(first, footer, `file ${bodies.length + 1} of ${files.length}`);
    const body = bodyRange(footer);
    const shift = sizeBytes - body.start;
    indexesLeft -= indexBytes(indexes);
    const shiftedIndexes = indexesLeft < 0 ? [] : shiftPageIndexes(indexes, shift);
    shiftRowGroups(footer, shift).forEach((group, index) => {
      rowGroups.push({ ...group, indexes: shiftedIndexes[index] ?? [] });
      footerBytes += group.bytes.length;
    });
    assertFooterFits(footerBytes);
    bodies.push(body);
    sizeBytes += body.end - body.start;
  }
  if (!first) throw new TinyFSError("EMPTY_STREAM", "Cannot join no files");
  return { bodies, tail: joinTail(first, rowGroups, sizeBytes) };
}

/** What joining a file needs of it. */
interface FileParts {
  readonly footer: Footer;
  readonly indexes: readonly (readonly ChunkIndexes[])[];
}

async function* readFiles(files: readonly ReadableFile[]): AsyncGenerator<FileParts> {
  for (let from = 0; from < files.length; from += CONCURRENT_READS) {
    yield* await Promise.all(files.slice(from, from + CONCURRENT_READS).map(readParts));
  }
}

async function readParts(file: ReadableFile): Promise<FileParts> {
  const located = await readFooter(file);
  const [footer, indexes] = await Promise.all([
    locateBloomFilters(file, located.footer, located.bodyEnd),
    readPageIndexes(file, located),
  ]);
  return { footer, indexes };
}
