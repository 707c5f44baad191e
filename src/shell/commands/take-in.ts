import type { ArrowWD, CreateMode, WriteProgress } from "../../index.ts";
import type { Call } from "../call.ts";
import { misuse } from "../misuse.ts";
import { counting, type FileKind, formatOf, ipcBytes } from "../rows/batches-of.ts";

/** A file that is taken in. */
export interface FileSource {
  /** As it is told. */
  readonly from: string;
  /** Its name; with slashes for one in a folder that was chosen. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The same at hand. */
  readonly blob?: Blob;
  /** Its bytes, from their beginning each time. */
  readonly stream: () => Promise<ReadableStream<Uint8Array>>;
}

/** What a file became. */
export interface Taken {
  readonly from: string;
  readonly path: string;
  readonly type: FileKind;
  readonly size: number;
  readonly rows?: number;
}

/** How a file is taken in. */
export interface TakeOptions {
  readonly kind: FileKind;
  readonly create: CreateMode;
}

/** Writes a file of the host, or one of the pond, as data, a table or a series. */
export async function takeIn(
  call: Call,
  root: ArrowWD,
  path: string,
  source: FileSource,
  { kind, create }: TakeOptions,
): Promise<Taken> {
  const { signal } = call;
  const settings = { create, signal, onProgress: progressOf(call, source) };
  if (kind === "data") {
    const stream = counting(await source.stream(), (done) => tellBytes(call, source, done));
    await root.writeFile(path, stream, { create, signal });
  } else {
    await writeRows(call, root, path, source, { ...settings, as: kind });
  }
  const { size, rowCount } = await root.stat(path);
  const rows = rowCount === undefined ? {} : { rows: rowCount };
  return { from: source.from, path, type: kind, size, ...rows };
}

async function writeRows(
  call: Call,
  root: ArrowWD,
  path: string,
  source: FileSource,
  options: {
    readonly as: "table" | "series";
    readonly create: CreateMode;
    readonly signal: AbortSignal | undefined;
    readonly onProgress: (progress: WriteProgress) => void;
  },
): Promise<void> {
  switch (formatOf(source.name)) {
    case "csv": {
      const { importCsv } = await import("../../interop/index.ts");
      await importCsv(root, path, source.blob ?? (await source.stream()), options);
      return;
    }
    case "arrow": {
      const { as, ...settings } = options;
      const batches = await ipcBytes(await source.stream());
      if (as === "table") await root.createTableFromBatches(path, batches, settings);
      else await root.createSeriesFromBatches(path, batches, settings);
      return;
    }
    case "parquet":
      await root.importParquet(path, source.blob ?? (await source.stream()), options);
      return;
    default:
      // The store itself says what is no Parquet; a name may say nothing.
      if (await isParquet(source)) {
        await root.importParquet(path, source.blob ?? (await source.stream()), options);
        return;
      }
      throw misuse(
        call.command,
        `"${source.from}" is no Parquet, and its name ends in none of .csv, .tsv, .arrow, .feather`,
      );
  }
}

/** Whether a file begins as Parquet does. */
async function isParquet({ stream }: FileSource): Promise<boolean> {
  const reader = (await stream()).getReader();
  try {
    const { value } = await reader.read();
    return value !== undefined && String.fromCharCode(...value.subarray(0, 4)) === "PAR1";
  } finally {
    await reader.cancel();
  }
}

function tellBytes(call: Call, { from, size }: FileSource, done: number): void {
  call.progress({ subject: from, done, total: size, unit: "bytes" });
}

/** Tells how many rows of a file have been taken. */
export function progressOf(
  call: Call,
  { from }: Pick<FileSource, "from">,
): (progress: WriteProgress) => void {
  return ({ rows }) => call.progress({ subject: from, done: rows, unit: "rows" });
}
