import {
  Binary,
  Bool,
  DateDay,
  Float64,
  Int64,
  makeData,
  makeVector,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import type { ArrowWD } from "../../src/arrow/index.ts";
import type { ColumnRange } from "../../src/tinyfs/entry.ts";
import { readTree } from "../../src/tinyfs/held-read.ts";
import { liveSegments } from "../../src/tinyfs/series.ts";
import { locateEntry } from "../../src/tinyfs/wd-context.ts";
import type { OpenPond } from "./arrow-contract.ts";
import { batchOf, createReadings, createTestBatch } from "./batch-fixtures.ts";
import { withPond } from "./with-pond.ts";

type Ranges = readonly ColumnRange[] | undefined;

/** What the rows of the log say of the columns at a path: of a series by segment. */
function columnsAt(wd: ArrowWD, path: string): Promise<Ranges[]> {
  return readTree(wd.context.session, async (tree) => {
    const { entry } = await locateEntry(tree, wd.context, path);
    if (entry.entryType !== "FileSeries") return [entry.columns];
    return liveSegments(await tree.segments(entry.nodeId)).map(({ columns }) => columns);
  });
}

const READINGS: ColumnRange[] = [
  { name: "t", min: -0, max: 0.9, nullCount: 0 },
  { name: "time", min: 0n, max: 9_000_000n, nullCount: 0 },
];

/** What the rows of the log keep of the columns, for readers to skip files by. */
export function describeRowStatistics(open: OpenPond): void {
  describe("the rows of the log", () => {
    it(
      "hold the bounds of the columns of every type that compares",
      withPond(open, async ({ root }) => {
        const ids = BigInt64Array.from([2n ** 60n, -5n, 7n]);
        const times = BigInt64Array.from([3n, 1n, 2n]);
        const type = new TimestampMicrosecond();
        const batch = batchOf({
          id: makeVector(makeData({ type: new Int64(), length: 3, nullCount: 0, data: ids })),
          at: makeVector(makeData({ type, length: 3, nullCount: 0, data: times })),
          value: vectorFromArray([Number.NaN, -1.5, null], new Float64()),
          name: vectorFromArray(["b", null, "a".repeat(100)], new Utf8()),
          ok: vectorFromArray([true, false, true], new Bool()),
          day: vectorFromArray([new Date(86_400_000), new Date(0), null], new DateDay()),
          none: vectorFromArray([null, null, null], new Utf8()),
          bytes: vectorFromArray([new Uint8Array(2), null, null], new Binary()),
        });

        await root.createTableFromBatch("/t", batch);

        const columns = (await columnsAt(root, "/t"))[0] ?? [];
        expect(columns).deep.equal([
          { name: "id", min: -5n, max: 2n ** 60n, nullCount: 0 },
          { name: "at", min: 1n, max: 3n, nullCount: 0 },
          { name: "value", min: -1.5, max: -1.5, nullCount: 1 },
          { name: "name", min: "a".repeat(64), max: "b", nullCount: 1 },
          { name: "ok", min: false, max: true, nullCount: 0 },
          { name: "day", min: 0, max: 1, nullCount: 1 },
          { name: "none", nullCount: 3 },
        ]);
      }),
    );

    it(
      "hold them for each segment, and for what was imported, copied and restored",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createReadings(10)]);
        await root.appendSeries("/s", [createReadings(5, 100)]);
        await using file = await root.exportParquet("/s", { version: 1 });
        await root.importParquet("/i", await file.toBlob());

        await root.copy("/s", "/c");
        await root.copy("/i", "/ci");
        await root.remove("/i");
        await root.restore("/i");

        const appended = [
          { name: "t", min: 10, max: 10.4, nullCount: 0 },
          { name: "time", min: 100_000_000n, max: 104_000_000n, nullCount: 0 },
        ];
        expect(await columnsAt(root, "/s")).deep.equal([READINGS, appended]);
        expect(await columnsAt(root, "/c")).deep.equal([READINGS, appended]);
        for (const path of ["/i", "/ci"])
          expect(await columnsAt(root, path)).deep.equal([READINGS]);
      }),
    );

    it(
      "say nothing where no statistics were written, and do not show in what users see",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createReadings(10), { statistics: "none" });
        await root.createTableFromBatch("/u", createTestBatch(10));

        expect(await columnsAt(root, "/t")).deep.equal([undefined]);
        expect(await root.stat("/u")).not.have.property("columns");
        for await (const line of root.list("/")) expect(line).not.have.property("columns");
      }),
    );
  });
}
