import type { Operation, ReadRows } from "../contenders/contender.ts";
import { FILTER } from "../contenders/contender.ts";
import { mixedBatch } from "../mixed-table.ts";
import { BigFile } from "./big-file.ts";
import type { Round } from "./round.ts";
import { compareBytes, fileName, makeFiles, shuffled } from "./small-data.ts";

const MIB = 1 << 20;
const SECOND = 1_000_000;
const START = 1_700_000_000 * SECOND;

/** Steps that belong together, over the same data. */
export interface Scenario {
  /** How many rounds are counted, unless something else is asked for. */
  readonly rounds: number;
  /** What each step does, for tables and reports. `{n}` is the step's size. */
  readonly steps: Readonly<Record<string, string>>;
  /** Who cannot do this has no part in it. */
  readonly needs: Operation;
  /** How large it is at scale 1, for the same texts. */
  readonly size: number;
  /** Whether later rounds use what the first has stored, so that it is as large as they are. */
  readonly isPreparedOnce?: boolean;
  /** Runs one round. */
  readonly run: (round: Round, size: number) => Promise<void>;
}

/** All of them. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  "rivals-small-files": {
    rounds: 5,
    needs: "writeMany",
    size: 10_000,
    steps: {
      "write-many": "write {n} files of 1 KiB in one go",
      "read-random":
        "read {n} files of 1 KiB one after the other in random order, the opening of the store included",
    },
    run: smallFiles,
  },
  "rivals-write-each": {
    rounds: 3,
    needs: "writeOne",
    size: 10_000,
    steps: {
      "write-each": "write {n} files of 1 KiB one after the other, each done before the next",
    },
    run: writeEach,
  },
  "rivals-many-files": {
    rounds: 5,
    needs: "writeMany",
    size: 100_000,
    steps: {
      "open-cold": "open a store of {n} small files and read one",
      "list-all": "list the names and sizes of {n} files",
    },
    isPreparedOnce: true,
    run: manyFiles,
  },
  "rivals-large-file": {
    rounds: 3,
    needs: "streamIn",
    size: 1024,
    steps: {
      "stream-in": "write a file of {n} MiB from a stream",
      "stream-out": "open the store and read a file of {n} MiB as a stream",
      "read-ranges": "then read 1,000 pieces of 64 KiB at random places of a file of {n} MiB",
    },
    run: largeFile,
  },
  "rivals-table": {
    rounds: 5,
    needs: "writeTable",
    size: 1_000_000,
    steps: {
      "write-table": "write {n} rows x 6 columns from an Arrow batch",
      "read-table": "open the store and read all {n} rows",
      "read-column": "then read one column of doubles of {n} rows",
      "read-filtered":
        "then read two columns of the rows of one city below a temperature, 0.3 % of {n}",
    },
    run: table,
  },
  "rivals-series": {
    rounds: 3,
    needs: "append",
    size: 1000,
    steps: {
      append: "append 1,000 rows x 6 columns {n} times",
      "read-range": "open the store and read a thousandth of the time of {n} appends",
    },
    run: series,
  },
  "rivals-store-twice": {
    rounds: 3,
    needs: "writeWhole",
    size: 256,
    steps: {
      "store-first": "write {n} MiB that are in memory",
      "store-second": "write the same {n} MiB under another name",
    },
    run: storeTwice,
  },
};

async function smallFiles(round: Round, count: number): Promise<void> {
  const files = makeFiles(count, 1024);
  await round.begin();
  await round.step("write-many", {
    operation: "writeMany",
    work: (writeMany) => writeMany(files),
    isStored: true,
  });
  await round.close();
  const order = shuffled(files);
  const found: Uint8Array[] = [];
  await round.step("read-random", {
    operation: "readOne",
    after: "write-many",
    work: async (readOne) => {
      await round.reopen();
      for (const { name } of order) found.push(await readOne(name));
    },
    verify: () => {
      for (const [index, { bytes }] of order.entries()) {
        compareBytes(found[index] ?? new Uint8Array(), bytes);
      }
    },
  });
}

async function writeEach(round: Round, count: number): Promise<void> {
  const files = makeFiles(count, 1024);
  await round.begin();
  await round.step("write-each", {
    operation: "writeOne",
    work: async (writeOne) => {
      for (const file of files) await writeOne(file);
    },
    isStored: true,
  });
  await round.reopen();
  // Not timed here: that the first, one in the middle and the last are there.
  await round.prepare("readOne", async (readOne) => {
    for (const index of [0, Math.floor(count / 2), count - 1]) {
      const file = files[index];
      if (file) compareBytes(await readOne(file.name), file.bytes);
    }
  });
}

async function manyFiles(round: Round, count: number): Promise<void> {
  const bytesEach = 16;
  if (round.isFirst) {
    await round.begin();
    await round.prepare("writeMany", async (writeMany) => {
      for (let first = 0; first < count; first += 10_000) {
        await writeMany(makeFiles(Math.min(10_000, count - first), bytesEach, first));
      }
    });
  }
  await round.close();
  await round.step("open-cold", {
    operation: "readOne",
    work: async (readOne) => {
      await round.reopen();
      const { byteLength } = await readOne(fileName(Math.floor(count / 2)));
      if (byteLength !== bytesEach) throw new Error(`${byteLength} bytes were read`);
    },
  });
  await round.step("list-all", {
    operation: "list",
    after: "open-cold",
    work: async (list) => {
      const files = await list();
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      if (files.length !== count || bytes !== count * bytesEach) {
        throw new Error(`${files.length} files of ${bytes} bytes were listed`);
      }
    },
  });
}

async function largeFile(round: Round, mebibytes: number): Promise<void> {
  const file = new BigFile(mebibytes * MIB, Math.random() * 1000);
  const piece = 65_536;
  await round.begin();
  await round.step("stream-in", {
    operation: "streamIn",
    work: (streamIn) => streamIn("large.bin", file.stream()),
    isStored: true,
  });
  await round.close();
  await round.step("stream-out", {
    operation: "streamOut",
    after: "stream-in",
    work: async (streamOut) => {
      await round.reopen();
      await file.drain(await streamOut("large.bin"));
    },
  });
  // None crosses from one block of 1 MiB to the next, which would be two reads for those who keep pieces.
  const pieces = Array.from({ length: 1000 }, () =>
    Math.floor(Math.random() * (file.size / piece)),
  );
  const starts = pieces.map((index) => index * piece);
  await round.step("read-ranges", {
    operation: "readRanges",
    after: "stream-in",
    work: async (readRanges) => {
      let index = 0;
      for await (const bytes of readRanges("large.bin", starts, piece)) {
        if (bytes.byteLength !== piece) throw new Error(`${bytes.byteLength} bytes were read`);
        file.compare(bytes, starts[index++] ?? 0);
      }
      if (index !== starts.length) throw new Error(`${index} pieces were read`);
    },
  });
}

async function table(round: Round, rows: number): Promise<void> {
  const batch = mixedBatch(rows, Math.floor(Math.random() * 1e6));
  const [temps, cities] = [batch.getChild("temp"), batch.getChild("city")];
  const sumOfTemps = sum(temps ?? []);
  let wanted = 0;
  for (let row = 0; row < rows; row += 1) {
    if (temps?.get(row) < FILTER.tempBelow && cities?.get(row) === FILTER.city) wanted += 1;
  }
  await round.begin();
  await round.step("write-table", {
    operation: "writeTable",
    work: (writeTable) => writeTable(batch),
    isStored: true,
  });
  await round.close();
  let found: ReadRows | undefined;
  await round.step("read-table", {
    operation: "readTable",
    after: "write-table",
    work: async (readTable) => {
      await round.reopen();
      found = await readTable();
    },
    verify: () => verifyRows(found, { rowCount: rows, sum: sumOfTemps }),
  });
  await round.step("read-column", {
    operation: "readColumn",
    after: "write-table",
    work: async (readColumn) => {
      found = await readColumn("temp");
    },
    verify: () => verifyRows(found, { rowCount: rows, sum: sumOfTemps }),
  });
  await round.step("read-filtered", {
    operation: "readFiltered",
    after: "write-table",
    work: async (readFiltered) => {
      found = await readFiltered();
    },
    verify: () => verifyRows(found, { rowCount: wanted }),
  });
}

async function series(round: Round, appends: number): Promise<void> {
  const rows = 1000;
  // A thousandth of the time, somewhere in the middle: at least ten rows.
  const length = Math.max(10, Math.round((appends * rows) / 1000));
  const start = START + Math.floor((appends * rows) / 2) * SECOND;
  const batches = Array.from({ length: appends }, (_, index) => mixedBatch(rows, index * rows));
  await round.begin();
  await round.step("append", {
    operation: "append",
    work: async (append) => {
      for (const batch of batches) await append(batch);
    },
    isStored: true,
  });
  await round.close();
  let found: ReadRows | undefined;
  await round.step("read-range", {
    operation: "readTimeRange",
    after: "append",
    work: async (readTimeRange) => {
      await round.reopen();
      found = await readTimeRange(start, start + length * SECOND);
    },
    verify: () => verifyRows(found, { rowCount: length }),
  });
}

async function storeTwice(round: Round, mebibytes: number): Promise<void> {
  const bytes = new BigFile(mebibytes * MIB, Math.random() * 1000).bytes();
  await round.begin();
  await round.step("store-first", {
    operation: "writeWhole",
    work: (writeWhole) => writeWhole("first.bin", bytes),
    isStored: true,
  });
  await round.step("store-second", {
    operation: "writeWhole",
    after: "store-first",
    work: (writeWhole) => writeWhole("second.bin", bytes),
    isStored: true,
  });
}

function verifyRows(
  found: ReadRows | undefined,
  wanted: { readonly rowCount: number; readonly sum?: number },
): void {
  if (found?.rowCount !== wanted.rowCount) {
    throw new Error(`${found?.rowCount} of ${wanted.rowCount} rows were read`);
  }
  const values = [...found.column("temp")];
  if (values.length !== (wanted.sum === undefined ? values.length : wanted.rowCount)) {
    throw new Error(`${values.length} values were read`);
  }
  if (wanted.sum === undefined) return;
  const difference = Math.abs(sum(values) - wanted.sum);
  if (difference > 1e-6 * Math.abs(wanted.sum)) throw new Error("The values are not those written");
}

function sum(values: Iterable<unknown>): number {
  let total = 0;
  for (const value of values) total += Number(value);
  return total;
}
