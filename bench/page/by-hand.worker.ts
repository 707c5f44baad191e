import { Table, tableToIPC } from "apache-arrow";
import initParquet, {
  Compression,
  EnabledStatistics,
  Encoding,
  Table as WasmTable,
  WriterPropertiesBuilder,
  writeParquet,
} from "parquet-wasm";
import { sampleBatch } from "./sample-table.ts";

const ROW_GROUP_ROWS = 131_072;
const WRITE_BATCH_ROWS = 2000;

interface Task {
  readonly start?: boolean;
  readonly seed?: number;
  readonly rows?: number;
}

let ready: Promise<unknown> | undefined;
let table: Table | undefined;
let round = 0;

addEventListener("message", ({ data }: MessageEvent<Task>) => void run(data));

async function run(data: Task): Promise<void> {
  ready ??= initParquet();
  await ready;
  if (data.start) {
    postMessage(0);
    return;
  }
  table ??= new Table([sampleBatch(data.rows ?? 0, data.seed)]);
  round += 1;
  const start = performance.now();
  await writeByHand(table, `bench-${round}.parquet`);
  const ms = performance.now() - start;
  await (await navigator.storage.getDirectory()).removeEntry(`bench-${round}.parquet`);
  postMessage(ms);
}

/** What a careful user does with the libraries themselves: the same codec, row groups, encodings and statistics. */
async function writeByHand(rows: Table, name: string): Promise<void> {
  let settings = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setWriteBatchSize(WRITE_BATCH_ROWS)
    .setMaxRowGroupSize(ROW_GROUP_ROWS);
  for (const column of ["id", "t", "n", "ok"]) {
    settings = settings.setColumnDictionaryEnabled(column, false);
  }
  for (const column of ["id", "t", "n"]) {
    settings = settings.setColumnEncoding(column, Encoding.DELTA_BINARY_PACKED);
  }
  const properties = settings.build();
  const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(rows, "stream")), properties);
  await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  const directory = await navigator.storage.getDirectory();
  const handle = await (
    await directory.getFileHandle(name, { create: true })
  ).createSyncAccessHandle();
  try {
    handle.write(bytes as Uint8Array<ArrayBuffer>);
    handle.flush();
  } finally {
    handle.close();
  }
}
