import type { RecordBatch, Schema } from "apache-arrow";
import type { ByteSource } from "../../tinyfs/byte-source.ts";
import type { Content } from "../../tinyfs/entry.ts";
import { SchemaMismatchError, TinyFSError } from "../../tinyfs/errors.ts";
import { cachesOf } from "../arrow-caches.ts";
import type { ArrowContext } from "../arrow-context.ts";
import { inParallel } from "../in-parallel.ts";
import { type Arrow, loadArrow } from "../load-arrow.ts";
import { naming } from "../named-errors.ts";
import { adaptBatch, nullBatch } from "./adapt-batch.ts";
import { schemaFromIpc, schemaMetadata } from "./schema-metadata.ts";
import { unifySchemas } from "./unify.ts";

/** How many schemas are read at a time. */
const LANES = 8;

/** A segment of a series, or the file of a table. */
export interface SegmentLike {
  readonly content: Content;
  /** Where the log knows it. */
  readonly schemaFingerprint?: string | undefined;
  /** The caller closes the source. */
  open(): Promise<ByteSource>;
}

/** The one schema that all rows of a series have. */
export interface SeriesSchema {
  /** Also the one of every batch that `adapt` gives. */
  readonly schema: Schema;
  /** For each column the index of the first segment that has it. */
  readonly columnOrigins: Map<string, number>;
  /**
   * A batch of any segment, with all columns or with those that the segment has of `schema`, in the series'
   * schema. The very same batch where nothing changes.
   * @throws SCHEMA_MISMATCH for a moment that the finer unit of other segments does not reach
   */
  adapt(batch: RecordBatch): RecordBatch;
  /** So many rows of nulls: those of a segment that has none of the columns. */
  nulls(rows: number): RecordBatch;
  /** The same for a choice of columns, in the series' order. @throws SCHEMA_MISMATCH for one that no segment has */
  select(columns: readonly string[] | undefined): SeriesSchema;
}

/**
 * The schema that segments have together. The schema of one file for each fingerprint is read, the others
 * are known by then.
 * @throws SCHEMA_MISMATCH where they do not go together, NOT_PARQUET, PARQUET_READ_FAILED
 */
export async function seriesSchema(
  context: ArrowContext,
  path: string,
  segments: readonly SegmentLike[],
  signal?: AbortSignal,
): Promise<SeriesSchema> {
  const arrow = await loadArrow();
  const distinct = await distinctSchemas(context, path, segments, signal);
  const unifying = async () =>
    unifySchemas(
      arrow,
      distinct.map(({ schema }) => schema),
    );
  const { schema, columnOrigins } = await naming(path, "read", unifying());
  const origins = [...columnOrigins].map(([name, at]) => [name, distinct[at]?.first ?? 0] as const);
  return seriesSchemaOf(arrow, path, schema, new Map(origins));
}

interface DistinctSchema {
  readonly schema: Schema;
  /** The index of the first segment that has it. */
  readonly first: number;
}

async function distinctSchemas(
  context: ArrowContext,
  path: string,
  segments: readonly SegmentLike[],
  signal: AbortSignal | undefined,
): Promise<DistinctSchema[]> {
  const nameless = segments.filter(({ schemaFingerprint }) => schemaFingerprint === undefined);
  const found = await inParallel(nameless, LANES, async (segment) => {
    const summary = naming(
      path,
      "read",
      cachesOf(context).footers.summary(filled(segment, path), signal),
    );
    return [segment, (await summary).schemaFingerprint] as const;
  });
  const fingerprints = new Map(found);
  const firsts = new Map<string, number>();
  for (const [index, segment] of segments.entries()) {
    const fingerprint = segment.schemaFingerprint ?? fingerprints.get(segment) ?? "";
    if (!firsts.has(fingerprint)) firsts.set(fingerprint, index);
  }
  return inParallel([...firsts], LANES, async ([schemaFingerprint, first]) => {
    const file = { ...filled(segments[first] as SegmentLike, path), schemaFingerprint };
    return { schema: await schemaOfFile(context, path, file, signal), first };
  });
}

/** The Arrow schema of one file, as it was written. It is read once for all files of a fingerprint. */
export async function schemaOfFile(
  context: ArrowContext,
  path: string,
  { schemaFingerprint, open }: Pick<SegmentLike, "open"> & { readonly schemaFingerprint: string },
  signal: AbortSignal | undefined,
): Promise<Schema> {
  const { schemas } = cachesOf(context);
  const known = schemas.get(schemaFingerprint);
  if (known) return known;
  const source = await open();
  try {
    const reading = readSchema(context, source, schemaFingerprint, signal);
    const schema = await naming(path, "read", reading);
    schemas.keep(schemaFingerprint, schema);
    return schema;
  } finally {
    await source.close();
  }
}

async function readSchema(
  context: ArrowContext,
  source: ByteSource,
  schemaFingerprint: string,
  signal: AbortSignal | undefined,
): Promise<Schema> {
  const arrow = await loadArrow();
  const reader = await context.parquet.openReader(source, { signal });
  try {
    const [bytes, metadata] = await Promise.all([
      reader.schema({ signal }),
      schemaMetadata(context, schemaFingerprint, async () => reader, signal),
    ]);
    return schemaFromIpc(arrow, bytes, metadata);
  } finally {
    await reader.close();
  }
}

/** A segment whose file cannot be empty. */
function filled(segment: SegmentLike, path: string): SegmentLike {
  if (segment.content.size > 0) return { ...segment, open: () => segment.open() };
  throw new TinyFSError("EMPTY_TABLE", `Cannot read "${path}": it has no bytes`, { path });
}

function seriesSchemaOf(
  arrow: Arrow,
  path: string,
  schema: Schema,
  columnOrigins: Map<string, number>,
): SeriesSchema {
  return {
    schema,
    columnOrigins,
    adapt: (batch) => adaptBatch(arrow, batch, schema),
    nulls: (rows) => nullBatch(arrow, schema, rows),
    select: (columns) => {
      if (!columns) return seriesSchemaOf(arrow, path, schema, columnOrigins);
      const unknown = columns.find((column) => !columnOrigins.has(column));
      if (unknown !== undefined) throw noColumn(path, unknown, schema);
      const fields = schema.fields.filter(({ name }) => columns.includes(name));
      const selected = new arrow.Schema(fields, schema.metadata);
      const origins = [...columnOrigins].filter(([name]) => columns.includes(name));
      return seriesSchemaOf(arrow, path, selected, new Map(origins));
    },
  };
}

function noColumn(path: string, column: string, { fields }: Schema): SchemaMismatchError {
  const known = fields.map(({ name }) => `"${name}"`).join(", ");
  const message = `Cannot read column "${column}" of "${path}": the columns are ${known}`;
  return new SchemaMismatchError(message, { path });
}
