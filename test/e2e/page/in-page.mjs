// Runs in the demo's page, as text: it imports nothing. Every function takes the devtools handle
// first and gives JSON. The sums are made from Arrow's own buffers; those they are compared with are
// made in Node, from plain values.

/** What is read back of a table or a series: rows of each batch, and every column's sums. */
export async function readSums({ pond, arrow }, path) {
  const { DataType } = await arrow();
  const entryType = await pond.root.getEntryType(path);
  const batches =
    entryType === "FileSeries"
      ? pond.root.readSeriesAsStream(path)
      : (await pond.root.readTable(path)).batches;
  const columns = [];
  const batchRows = [];
  for await (const batch of batches) {
    batchRows.push(batch.numRows);
    batch.schema.fields.forEach(({ name, type }, index) => {
      columns[index] ??= { name, type: String(type), rows: 0, nulls: 0, sum: 0, hash: 0 };
      addChunk(columns[index], batch.data.children[index], DataType);
    });
  }
  return {
    entryType,
    batchRows,
    columns: columns.map((column) => ({ ...column, sum: String(column.sum) })),
  };
}

function addChunk(column, chunk, DataType) {
  const { type, values, valueOffsets } = chunk;
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type);
  const isBool = DataType.isBool(type);
  if (typeof values?.[0] === "bigint" && column.sum === 0) column.sum = 0n;
  column.rows += chunk.length;
  for (let row = 0; row < chunk.length; row += 1) {
    if (!chunk.getValid(row)) {
      column.nulls += 1;
      column.hash = mix(column.hash, 0x9e3779b9);
    } else if (isText) {
      addText(column, values, Number(valueOffsets[row]), Number(valueOffsets[row + 1]));
    } else if (isBool) {
      const bit = chunk.offset + row;
      addNumber(column, (values[bit >> 3] >> (bit % 8)) & 1);
    } else {
      addNumber(column, values[row]);
    }
  }
}

function addNumber(column, value) {
  column.sum += value;
  if (typeof value === "bigint") {
    column.hash = mix(column.hash, Number(BigInt.asIntN(32, value)));
    return;
  }
  words.setFloat64(0, value);
  column.hash = mix(mix(column.hash, words.getInt32(0)), words.getInt32(4));
}

const words = new DataView(new ArrayBuffer(8));

function addText(column, bytes, start, end) {
  let { hash } = column;
  for (let index = start; index < end; index += 1) hash = mix(hash, bytes[index]);
  column.hash = mix(hash, end - start);
  column.sum += end - start;
}

function mix(hash, value) {
  return Math.imul(hash ^ value, 16777619) ^ (hash >>> 15);
}

/** Writes what is in one table again, from its record batches, as another table or a series. */
export async function writeAgain({ pond }, from, to, as) {
  const { batches } = await pond.root.readTable(from);
  const write = as === "series" ? "createSeriesFromBatches" : "createTableFromBatches";
  const started = performance.now();
  await pond.root[write](to, batches);
  return { batchRows: batches.map(({ numRows }) => numRows), ms: performance.now() - started };
}

/** SHA-256 and length of a file's bytes. */
export async function digestFile({ pond }, path) {
  const bytes = await pond.root.readFile(path);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { size: bytes.byteLength, sha256: hex };
}

/** A file as text. */
export async function readText({ pond }, path) {
  return new TextDecoder().decode(await pond.root.readFile(path));
}

/** The paths of all entries, with what links lead to. */
export async function tree({ pond }) {
  const entries = await pond.root.list("/", { recursive: true });
  const lines = entries.map(async ({ name, entryType }) => {
    const target = entryType === "Symlink" ? ` -> ${await pond.root.readLink(`/${name}`)}` : "";
    return `${name}${entryType === "Directory" ? "/" : ""}${target}`;
  });
  return Promise.all(lines);
}

/** Makes folders (with a slash at the end) and small files. */
export async function make({ pond }, paths) {
  await pond.transaction(async ({ root }) => {
    for (const path of paths) {
      if (path.endsWith("/")) await root.createDir(path.slice(0, -1), { recursive: true });
      else await root.writeFile(path, `text of ${path}`);
    }
  });
}

/** Makes a folder of so many entries; links are the cheapest. */
export async function makeMany({ pond }, folder, count) {
  await pond.transaction(async ({ root }) => {
    await root.createDir(folder);
    for (let n = 0; n < count; n += 1) {
      await root.createSymlink(`${folder}/n${String(n).padStart(6, "0")}`, "/x");
    }
  });
}

/** All files of the pond's folder in the private file system, by path. */
export async function storedFiles() {
  const found = [];
  const root = await navigator.storage.getDirectory();
  for await (const [name, ponds] of root.entries()) {
    if (name === "tinypond") await collect(ponds, "", found);
  }
  return found.map((path) => path.replace(/^demo\//, "")).sort();
}

async function collect(directory, prefix, found) {
  for await (const [name, handle] of directory.entries()) {
    if (handle.kind === "directory") await collect(handle, `${prefix}${name}/`, found);
    else found.push(`${prefix}${name}`);
  }
}

/** The pond's own figures. */
export async function stats({ pond }) {
  return JSON.parse(
    JSON.stringify(await pond.stats(), (_key, value) =>
      typeof value === "bigint" ? String(value) : value,
    ),
  );
}

/** Writes a table of two rows whose values are easily shown wrong: the second is null throughout. */
export async function writeAllKinds({ pond, arrow }, path) {
  const { DateDay, Decimal, Bool, Int64, RecordBatch, Struct, TimestampMicrosecond, ...rest } =
    await arrow();
  const micros = BigInt(Date.UTC(2001, 1, 3, 4, 5, 6, 789)) * 1000n + 12n;
  const days = Date.UTC(2001, 1, 3) / 86_400_000;
  const decimal = new Uint32Array(new BigInt64Array([-1234n, -1n, 0n, 0n]).buffer);
  const columns = {
    integer: [new Int64(), new BigInt64Array([9_007_199_254_740_993n, 0n])],
    timestamp: [new TimestampMicrosecond(), new BigInt64Array([micros, 0n])],
    decimal: [new Decimal(2, 10, 128), decimal],
    date: [new DateDay(), new Int32Array([days, 0])],
    bool: [new Bool(), new Uint8Array([1])],
  };
  const fields = Object.entries(columns).map(([name, [type]]) => new rest.Field(name, type, true));
  const children = Object.values(columns).map(([type, data]) =>
    rest.makeData({ type, data, length: 2, nullCount: 1, nullBitmap: new Uint8Array([1]) }),
  );
  const type = new Struct(fields);
  const data = rest.makeData({ type, children, length: 2, nullCount: 0 });
  await pond.root.createTableFromBatch(path, new RecordBatch(new rest.Schema(fields), data));
}

/** Rows of a batch, 8 columns of 8 bytes each: 8.4 MB. */
const BATCH_ROWS = 131_072;

/** Writes a table batch by batch, and watches the main thread meanwhile. */
export async function writeWhileWatching({ pond, arrow }, path, batchCount) {
  const module = await arrow();
  const batches = Array.from({ length: batchCount }, (_, index) => numberBatch(module, index));
  await pause(100); // so that making the batches is not counted

  const watch = watchMainThread();
  const started = performance.now();
  await pond.root.createTableFromBatches(path, batches);
  const ms = performance.now() - started;
  const seen = await watch.stop();

  const { rowCount } = await pond.root.stat(path);
  return { ...seen, ms, rowCount, bytes: batchCount * BATCH_ROWS * 64 };
}

function numberBatch({ tableFromArrays }, seed) {
  const column = (index) =>
    Float64Array.from({ length: BATCH_ROWS }, (_, row) => row * index + seed);
  const columns = Array.from({ length: 8 }, (_, index) => [`c${index}`, column(index / 7)]);
  return tableFromArrays(Object.fromEntries(columns)).batches[0];
}

function watchMainThread() {
  let longTaskMs = 0;
  let timerGapMs = 0;
  let ticks = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTaskMs = Math.max(longTaskMs, duration);
  });
  observer.observe({ type: "longtask" });
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    timerGapMs = Math.max(timerGapMs, now - last);
    last = now;
    ticks += 1;
  }, 5);
  const stop = async () => {
    clearInterval(timer);
    await pause(100); // entries of the last task come late
    observer.disconnect();
    return { longTaskMs, timerGapMs, ticks };
  };
  return { stop };
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
