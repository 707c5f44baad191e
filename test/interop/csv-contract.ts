import { expect } from "chai";
import { type CsvSource, importCsv } from "../../src/interop/index.ts";
import type { OpenPond } from "../arrow/arrow-contract.ts";
import { rowsOf } from "../arrow/batch-fixtures.ts";
import { failureOf, treeOf, withPond } from "../arrow/with-pond.ts";

/** CSV files become tables and series, over any persistence. */
export function describeCsv(name: string, open: OpenPond): void {
  describe(`importCsv() over ${name}`, () => {
    it(
      "makes a table of typed columns",
      withPond(open, async ({ root }) => {
        const text = [
          "id,big,ratio,ok,day,at,zoned,name",
          '1,9007199254740993,1.5,true,2026-11-22,2026-11-22T10:00:00,2026-11-22T10:00:00Z,"a, b"',
          "2,,,false,,,,",
          '-3,4,-2e3,,1970-01-02,1970-01-01 00:00:00.000001,1970-01-01T01:00:00+01:00,""',
        ].join("\n");

        const result = await importCsv(root, "/t", text);

        expect(result).include({ rowCount: 3, delimiter: ",", version: 1 });
        expect(result.columns.map(({ type }) => type)).deep.equal([
          "int32",
          "int64",
          "float64",
          "boolean",
          "date",
          "timestamp",
          "timestamp-utc",
          "text",
        ]);
        const table = await root.readTable("/t");
        expect(table.schema.fields.map(String)).deep.equal(result.schema.fields.map(String));
        const day = Date.UTC(2026, 10, 22);
        expect(rowsOf(table)).deep.equal([
          {
            id: 1,
            big: 9007199254740993n,
            ratio: 1.5,
            ok: true,
            day,
            at: day + 36_000_000,
            zoned: day + 36_000_000,
            name: "a, b",
          },
          {
            id: 2,
            big: null,
            ratio: null,
            ok: false,
            day: null,
            at: null,
            zoned: null,
            name: null,
          },
          {
            id: -3,
            big: 4n,
            ratio: -2000,
            ok: null,
            day: 86_400_000,
            at: 0.001,
            zoned: 0,
            name: "",
          },
        ]);
      }),
    );

    it(
      "reads a file however it comes, with a byte order mark, CR LF and characters that chunks cut",
      withPond(open, async ({ root }) => {
        const text = "\uFEFFname;n\r\nзима;1\r\n🌊🌊;2\r\n";
        const bytes = new TextEncoder().encode(text);
        const sources: Record<string, CsvSource> = {
          text,
          bytes,
          buffer: bytes.slice().buffer,
          blob: new Blob([bytes]),
          stream: streamOf(bytes, 1),
        };

        for (const [name, source] of Object.entries(sources))
          await importCsv(root, `/${name}`, source);

        for (const name of Object.keys(sources))
          expect(rowsOf(await root.readTable(`/${name}`)), name).deep.equal([
            { name: "зима", n: 1 },
            { name: "🌊🌊", n: 2 },
          ]);
      }),
    );

    it(
      "makes a series, a row group a batch, and appends nothing of another file",
      withPond(open, async ({ root }) => {
        const lines = Array.from({ length: 2500 }, (_, index) => `${index},text ${index}`);
        const csv = `n,text\n${lines.join("\n")}`;

        const { rowCount } = await importCsv(root, "/s", csv, { as: "series", batchRows: 1000 });

        const { rowGroups } = await root.describe("/s");
        expect(rowCount).equal(2500);
        expect(rowGroups.map((group) => group.rowCount)).deep.equal([1000, 1000, 500]);
        expect((await root.readSeries("/s")).getChild("text")?.get(2499)).equal("text 2499");
        expect(await root.getEntryType("/s")).equal("FileSeries");
      }),
    );

    it(
      "does without a header, and names columns that have none or the same",
      withPond(open, async ({ root }) => {
        await importCsv(root, "/none", "1,2\n3,4", { header: false });
        await importCsv(root, "/odd", "a,,a,\n1,2,3,4");

        expect(rowsOf(await root.readTable("/none"))).deep.equal([
          { column1: 1, column2: 2 },
          { column1: 3, column2: 4 },
        ]);
        expect((await root.readTable("/odd")).schema.names).deep.equal([
          "a",
          "column2",
          "a_2",
          "column4",
        ]);
      }),
    );

    it(
      "types columns as it is told",
      withPond(open, async ({ root }) => {
        const types = { code: "text", flag: "boolean", n: "float64" } as const;

        await importCsv(root, "/t", "code,flag,n\n7,1,5\n8,no,6", { types });

        expect(rowsOf(await root.readTable("/t"))).deep.equal([
          { code: "7", flag: true, n: 5 },
          { code: "8", flag: false, n: 6 },
        ]);
      }),
    );

    it(
      "makes an empty table of a header alone",
      withPond(open, async ({ root }) => {
        const { rowCount } = await importCsv(root, "/t", "a,b\n");

        expect(rowCount).equal(0);
        const table = await root.readTable("/t");
        expect([table.numRows, table.schema.names]).deep.equal([0, ["a", "b"]]);
      }),
    );

    it(
      "tells how far it has come",
      withPond(open, async ({ root }) => {
        const csv = `n\n${"12345\n".repeat(3000)}`;
        const seen: { rows: number; bytes: number }[] = [];

        await importCsv(root, "/t", csv, {
          batchRows: 1000,
          onProgress: (progress) => seen.push(progress),
        });

        expect(seen.map(({ rows }) => rows)).deep.equal([1000, 2000, 3000]);
        expect(seen.at(-1)?.bytes).equal(csv.length);
      }),
    );

    it(
      "holds a batch at most: a stream is read no further than its rows are taken",
      withPond(open, async ({ root }) => {
        const chunk = new TextEncoder().encode(`${"1,2\n".repeat(65_536)}`);
        let [given, taken, ahead] = [0, 0, 0];
        const source = new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              ahead = Math.max(ahead, given * 65_536 - taken);
              given += 1;
              if (given > 20) controller.close();
              else controller.enqueue(chunk);
            },
          },
          { highWaterMark: 0 },
        );

        const { rowCount } = await importCsv(root, "/t", source, {
          header: false,
          onProgress: ({ rows }) => {
            taken = rows;
          },
        });

        expect(rowCount).equal(20 * 65_536);
        expect(ahead).lessThanOrEqual(2 * 65_536);
      }),
    ).timeout(60_000);

    it(
      "refuses a value that is not of its column's type, and says where it stands",
      withPond(open, async (pond) => {
        const { root } = pond;
        const lines = Array.from({ length: 10_050 }, (_, index) => `"t\n${index}",${index}`);
        const csv = `text,n\n${lines.join("\n")}\n"x\ny\nz",soon\n`;
        await root.writeFile("/other", "x");
        const before = await treeOf(pond);

        const error = await failureOf(importCsv(root, "/t", csv));

        const line = 2 + 10_050 * 2 + 2;
        expect(error).include({ code: "SCHEMA_MISMATCH", path: "/t", line, column: 2 });
        expect((error as Error).message)
          .include(`line ${line}, column 2`)
          .include('"soon" is no int32')
          .include('"n"');
        expect(await treeOf(pond)).deep.equal(before);
      }),
    );

    it(
      "refuses rows of too many and too few fields",
      withPond(open, async ({ root }) => {
        const many = await failureOf(importCsv(root, "/t", "a,b\n1,2\n\n3,4,5\n"));
        const few = await failureOf(importCsv(root, "/t", "a,b,c\r\n1,2,3\r\n4\r\n"));

        expect(many).include({ code: "SCHEMA_MISMATCH", path: "/t", line: 4, column: 3 });
        expect(few).include({ code: "SCHEMA_MISMATCH", path: "/t", line: 3, column: 2 });
        expect(await root.exists("/t")).equal(false);
      }),
    );

    it(
      "refuses a file without a line, also beside what is there already",
      withPond(open, async ({ root }) => {
        const sources = ["", "\uFEFF", "\n\r\n", new Blob([]), streamOf(new Uint8Array(), 1)];
        for (const source of sources)
          expect(await failureOf(importCsv(root, "/t", source))).include({
            code: "EMPTY_STREAM",
            path: "/t",
          });
        expect(await root.exists("/t")).equal(false);
      }),
    );

    it(
      "refuses bytes that are not UTF-8, types of columns that are not there, a path that is taken",
      withPond(open, async ({ root }) => {
        await root.writeFile("/taken", "x");
        const stream = streamOf(new TextEncoder().encode("a\n1"), 1);

        const bytes = await failureOf(importCsv(root, "/t", Uint8Array.of(97, 10, 0xff, 0xfe)));
        const types = await failureOf(importCsv(root, "/t", "a\n1", { types: { b: "int32" } }));
        const taken = await failureOf(importCsv(root, "/taken", stream));

        expect(bytes).include({ code: "UNSUPPORTED_TYPE", path: "/t" });
        expect(types).include({ code: "SCHEMA_MISMATCH", path: "/t" });
        expect(taken).include({ code: "ALREADY_EXISTS", path: "/taken" });
        expect(stream.locked).equal(false);
      }),
    );

    it(
      "ends with the signal's reason, and the stream with it, and leaves nothing",
      withPond(open, async (pond) => {
        const { root } = pond;
        const controller = new AbortController();
        const { signal } = controller;
        let cancelledWith: unknown;
        const source = new ReadableStream<Uint8Array>(
          {
            start: (stream) => stream.enqueue(new TextEncoder().encode("a,b\n1,2\n")),
            pull() {
              setTimeout(() => controller.abort(new Error("enough")), 20);
              return new Promise(() => {});
            },
            cancel(reason) {
              cancelledWith = reason;
            },
          },
          { highWaterMark: 0 },
        );

        const error = await failureOf(importCsv(root, "/t", source, { signal }));

        expect(error).equal(signal.reason);
        expect(cancelledWith).equal(signal.reason);
        expect(await treeOf(pond)).deep.equal([]);
      }),
    );
  });
}

/** Bytes as a stream in chunks of so many. */
function streamOf(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
      },
    },
    { highWaterMark: 0 },
  );
}
