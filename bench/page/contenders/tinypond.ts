import { deletePond, openPond, type Pond } from "tinypond";
import { rowsOfTable } from "./arrow-rows.ts";
import { type Contender, FILTER, FILTERED_COLUMNS, type Store } from "./contender.ts";

const POND = "bench-rivals";

/** TinyPond, by its public API and with the settings that nobody has chosen. */
export const contender: Contender = {
  packages: [],
  how: "openPond with its defaults. Many files are one transaction; a table is createTableFromBatch, an append appendSeries.",
  durability: "strict: on disk as far as the browser tells",
  cannot: {},
  open: async () => storeOf(await openPond(POND)),
  destroy: () => deletePond(POND),
};

function storeOf(pond: Pond): Store {
  const { root } = pond;
  let hasSeries = false;
  return {
    writeMany: async (files) => {
      await pond.transaction(async (tx) => {
        await Promise.all(files.map(({ name, bytes }) => tx.root.writeFile(`/${name}`, bytes)));
      });
    },
    writeOne: async ({ name, bytes }) => void (await root.writeFile(`/${name}`, bytes)),
    readOne: (name) => root.readFile(`/${name}`),
    list: async () => root.list("/"),
    streamIn: async (name, stream) => void (await root.writeFile(`/${name}`, stream)),
    streamOut: (name) => root.asyncReader(`/${name}`),
    async *readRanges(name, starts, length) {
      const source = await root.openSource(`/${name}`);
      for (const start of starts) yield source.read(start, start + length);
      await source.close();
    },
    writeWhole: async (name, bytes) => void (await root.writeFile(`/${name}`, bytes)),
    writeTable: async (batch) => void (await root.createTableFromBatch("/table.parquet", batch)),
    readTable: async () => rowsOfTable(await root.readTable("/table.parquet")),
    readColumn: async (name) =>
      rowsOfTable(await root.readTable("/table.parquet", { columns: [name] })),
    readFiltered: async () => {
      const filter = { city: FILTER.city, temp: { $lt: FILTER.tempBelow } };
      const columns = [...FILTERED_COLUMNS];
      return rowsOfTable(await root.readTable("/table.parquet", { columns, filter }));
    },
    append: async (batch) => {
      const options = { timestampColumn: "t" };
      if (hasSeries) await root.appendSeries("/s.series", [batch], options);
      else await root.createSeriesFromBatches("/s.series", [batch], options);
      hasSeries = true;
    },
    readTimeRange: async (start, end) => {
      const options = { timeRange: { start, end }, timestampColumn: "t" };
      return rowsOfTable(await root.readSeries("/s.series", options));
    },
    close: () => pond.close(),
  };
}
