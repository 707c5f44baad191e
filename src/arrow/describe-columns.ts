import type { Schema } from "apache-arrow";
import type { ChunkStorage, ParquetSummary } from "../worker/parquet-types.ts";
import { sumStatistics } from "./column-bounds.ts";
import { adaptBound } from "./evolution/adapt-bound.ts";
import type { Arrow } from "./load-arrow.ts";
import type { ColumnDescription } from "./table-description.ts";

/** One of the files that hold the rows. */
export interface DescribedFile {
  readonly summary: ParquetSummary;
  readonly schema: Schema;
}

/** The columns of a schema, over all files whose rows have it. @param since by name, where it is known */
export function describeColumns(
  arrow: Arrow,
  { fields }: Schema,
  files: readonly DescribedFile[],
  since: ReadonlyMap<string, number>,
): ColumnDescription[] {
  const summaries = files.map(({ summary }) => summary);
  return fields.map(({ name, type, nullable }) => {
    const own = files.map(({ schema }) => schema.fields.find((field) => field.name === name)?.type);
    const begin = since.get(name);
    return {
      name,
      type: String(type),
      nullable,
      ...storageOf(name, summaries),
      ...(begin !== undefined && { since: begin }),
      ...sumStatistics(name, summaries, (bound, file) =>
        adaptBound(arrow, bound, own[file] ?? type, type),
      ),
    };
  });
}

type Storage = Pick<
  ColumnDescription,
  "codec" | "codecs" | "encodings" | "compressedBytes" | "uncompressedBytes"
>;

/** Of a column and all its children. */
function storageOf(name: string, summaries: readonly ParquetSummary[]): Storage {
  const codecs = new Set<string>();
  const encodings = new Set<string>();
  let [compressedBytes, uncompressedBytes] = [0, 0];
  for (const chunk of chunksOf(name, summaries)) {
    if (chunk.codec !== undefined) codecs.add(chunk.codec);
    for (const encoding of chunk.encodings) encodings.add(encoding);
    compressedBytes += chunk.compressedBytes;
    uncompressedBytes += chunk.uncompressedBytes;
  }
  const [codec] = codecs;
  return {
    ...(codec !== undefined && { codec }),
    codecs: [...codecs],
    encodings: [...encodings],
    compressedBytes,
    uncompressedBytes,
  };
}

function* chunksOf(name: string, summaries: readonly ParquetSummary[]): Generator<ChunkStorage> {
  for (const { columns, rowGroups } of summaries) {
    const leaves = columns.flatMap(({ path }, index) => (path[0] === name ? index : []));
    for (const { storage } of rowGroups) {
      for (const leaf of leaves) {
        const chunk = storage[leaf];
        if (chunk) yield chunk;
      }
    }
  }
}
