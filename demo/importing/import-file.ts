import type { RecordBatch } from "apache-arrow";
import { isTinyFSError, type Pond } from "tinypond";
import { ArrowFileError } from "../explain-error.ts";
import { freePath } from "../files/file-actions.ts";
import { joinPath, nameOf, parentOf } from "../frame/paths.ts";
import { type FileKind, fileKind, tableName } from "./import-kind.ts";
import { type ImportProgress, ProgressCounter } from "./import-progress.ts";
import { prepareView } from "./prepare-view.ts";

/** What an import reports to, and what stops it. */
export interface ImportOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** Where a file was put, and what people should know of it. */
export interface Imported {
  readonly path: string;
  readonly note?: string;
}

/** JSON is read as a whole; larger files are kept as they are. */
const MOST_JSON_BYTES = 200e6;

type Root = Pond["root"];
type Importer = (root: Root, path: string, file: File, options: ImportOptions) => Promise<unknown>;

const importers: Record<Exclude<FileKind, "json">, Importer> = {
  parquet: (root, path, file, options) =>
    root.importParquet(path, file, { as: "table", create: "new", ...options }),

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

  bytes: (root, path, file, { signal, onProgress }) => {
    const counter = new ProgressCounter(onProgress);
    return root.writeFile(path, counter.countBytes(file), { create: "new", signal });
  },
};

/**
 * Imports a file below a folder, under a name that is free: as a table where it holds rows, else its
 * bytes. A file that cannot be imported, or an import that is cancelled, leaves nothing behind.
 */
export async function importFile(
  root: Root,
  folder: string,
  relativePath: string,
  file: File,
  options: ImportOptions,
): Promise<Imported> {
  const target = parentOf(joinPath(folder, relativePath));
  if (target !== folder) await root.createDir(target, { recursive: true });
  const kind = fileKind(file.name);
  if (kind !== "bytes") prepareView();
  const name = nameOf(`/${relativePath}`);
  if (kind === "json") return importJsonOrBytes(root, target, name, file, options);
  const path = await freePath(root, target, kind === "bytes" ? name : tableName(name));
  options.signal.throwIfAborted();
  await importers[kind](root, path, file, options);
  return { path };
}

/** JSON that is no list of objects is kept as it is. */
async function importJsonOrBytes(
  root: Root,
  folder: string,
  name: string,
  file: File,
  options: ImportOptions,
): Promise<Imported> {
  const { signal, onProgress } = options;
  const isLarge = file.size > MOST_JSON_BYTES;
  if (!isLarge) {
    const { importJson } = await import("tinypond/interop");
    const path = await freePath(root, folder, tableName(name));
    const lines = /\.(ndjson|jsonl)$/i.test(name) || undefined;
    try {
      await importJson(root, path, file, { lines, signal, onProgress });
      return { path };
    } catch (error) {
      if (!isTinyFSError(error, "UNSUPPORTED_TYPE")) throw error;
    }
  }
  const path = await freePath(root, folder, name);
  await importers.bytes(root, path, file, options);
  const why = isLarge ? "it is too large to be read as rows" : "it is no list of objects";
  return { path, note: `kept as it is: ${why}` };
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
