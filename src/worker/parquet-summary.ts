import { CompressionCodecs, Encodings } from "hyparquet/src/constants.js";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";
import { sha256Of } from "../tinyfs/sha256.ts";
import { equalBytes } from "./equal-bytes.ts";
import { damagedFooter } from "./footer-reading.ts";
import { arrowSchemaOf, type Footer, type FooterRowGroup } from "./parquet-footer.ts";
import { type LeafColumn, leafColumns } from "./parquet-schema.ts";
import { columnStatistics, type RawStatistics } from "./parquet-statistics.ts";
import type { ChunkStorage, ParquetRowGroup, ParquetSummary } from "./parquet-types.ts";

/** A Thrift `ColumnChunk` as hyparquet's deserializer gives it. */
interface RawColumnChunk {
  /** `ColumnMetaData`: encodings, codec, uncompressed and compressed size, statistics. */
  readonly field_3: {
    readonly field_2?: readonly number[];
    readonly field_4: number;
    readonly field_6: bigint;
    readonly field_7: bigint;
    readonly field_12?: RawStatistics;
  };
}

/**
 * What a footer says, as plain data.
 * @param size length of the file in bytes
 * @throws NOT_PARQUET where the footer contradicts itself
 */
export async function summarise(footer: Footer, size: number): Promise<ParquetSummary> {
  const schemaFingerprint = await fingerprint(footer);
  try {
    return { ...summariseFooter(footer, size), schemaFingerprint };
  } catch (cause) {
    throw damagedFooter(cause);
  }
}

function summariseFooter(footer: Footer, size: number): Omit<ParquetSummary, "schemaFingerprint"> {
  const leaves = leafColumns(footer);
  const chunks = footer.rowGroups.map((group) => chunksOf(group, leaves.length));
  const ordered = footer.columnOrders !== undefined;
  const readStorage = storageReader();
  return {
    rowCount: footer.rowCount,
    size,
    columns: leaves.map((leaf, index) => {
      const codec = codecOf(chunks[0]?.[index]);
      return { ...leaf, ...(codec !== undefined && { codec }) };
    }),
    rowGroups: footer.rowGroups.map((group, index) =>
      summariseRowGroup(group, chunks[index] ?? [], { leaves, ordered, readStorage }),
    ),
    keyValueMetadataKeys: footer.keyValues.map(({ key }) => key),
    ...(footer.createdBy ? { createdBy: new TextDecoder().decode(footer.createdBy) } : {}),
  };
}

function chunksOf({ bytes, columnCount }: FooterRowGroup, expected: number): RawColumnChunk[] {
  if (columnCount !== expected) {
    throw new Error(`a row group has ${columnCount} columns, the schema ${expected}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const raw: { field_1?: RawColumnChunk[] } = deserializeTCompactProtocol({ view, offset: 0 });
  return raw.field_1 ?? [];
}

/** Gives how a column chunk is stored. What many of them share is made once. */
function storageReader(): (chunk: RawColumnChunk | undefined) => ChunkStorage {
  const known = new Map<string, readonly string[]>();
  const encodingsOf = (indexes: readonly number[]) => {
    const key = indexes.join();
    const encodings =
      known.get(key) ?? indexes.flatMap((index) => Encodings[index]?.toLowerCase() ?? []);
    known.set(key, encodings);
    return encodings;
  };
  return (chunk) => {
    const codec = codecOf(chunk);
    return {
      ...(codec !== undefined && { codec }),
      encodings: encodingsOf(chunk?.field_3.field_2 ?? []),
      compressedBytes: Number(chunk?.field_3.field_7 ?? 0),
      uncompressedBytes: Number(chunk?.field_3.field_6 ?? 0),
    };
  };
}

function codecOf(chunk: RawColumnChunk | undefined): string | undefined {
  return chunk && CompressionCodecs[chunk.field_3.field_4]?.toLowerCase();
}

function summariseRowGroup(
  group: FooterRowGroup,
  chunks: readonly RawColumnChunk[],
  {
    leaves,
    ordered,
    readStorage,
  }: {
    leaves: readonly LeafColumn[];
    ordered: boolean;
    readStorage: ReturnType<typeof storageReader>;
  },
): ParquetRowGroup {
  let compressedBytes = 0;
  let uncompressedBytes = 0;
  for (const { field_3 } of chunks) {
    uncompressedBytes += Number(field_3.field_6);
    compressedBytes += Number(field_3.field_7);
  }
  const statistics = leaves.map((leaf, index) =>
    columnStatistics(chunks[index]?.field_3.field_12, leaf, ordered),
  );
  return {
    rowCount: group.rowCount,
    offset: group.start,
    compressedBytes,
    uncompressedBytes,
    statistics,
    storage: leaves.map((_, index) => {
      const storage = readStorage(chunks[index]);
      const { columnIndex, offsetIndex } = group.extras[index] ?? {};
      return columnIndex && offsetIndex ? { ...storage, hasPageIndex: true } : storage;
    }),
  };
}

/** Files that are written one after the other are often of one schema: its fingerprint is made once. */
let last: { readonly joined: Uint8Array; readonly fingerprint: string } | undefined;

/** Both parts in their own bytes: no reading of them stands between, so that it is the same for ever. */
async function fingerprint(footer: Footer): Promise<string> {
  const arrowSchema = arrowSchemaOf(footer) ?? new Uint8Array(0);
  const joined = new Uint8Array(4 + footer.schema.length + arrowSchema.length);
  new DataView(joined.buffer).setUint32(0, footer.schema.length, true);
  joined.set(footer.schema, 4);
  joined.set(arrowSchema, 4 + footer.schema.length);
  if (last && equalBytes(last.joined, joined)) return last.fingerprint;
  const made = await sha256Of(joined);
  last = { joined, fingerprint: made };
  return made;
}
