import { type RecordBatch, Table, tableToIPC } from "apache-arrow";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import initParquet, { Table as WasmTable, writeParquet } from "parquet-wasm";
import { mixedBatch } from "./mixed-table.ts";

/** What is to be done: rows of the mixed table, from `start` on. */
export interface EncodeTask {
  readonly how: "parquet-wasm" | "hyparquet-writer";
  readonly rows: number;
  readonly start: number;
  /** Whether the bytes are also hashed, written to a file and flushed. */
  readonly isStored?: boolean;
}

/** What it took. */
export interface EncodeResult {
  readonly ms: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

let ready: Promise<unknown> | undefined;
let made: { readonly key: string; readonly batch: RecordBatch } | undefined;

addEventListener("message", ({ data }: MessageEvent<EncodeTask>) => void run(data));

/** Encodes with the settings that the libraries have by themselves. */
async function run({ how, rows, start, isStored = false }: EncodeTask): Promise<void> {
  ready ??= initParquet();
  await ready;
  const key = `${start} ${rows}`;
  if (made?.key !== key) made = { key, batch: mixedBatch(rows, start) };
  const { batch } = made;
  const arrays = how === "hyparquet-writer" ? columnsOf(batch) : [];
  const begin = performance.now();
  const bytes =
    how === "hyparquet-writer"
      ? new Uint8Array(parquetWriteBuffer({ columnData: arrays }))
      : (writeParquet(
          WasmTable.fromIPCStream(tableToIPC(new Table([batch]), "stream")),
        ) as Uint8Array<ArrayBuffer>);
  if (isStored) await store(bytes);
  const result: EncodeResult = { ms: performance.now() - begin, bytes };
  postMessage(result, { transfer: [bytes.buffer] });
}

async function store(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await crypto.subtle.digest("SHA-256", bytes);
  const directory = await navigator.storage.getDirectory();
  const file = await directory.getFileHandle("bench-encoded.parquet", { create: true });
  const handle = await file.createSyncAccessHandle();
  try {
    handle.truncate(0);
    handle.write(bytes);
    handle.flush();
  } finally {
    handle.close();
  }
}

/** Making arrays of values, which hyparquet-writer wants, is not counted. */
function columnsOf(batch: RecordBatch): ColumnSource[] {
  const types = ["INT64", "DOUBLE", "STRING", "STRING", "TIMESTAMP", "BOOLEAN"] as const;
  return batch.schema.names.map((name, index) => {
    const type = types[index] ?? "STRING";
    const values = Array.from(batch.getChildAt(index) ?? [], (value: unknown) => {
      return type === "TIMESTAMP" ? new Date(Number(value)) : value;
    });
    return { name: String(name), data: values, type };
  });
}
