import { TinyFSError } from "../tinyfs/errors.ts";
import { type LocatedFooter, type ReadableFile, readFooter } from "./footer-reading.ts";
import { assertFooterFits, joinFooters, MAGIC } from "./footer-writing.ts";
import type { FooterRowGroup } from "./parquet-footer.ts";
import { assertSameSchema, bodyRange, shiftRowGroups } from "./splice.ts";

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
  const rowGroups: FooterRowGroup[] = [];
  let first: LocatedFooter["footer"] | undefined;
  let sizeBytes = MAGIC.length;
  let footerBytes = 0;
  for await (const { footer } of readFooters(files)) {
    first ??= footer;
    assertSameSchema(first, footer, `file ${bodies.length + 1} of ${files.length}`);
    const body = bodyRange(footer);
    for (const group of shiftRowGroups(footer, sizeBytes - body.start)) {
      rowGroups.push(group);
      footerBytes += group.bytes.length;
    }
    assertFooterFits(footerBytes);
    bodies.push(body);
    sizeBytes += body.end - body.start;
  }
  if (!first) throw new TinyFSError("EMPTY_STREAM", "Cannot join no files");
  return { bodies, tail: joinFooters(first, rowGroups) };
}

async function* readFooters(files: readonly ReadableFile[]): AsyncGenerator<LocatedFooter> {
  for (let from = 0; from < files.length; from += CONCURRENT_READS) {
    yield* await Promise.all(files.slice(from, from + CONCURRENT_READS).map(readFooter));
  }
}
