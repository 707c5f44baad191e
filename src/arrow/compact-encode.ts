import type { RecordBatch, Schema } from "apache-arrow";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Content, ContentDetails } from "../tinyfs/entry.ts";
import type { BatchesAtHand } from "./batch-input.ts";
import { BatchSource } from "./batch-source.ts";
import { hasSameRows } from "./compact-equality.ts";
import { type DecodeContext, decodeFiles, regroupRows } from "./compact-rows.ts";
import type { Rewriting } from "./compact-splice.ts";
import { differs } from "./compact-verify.ts";
import { MAX_ROW_GROUP_ROWS } from "./cut-batch.ts";
import { encodeBatches } from "./encode-batches.ts";
import { type Arrow, loadArrow } from "./load-arrow.ts";

/** Rows that can be run through more than once, and the schema that they have. */
export interface RewrittenRows {
  readonly schema: Schema;
  readonly batches: () => AsyncIterable<RecordBatch>;
}

/** A segment that was made of rows. */
export interface EncodedSegment extends ContentDetails {
  readonly content: Content;
  readonly schemaFingerprint: string;
}

/** What decoding the segments of a series needs. */
export async function decodingOf({ context, path, signal }: Rewriting): Promise<DecodeContext> {
  return { arrow: await loadArrow(), parquet: context.parquet, path, signal };
}

/** The rows of segments, as they stand in them. */
export function rowsOfSegments(
  { open }: Rewriting,
  decoding: DecodeContext,
  contents: readonly Content[],
): () => AsyncIterable<RecordBatch> {
  return () =>
    decodeFiles(
      decoding,
      contents.map((content) => (): Promise<ByteSource> => open(content)),
    );
}

/** How rows are written. */
export interface SegmentEncoding {
  /** 1 to 131,072, the default. */
  readonly maxRowGroupRows?: number | undefined;
  /** The column whose range of time is kept. */
  readonly timestampColumn?: string | undefined;
}

/**
 * Writes rows as one segment, in row groups as large as they may be, and makes sure that what is read back
 * of it are these rows.
 * @throws PARQUET_READ_FAILED when it is not; SCHEMA_MISMATCH, UNSUPPORTED_TYPE
 */
export async function encodeSegment(
  rewriting: Rewriting,
  rows: RewrittenRows,
  options: SegmentEncoding,
): Promise<EncodedSegment> {
  const { context, path, staged } = rewriting;
  const { persistence } = context.session.services;
  const decoding = await decodingOf(rewriting);
  const { content, details } = await writeRows(rewriting, decoding.arrow, rows, options);
  staged(content);
  const written = decodeFiles(decoding, [() => persistence.open(content)]);
  if (!(await hasSameRows(decoding.arrow, rows.batches(), written))) {
    throw differs(path, "the rows that were written are not those that were read");
  }
  return { content, ...details, schemaFingerprint: details.schemaFingerprint ?? "" };
}

async function writeRows(
  { context, path, signal }: Rewriting,
  arrow: Arrow,
  { schema, batches }: RewrittenRows,
  { maxRowGroupRows = MAX_ROW_GROUP_ROWS, timestampColumn }: SegmentEncoding,
): Promise<{ content: Content; details: ContentDetails }> {
  const { parquet, session } = context;
  const rows = regroupRows(arrow, batches(), maxRowGroupRows);
  const input = orSchema<BatchesAtHand>(rows, new arrow.Table(schema));
  const options = { rowGroupRows: maxRowGroupRows, timestampColumn, signal };
  const writer = await session.services.persistence.stage(signal);
  try {
    const take = (bytes: Uint8Array) => writer.write(bytes);
    const source = new BatchSource(arrow, input, path);
    const { details } = await encodeBatches({ arrow, parquet, path, options, take }, source);
    return { details, content: await writer.close() };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Where there are no rows, at least what they would have been. */
async function* orSchema<Item>(items: AsyncIterable<Item>, otherwise: Item): AsyncGenerator<Item> {
  let isEmpty = true;
  for await (const item of items) {
    isEmpty = false;
    yield item;
  }
  if (isEmpty) yield otherwise;
}
