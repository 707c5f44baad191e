import type { RecordBatch } from "apache-arrow";
import Dexie, { type Table } from "dexie";
import { plainValues } from "./arrow-rows.ts";
import {
  because,
  type Contender,
  FILTER,
  type ReadRows,
  STREAMS,
  type Store,
} from "./contender.ts";

const DATABASE = "bench-dexie";

interface StoredFile {
  readonly name: string;
  readonly size: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Row = Readonly<Record<string, unknown>>;

/** Dexie: objects with indexes. */
export const contender: Contender = {
  packages: ["dexie"],
  how: "bulkPut for many files, toArray for a listing; rows are objects, added by bulkAdd, with indexes on city and t.",
  durability: "Dexie's default, which is the browser's: relaxed in Chromium",
  cannot: because("no streams and no ranges: whole values only", ...STREAMS),
  open: async () => {
    const database = new Dexie(DATABASE);
    database.version(1).stores({ files: "name", rows: "id, city", series: "id, t" });
    await database.open();
    return storeOf(database);
  },
  destroy: () => Dexie.delete(DATABASE),
};

function storeOf(database: Dexie): Store {
  const files: Table<StoredFile, string> = database.table("files");
  const rows: Table<Row, number> = database.table("rows");
  const series: Table<Row, number> = database.table("series");
  const put = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    await files.put({ name, size: bytes.byteLength, bytes });
  };
  return {
    writeMany: async (many) => {
      await files.bulkPut(many.map(({ name, bytes }) => ({ name, size: bytes.byteLength, bytes })));
    },
    writeOne: ({ name, bytes }) => put(name, bytes),
    readOne: async (name) => (await files.get(name))?.bytes ?? new Uint8Array(),
    list: () => files.toArray(),
    writeWhole: put,
    writeTable: async (batch) => void (await rows.bulkAdd(objectsOf(batch))),
    readTable: async () => rowsOf(await rows.toArray()),
    readColumn: async (name) => {
      const values: unknown[] = [];
      await rows.each((row) => values.push(row[name]));
      return { rowCount: values.length, column: () => values };
    },
    readFiltered: async () => {
      const isCold = ({ temp }: Row) => Number(temp) < FILTER.tempBelow;
      return rowsOf(await rows.where("city").equals(FILTER.city).and(isCold).toArray());
    },
    append: async (batch) => void (await series.bulkAdd(objectsOf(batch))),
    readTimeRange: async (start, end) =>
      rowsOf(await series.where("t").between(start, end).toArray()),
    close: async () => database.close(),
  };
}

/** Whole numbers are kept as numbers: BigInts cannot be keys. */
function objectsOf(batch: RecordBatch): Row[] {
  const names = batch.schema.names.map(String);
  const columns = names.map((name) => plainValues(batch.getChild(name)));
  return Array.from({ length: batch.numRows }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, columns[column]?.[row]])),
  );
}

function rowsOf(objects: readonly Row[]): ReadRows {
  return {
    rowCount: objects.length,
    column: (name) => objects.map((row) => row[name]),
  };
}
