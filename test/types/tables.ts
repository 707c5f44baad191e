// Compiled, never run: what the compiler must know about tables and series, and what it must refuse.
import { type RecordBatch, type Table, tableFromArrays } from "apache-arrow";
import { expectTypeOf } from "expect-type";
import { openPond, type ReadPlan, type TableDescription, type WriteResult } from "tinypond";
import { importCsv } from "tinypond/interop";
import { run, Shell, type ShellResult } from "tinypond/shell";
import { createMemoryFS, type FS } from "tinypond/tinyfs";

const pond = await openPond("weather");
const root = pond.root;
const table = tableFromArrays({ t: [1, 2], temp: [3, 4] });

for (const batches of [table, table.batches, new Uint8Array(1)]) {
  expectTypeOf(await root.appendSeries("/obs", batches)).toEqualTypeOf<WriteResult>();
}
expectTypeOf(await root.readTable("/a")).toEqualTypeOf<Table>();
expectTypeOf(await root.readTableAsBatch("/a")).toEqualTypeOf<RecordBatch>();
expectTypeOf(await root.describe("/a")).toEqualTypeOf<TableDescription>();
expectTypeOf(await root.explain("/a")).toEqualTypeOf<ReadPlan>();
for await (const batch of root.readSeriesAsStream("/obs", { follow: true, afterVersion: 1 })) {
  expectTypeOf(batch).toEqualTypeOf<RecordBatch>();
}

await root.readTable("/a", {
  columns: ["t"],
  filter: { $or: [{ t: { $gte: 1 } }, { station: { $in: ["OSL"] } }, { temp: null }] },
  timeRange: { start: new Date(), end: 1_800_000_000_000 },
  limit: 5,
});
// @ts-expect-error: no such operator
await root.readTable("/a", { filter: { t: { $near: 1 } } });
// @ts-expect-error: one name is a list of one
await root.readTable("/a", { columns: "t" });
// @ts-expect-error: a table ends: only series are followed
await root.readTable("/a", { follow: true });
// @ts-expect-error: text is no batch
await root.appendSeries("/obs", "t,temp");
// @ts-expect-error: no such codec
await root.createTableFromBatch("/a", table, { compression: "rar" });
// @ts-expect-error: what is to go must be said
await root.trimSeries("/obs");

expectTypeOf((await root.exportParquet("/a")).toBlob()).resolves.toEqualTypeOf<Blob>();
await importCsv(root, "/a", new Blob([]), { delimiter: ";" });
// @ts-expect-error: a pond is not a directory
await importCsv(pond, "/a", "a,b");

expectTypeOf(await run(pond, "list /")).toEqualTypeOf<ShellResult>();
expectTypeOf(new Shell(pond)).toEqualTypeOf<Shell>();
expectTypeOf(createMemoryFS()).toExtend<FS>();
