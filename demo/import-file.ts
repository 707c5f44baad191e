import type { RecordBatch } from "apache-arrow";
import type { Pond } from "tinypond";
import { type FileKind, fileKind, freePath } from "./dataset-name.ts";
import { ArrowFileError, UnknownKindError } from "./explain-error.ts";
import { type ImportProgress, ProgressCounter } from "./import-progress.ts";

/** What an import reports to, and what stops it. */
export interface ImportOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

type Root = Pond["root"];
type Importer = (root: Root, path: string, file: File, options: ImportOptions) => Promise<unknown>;

const importers: Record<FileKind, Importer> = {
  parquet: (root, path, file, { signal, onProgress }) =>
    root.importParquet(path, file, {
      as: "table",
      create: "new",
      signal,
      onProgress,
    }),

  csv: async (root, path, file, { signal, onProgress }) => {
    const { importCsv } = await import("tinypond/interop");
    const counter = new ProgressCounter(onProgress);
    return importCsv(root, path, counter.countBytes(file), {
      as: "table",
      signal,
      onProgress: ({ rows }) => counter.setRows(rows),
    });
  },

  arrow: (root, path, file, options) =>
    root.createTableFromBatches(path, arrowBatches(file, options), { signal: options.signal }),
};

/**
 * Imports a file as a table, under a name that is free, and returns its path.
 * A file that cannot be imported, or an import that is cancelled, leaves nothing behind.
 */
export async function importFile(root: Root, file: File, options: ImportOptions): Promise<string> {
  const kind = fileKind(file.name);
  if (kind === undefined) throw new UnknownKindError(file.name);
  const path = await freePath(root, file.name);
  options.signal.throwIfAborted();
  await importers[kind](root, path, file, options);
  return path;
}

/** The batches of an Arrow IPC stream or file, counted as they are handed on. */
async function* arrowBatches(file: File, options: ImportOptions): AsyncGenerator<RecordBatch> {
  const { RecordBatchReader } = await import("apache-arrow");
  const counter = new ProgressCounter(options.onProgress);
  let rows = 0;
  try {
    const reader = await RecordBatchReader.from(counter.countBytes(file));
    await reader.open();
    for await (const batch of reader) {
      yield batch;
      rows += batch.numRows;
      counter.setRows(rows);
    }
  } catch (cause) {
    throw new ArrowFileError(`Cannot read "${file.name}"`, { cause });
  }
}
