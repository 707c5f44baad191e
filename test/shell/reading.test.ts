import {
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Struct,
  type Timestamp,
  TimestampMicrosecond,
  TimestampNanosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { isTinyFSError } from "../../src/index.ts";
import { run, Shell } from "../../src/shell/index.ts";
import { batchOf } from "../arrow/batch-fixtures.ts";
import {
  cleanUp,
  dataOf,
  emptyPond,
  failureOf,
  linesOf,
  samplePond,
  textOf,
} from "./shell-fixture.ts";

type Pond = Awaited<ReturnType<typeof samplePond>>;

/** A moment and the epoch, in a column's own unit. */
function moments(type: Timestamp, moment: bigint): Vector {
  const data = BigInt64Array.of(moment, 0n);
  return makeVector(makeData({ type, length: 2, nullCount: 0, data }));
}

interface Listed {
  readonly path: string;
  readonly type: string;
  readonly size?: number;
  readonly rows?: number;
  readonly version?: number;
  readonly time?: string;
  readonly target?: string;
}

describe("list", () => {
  let pond: Pond;
  before(async () => {
    pond = await samplePond();
  });
  after(cleanUp);

  const paths = async (line: string) =>
    (await dataOf<Listed[]>(pond, line)).map(({ path }) => path);

  it("names what is in a directory, in as many columns as fit", async () => {
    expect(await textOf(pond, "list")).equal("data/\nlatest@\nnotes/");
    expect(await textOf(pond, "ls", { columns: 80 })).equal("data/    latest@  notes/");
    expect(await textOf(pond, "list", { cwd: "/notes" })).equal("a.md\nb.md");
    expect(await textOf(pond, "list /notes/a.md")).equal("/notes/a.md");
    expect(await textOf(pond, "list /latest")).equal("bytes.bin\nobs.series\npeople.parquet");
  });

  it("-l tells types, sizes, rows, versions and times", async () => {
    const [title, bytes, series, table] = await linesOf(pond, "list -l /data");

    expect(title).equal("type size rows ver time name");
    expect(bytes).match(/^data 5 B - 1 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d bytes\.bin$/);
    expect(series).match(/^series 1\.\d kB 8 2 .* obs\.series$/);
    expect(table).match(/^table \d+ B 12 1 .* people\.parquet$/);
    expect((await linesOf(pond, "list -l --bytes /data"))[2]).match(/^series 1\d{3} 8 2/);
    expect((await linesOf(pond, "list -l"))[2]).match(/latest -> \/data$/);
    expect((await linesOf(pond, "list -l /data", { columns: 40 }))[0]).equal("type size rows name");
  });

  it("--json tells the same exactly", async () => {
    const [bytes, series] = await dataOf<Listed[]>(pond, "list /data");
    const { sha256, timestamp } = await pond.root.stat("/data/bytes.bin");

    expect(bytes).deep.equal({
      path: "/data/bytes.bin",
      type: "FileData",
      version: 1,
      size: 5,
      sha256,
      time: new Date(timestamp / 1000)
        .toISOString()
        .replace(/\d\d\dZ/, `${`${timestamp}`.slice(-6)}Z`),
    });
    expect(series?.rows).equal(8);
  });

  it("expands patterns, whose matches are listed themselves", async () => {
    expect(await paths("list /**/*.md")).deep.equal(["/notes/a.md", "/notes/b.md"]);
    expect(await paths("list /*")).deep.equal(["/data", "/latest", "/notes"]);
    expect(await paths("list -l /**/{a,obs}.*")).deep.equal(["/data/obs.series", "/notes/a.md"]);
    expect(await paths("list /notes /data/*.bin")).deep.equal([
      "/notes/a.md",
      "/notes/b.md",
      "/data/bytes.bin",
    ]);
    expect((await failureOf(run(pond, "list /*.csv"))).code).equal("NO_MATCH");
    expect(isTinyFSError(await failureOf(run(pond, "list '/*.csv'")), "NOT_FOUND")).equal(true);
  });

  it("expands patterns below a working directory whose name has wildcards", async () => {
    const odd = await emptyPond();
    await odd.root.createDir("/a[b]");
    await odd.root.writeFile("/a[b]/x.md", "x");

    expect(await textOf(odd, "list *.md", { cwd: "/a[b]" })).equal("/a[b]/x.md");
  });

  it("goes below, sorts and limits", async () => {
    expect((await paths("list -r")).length).equal(8);
    expect(await paths("list -r -n 2")).deep.equal(["/data", "/data/bytes.bin"]);
    expect((await paths("list -r -s size -n 1"))[0]).equal("/data/obs.series");
    expect((await paths("list -r -s time -n 1"))[0]).equal("/data/obs.series");
  });

  it("--at shows the pond as of a commit: by number, date and tag", async () => {
    const shell = new Shell(pond);
    const rows = async (at: string) =>
      (await dataOf<Listed[]>(pond, `list --at ${at} /data/obs.series`))[0]?.rows;
    await shell.run("tag 1 1");

    expect(await rows("1")).equal(5);
    expect(await rows("tag:1")).equal(5);
    expect(await rows("2199-01-01")).equal(8);
    expect(await dataOf(pond, "list --at 2001-01-01T00:00Z")).deep.equal([]);
    expect(isTinyFSError(await failureOf(shell.run("list --at nowhere")), "NOT_FOUND")).equal(true);
  });

  it("lists links that lead nowhere, and follows one at the end of a path", async () => {
    const links = await emptyPond();
    await links.root.createSymlink("/gone", "/nothing");

    expect(await linesOf(links, "list -l /gone /*")).deep.equal([
      "type size rows ver time name",
      "symlink - - - - /gone -> /nothing",
    ]);
  });

  it("shows names as they are and lets none of them command the terminal", async () => {
    const odd = await emptyPond();
    await odd.root.writeFile("/a\x1b[2Jb\nc\u202ed", "x");

    expect(await textOf(odd, "list -l", { color: true })).contain("a\\x1b[2Jb\\nc\\u{202e}d");
    expect((await dataOf<Listed[]>(odd, "list"))[0]?.path).equal("/a\x1b[2Jb\nc\u202ed");
  });
});

describe("cat and head", () => {
  let pond: Pond;
  before(async () => {
    pond = await samplePond();
  });
  after(cleanUp);

  it("print a text, or its first lines", async () => {
    expect(await textOf(pond, "cat /notes/a.md")).equal("one\ntwo\nthree");
    expect(await textOf(pond, "head -n 1 /notes/a.md")).match(/^one\n… there is more/);
    expect(await textOf(pond, "head -n 3 /notes/a.md")).equal("one\ntwo\nthree");
    expect(await dataOf(pond, "head -n 2 /notes/a.md")).deep.equal({
      path: "/notes/a.md",
      text: "one\ntwo\n",
      more: true,
    });
  });

  it("print at most 1 MiB of a text, and cut no character", async () => {
    await pond.root.writeFile("/long.txt", "日本語".repeat(200_000));

    const { text, more } = await dataOf<{ text: string; more: boolean }>(pond, "cat /long.txt");

    expect(more).equal(true);
    expect(text.length).within(349_000, 349_526);
    expect(text).match(/^(日本語)*日?本?$/);
  });

  it("refuse what is no text unless it is asked for in hexadecimal", async () => {
    expect((await failureOf(run(pond, "cat /data/bytes.bin"))).code).equal("NOT_TEXT");
    expect(await textOf(pond, "cat --hex /data/bytes.bin")).match(
      /^00000000 {2}00 01 02 41 ff {33} {2}\.\.\.A\.$/,
    );
    expect(await dataOf(pond, "cat -x /data/bytes.bin")).deep.equal({
      path: "/data/bytes.bin",
      base64: "AAECQf8=",
      more: false,
    });
    expect((await textOf(pond, "cat -x -n 1 /data/people.parquet")).split("\n")[0]).contain("PAR1");
  });

  it("print rows, columns as asked, and say when there are more", async () => {
    expect(await linesOf(pond, "head -n 2 /data/people.parquet")).deep.equal([
      "id name",
      "0 name 0",
      "1 name 1",
      "… there is more: -n says how much is shown",
    ]);
    expect(await linesOf(pond, `cat -c id -f '{"name":null}' /data/people.parquet`)).deep.equal([
      "id",
      "4",
      "9",
    ]);
    expect(
      await linesOf(pond, `cat -n 0 -f '{"id":{"$in":[4,11]}}' /data/people.parquet`),
    ).deep.equal(["id name", "4 null", "11 name 11"]);
    expect(await dataOf(pond, "head -n 1 /data/people.parquet")).deep.equal({
      path: "/data/people.parquet",
      columns: [
        { name: "id", type: "Int32" },
        { name: "name", type: "Utf8" },
      ],
      rows: [{ id: 0, name: "name 0" }],
      more: true,
    });
  });

  it("print the rows of a time, and of a version", async () => {
    const times = async (line: string) => {
      const { rows } = await dataOf<{ rows: { time: string }[] }>(pond, line);
      return rows.map(({ time }) => time.slice(-2));
    };

    expect(
      await times("cat /data/obs.series -t 1970-01-01T00:00:03..1970-01-01T00:00:06"),
    ).deep.equal(["03", "04", "05"]);
    expect(await times("cat /data/obs.series -v 1 -t 1970-01-01T00:00:03Z..")).deep.equal([
      "03",
      "04",
    ]);
    expect(
      await times(`cat /data/obs.series -f '{"time":{"$gte":"1970-01-01T00:00:06"}}'`),
    ).deep.equal(["06", "07"]);
    expect(await times("cat /data/obs.series --at 1 -t ..1970-01-01T00:00:02+00:00")).deep.equal([
      "00",
      "01",
    ]);
  });

  it("pass on what the library says of columns and paths, and refuse filters of a text", async () => {
    const codes: [line: string, code: string][] = [
      ["cat /nowhere", "NOT_FOUND"],
      ["cat /data", "IS_A_DIRECTORY"],
      [`cat /data/people.parquet -f '{"age":1}'`, "SCHEMA_MISMATCH"],
      ["cat /notes/a.md -c id", "USAGE"],
      ["cat /data/*", "USAGE"],
    ];

    for (const [line, code] of codes) {
      expect((await failureOf(run(pond, line))).code, line).equal(code);
    }
  });

  it("show every type right: wide integers, times, decimals, nested values and nulls", async () => {
    const decimal = new Decimal(2, 10, 128);
    const point = new Struct([
      new Field("x", new Int32(), true),
      new Field("at", new DateDay(), true),
    ]);
    const list = new List(new Field("item", new TimestampMicrosecond(), true));
    await pond.root.createTableFromBatch(
      "/types",
      batchOf({
        big: vectorFromArray([2n ** 62n, null], new Int64()),
        nano: moments(new TimestampNanosecond(), 1_700_000_000_123_456_789n),
        zone: moments(new TimestampMicrosecond("UTC"), 1_700_000_000_000_000n),
        day: vectorFromArray([new Date("2026-11-22"), null], new DateDay()),
        price: vectorFromArray([new Uint32Array([12_345, 0, 0, 0]), null], decimal),
        single: vectorFromArray([0.1, Number.NaN], new Float32()),
        word: vectorFromArray(["ü", null], new Dictionary(new Utf8(), new Int32())),
        list: vectorFromArray([[1500, null], []], list),
        point: vectorFromArray([{ x: 1, at: new Date(0) }, null], point),
      }),
    );

    const { rows } = await dataOf<{ rows: unknown[] }>(pond, "cat /types");

    expect(rows).deep.equal([
      {
        big: "4611686018427387904",
        nano: "2023-11-14T22:13:20.123456789",
        zone: "2023-11-14T22:13:20Z",
        day: "2026-11-22",
        price: "123.45",
        single: 0.1,
        word: "ü",
        list: ["1970-01-01T00:00:01.5", null],
        point: { x: 1, at: "1970-01-01" },
      },
      {
        big: null,
        nano: "1970-01-01T00:00:00",
        zone: "1970-01-01T00:00:00Z",
        day: null,
        price: null,
        single: "NaN",
        word: null,
        list: [],
        point: null,
      },
    ]);
    expect(await linesOf(pond, `cat /types -c big -f '{"big":"4611686018427387904"}'`)).deep.equal([
      "big",
      "4611686018427387904",
    ]);
  });
});

describe("describe, explain, stat, glob", () => {
  let pond: Pond;
  before(async () => {
    pond = await samplePond();
  });
  after(cleanUp);

  it("describe tells columns, bounds in words and row groups", async () => {
    const lines = await linesOf(pond, "describe -g /data/obs.series");

    expect(lines).include("rows 8");
    expect(lines).include("in 2 segments, 2 row groups");
    expect(lines).include("times 1970-01-01T00:00:00Z to 1970-01-01T00:00:07Z");
    expect(lines.find((line) => line.startsWith("time "))).match(
      /^time Timestamp<MICROSECOND> 0 1970-01-01T00:00:00 1970-01-01T00:00:07 /,
    );
    expect(lines).include("group segment rows size");
    const { columns } = await dataOf<{ columns: { name: string; max: unknown }[] }>(
      pond,
      "describe /data/obs.series -v 1",
    );
    expect(columns.map(({ name, max }) => [name, max])).deep.equal([
      ["t", 0.4],
      ["time", "1970-01-01T00:00:04"],
    ]);
    expect((await failureOf(run(pond, "describe /notes/a.md"))).code).equal("NOT_PARQUET");
  });

  it("explain tells what a read leaves out", async () => {
    const lines = await linesOf(pond, "explain /data/obs.series -t ..1970-01-01T00:00:02 -c time");

    expect(lines).include("segments 1 of 2");
    expect(lines).include("columns 1 of 2");
    expect(lines).include("rows at most 5 of 8");
    const { segments } = await dataOf<{ segments: unknown }>(pond, "explain /data/obs.series");
    expect(segments).deep.equal({ total: 2, skipped: 0 });
  });

  it("stat tells all there is to know of entries", async () => {
    await pond.root.setAttributes("/notes/a.md", { author: "Ada" });

    const lines = await linesOf(pond, "stat /notes/a.md /data");

    expect(lines).include("size 14 B");
    expect(lines).include("@author Ada");
    expect(lines).include("type directory");
    const [{ type, attributes, size } = {} as Record<string, unknown>] = await dataOf<
      Record<string, unknown>[]
    >(pond, "stat /notes/*.md");
    expect({ type, attributes, size }).deep.equal({
      type: "FileData",
      attributes: { author: "Ada" },
      size: 14,
    });
  });

  it("glob tells captures", async () => {
    expect(await dataOf(pond, "glob /d*/o?s.*")).deep.equal([
      { path: "/data/obs.series", type: "FileSeries", captures: ["ata", "b", "series"] },
    ]);
    expect(await textOf(pond, "glob /*.x")).equal("");
  });

  it("cd and pwd keep a directory, from line to line", async () => {
    const shell = new Shell(pond);

    await shell.run("cd /data/../no*");
    expect(shell.cwd).equal("/notes");
    expect(String(await shell.run("cat a.md"))).match(/^one/);
    await shell.run("cd ..");
    expect(String(await shell.run("pwd"))).equal("/");
    expect((await failureOf(shell.run("cd /notes/a.md"))).code).equal("USAGE");
    expect((await failureOf(shell.run("cd /nowhere"))).code).equal("NOT_FOUND");
    expect(shell.cwd).equal("/");
  });
});

describe("a result", () => {
  after(cleanUp);

  it("prints as its text, and hands it to onOutput", async () => {
    const pond = await samplePond();
    const told: string[] = [];
    const result = await run(pond, "list /notes", { onOutput: (text) => told.push(text) });
    const display = result as unknown as Record<symbol, () => unknown>;

    expect(`${result}`).equal("a.md\nb.md");
    expect(told).deep.equal(["a.md\nb.md\n"]);
    expect(JSON.parse(JSON.stringify(result))).deep.equal(result.data);
    expect(display[Symbol.for("nodejs.util.inspect.custom")]?.()).equal(result.text);
    expect(display[Symbol.for("Jupyter.display")]?.()).deep.equal({
      "text/plain": result.text,
      "application/json": result.data,
    });
  });
});
