import { expect } from "chai";
import type { Pond } from "../../src/pond.ts";
import { type HostOutput, run, Shell } from "../../src/shell/index.ts";
import { createReadings, createTestBatch, rowsOf } from "../arrow/batch-fixtures.ts";
import { cleanUp, dataOf, failureOf, linesOf, samplePond, textOf } from "./shell-fixture.ts";

const CSV = "id,when\n1,2026-11-22T10:00:00\n2,2026-11-22T11:00:00\n";

describe("commands that change something", () => {
  let pond: Pond;
  beforeEach(async () => {
    pond = await samplePond();
  });
  afterEach(cleanUp);

  const names = async (path = "/") => (await pond.root.list(path)).map(({ name }) => name);
  const head = async () => (await pond.snapshot()).seq;

  /** Runs lines, and gives the text of the last one. */
  async function runAll(...lines: string[]): Promise<string> {
    const shell = new Shell(pond);
    let text = "";
    for (const line of lines) text = String(await shell.run(line));
    return text;
  }

  it("mkdir makes directories, with their parents if it is asked to", async () => {
    expect(await runAll("mkdir /a /b")).equal("made /a\nmade /b");
    expect((await failureOf(run(pond, "mkdir /c /x/y"))).code).equal("NOT_FOUND");
    expect((await failureOf(run(pond, "mkdir /c /a"))).code).equal("ALREADY_EXISTS");
    expect(await names()).deep.equal(["a", "b", "data", "latest", "notes"]);
    await runAll("mkdir -p /x/y /a");
    expect(await names("/x")).deep.equal(["y"]);
  });

  it("link makes a link, to what it says", async () => {
    expect(await runAll("link ../data /notes/up")).equal("linked ../data -> /notes/up");
    expect(await pond.root.readLink("/notes/up")).equal("../data");
  });

  it("move renames, and moves into a directory, all or nothing", async () => {
    await runAll("move /notes/a.md /c.md", "move /c.md /data/*.bin /notes");
    expect(await names("/notes")).deep.equal(["b.md", "bytes.bin", "c.md"]);
    await pond.root.writeFile("/data/c.md", "there");
    const before = await head();
    expect((await failureOf(run(pond, "move /notes/* /data"))).code).equal("ALREADY_EXISTS");
    expect(await head()).equal(before);
    await runAll("move --replace /notes/* /data/");
    expect(await names("/notes")).deep.equal([]);
    expect((await failureOf(run(pond, "move /data/* /notes/none"))).message).match(
      /is no directory/,
    );
  });

  it("remove takes away, patterns and directories too, and only tells so with --dry-run", async () => {
    expect(await runAll("remove --dry-run /**/*.md")).equal(
      "would remove /notes/a.md\nwould remove /notes/b.md",
    );
    expect((await failureOf(run(pond, "remove --dry-run /none"))).code).equal("NOT_FOUND");
    expect((await failureOf(run(pond, "remove /notes"))).code).equal("NOT_EMPTY");
    expect(await names("/notes")).deep.equal(["a.md", "b.md"]);
    await runAll("remove -r /notes/** /notes");
    expect(await names()).deep.equal(["data", "latest"]);
  });

  it("remove --purge leaves no version", async () => {
    await runAll("remove /notes/a.md", "remove --purge /notes/a.md /notes/b.md");

    expect(await names("/notes")).deep.equal([]);
    expect((await failureOf(run(pond, "versions /notes/a.md"))).code).equal("NOT_FOUND");
  });

  it("copy copies in the pond, to a path and into a directory", async () => {
    expect(await runAll("copy /notes/a.md /notes/c.md")).equal("copied /notes/a.md -> /notes/c.md");
    await runAll("copy /notes/*.md /data");
    expect(await names("/data")).include.members(["a.md", "b.md", "c.md"]);
    expect((await failureOf(run(pond, "copy /notes/a.md /data"))).code).equal("ALREADY_EXISTS");
    await runAll("copy --replace /notes/b.md /data/a.md");
    expect(await textOf(pond, "cat /data/a.md")).equal("other");
  });

  it("versions, restore and diff go back in time", async () => {
    await pond.root.writeFile("/notes/a.md", "newer");
    await runAll("restore /notes/a.md 1", "remove /notes/b.md");

    expect(await textOf(pond, "cat /notes/a.md")).equal("one\ntwo\nthree");
    const found = await dataOf<{ version: number; size: number }[]>(pond, "versions /notes/a.md");
    expect(found.map(({ version, size }) => [version, size])).deep.equal([
      [3, 14],
      [2, 5],
      [1, 14],
    ]);
    expect((await linesOf(pond, "versions -n 1 /notes/a.md")).length).equal(2);
    const lines = await linesOf(pond, "diff 1");
    expect(lines.map((line) => line.replace(/ .* /, " "))).deep.equal([
      "change path",
      "changed /data/obs.series",
      "changed /notes/a.md",
      "removed /notes/b.md",
    ]);
    expect(await runAll("restore /notes/b.md")).equal("restored /notes/b.md as version 2");
    expect(await textOf(pond, "diff 1 1")).equal("");
    const [{ rowsBefore, rows } = {} as Record<string, unknown>] = await dataOf<
      Record<string, unknown>[]
    >(pond, "diff 1 2");
    expect([rowsBefore, rows]).deep.equal([5, 8]);
  });

  it("tag names a commit, lists names, and drops one", async () => {
    expect(await runAll("tag 'first one' 1")).equal("tagged commit 1 as first one");
    await runAll("tag now");
    expect(await linesOf(pond, "tag")).deep.equal(["seq tag", "1 first one", "2 now"]);
    await runAll("tag -d now");
    expect(await dataOf(pond, "tag")).deep.equal([{ name: "first one", seq: 1 }]);
    expect((await failureOf(run(pond, "tag -d now"))).code).equal("NOT_FOUND");
    expect(await textOf(pond, "list --at 'first one' /data")).contain("obs.series");
  });

  it("show prints the log in three modes, of paths and within bounds", async () => {
    await runAll("tag start 1", "move /notes/a.md /notes/z.md");

    const brief = await linesOf(pond, "show -m brief");
    expect(brief.map((line) => line.replace(/ \d{4}-\S+ \S+/, ""))).deep.equal([
      "seq time changes label",
      "3 2 console: move",
      "2 1",
      "1 8 #start",
    ]);
    expect((await linesOf(pond, "show -n 1"))[1]).match(
      /^3 .* -\/notes\/a.md \+\/notes\/z.md console/,
    );
    expect((await linesOf(pond, "show --to 1"))[1]).match(/and 4 more #start$/);
    const detailed = await linesOf(pond, "show -m detailed --from 2 --reverse");
    expect(detailed[0]).match(/^commit 2 /);
    expect(detailed).include("append series 2 1.4 kB /data/obs.series");
    const seqs = async (line: string) =>
      (await dataOf<{ seq: number }[]>(pond, line)).map(({ seq }) => seq);
    expect(await seqs("show /notes")).deep.equal([3, 1]);
    expect(await seqs("show -r /data/*.series")).deep.equal([1, 2]);
    const { size } = await pond.root.stat("/data/obs.series");
    const [shown] = await dataOf<{ changes: unknown }[]>(pond, "show --from 2 --to 2");
    expect(shown?.changes).deep.equal([
      { kind: "append", path: "/data/obs.series", type: "FileSeries", version: 2, size },
    ]);
  });

  it("compact joins segments, trim drops rows", async () => {
    expect(await runAll("compact /data/*.series")).match(/^compacted .*: 2 segments to 1, /);
    expect(await runAll("compact /data/obs.series")).equal("left /data/obs.series: 1 segment");
    expect(await runAll("trim /data/obs.series --before 1970-01-01T00:00:02")).equal(
      "trimmed /data/obs.series: 2 rows dropped",
    );
    const { rowsRemoved } = await dataOf<{ rowsRemoved: number }>(
      pond,
      "trim /data/obs.series --keep-rows 1",
    );
    expect(rowsRemoved).equal(5);
  });

  it("gc, vacuum, check and usage tend the pond", async () => {
    await pond.root.writeFile("/notes/a.md", "newer");

    expect(await linesOf(pond, "vacuum --dry-run --keep-versions 1 /notes/*")).deep.equal([
      "ver size path",
      "1 14 B /notes/a.md",
      `would drop 1 version and 0 commits, and free 14 B; history begins at commit 3`,
    ]);
    const { droppedVersions } = await dataOf<{ droppedVersions: number }>(
      pond,
      "vacuum --keep-versions 1 --keep-for 0s",
    );
    expect(droppedVersions).equal(1);
    expect(await textOf(pond, "gc")).match(/^freed 0 B: 0 files/);
    expect((await dataOf<{ dryRun: boolean }>(pond, "gc --dry-run")).dryRun).equal(true);
    expect(await textOf(pond, "check --deep")).match(
      /^sound: \d+ rows and 0 large files looked at, /,
    );
    const report = await dataOf<Record<string, unknown>>(pond, "check --repair");
    expect([report["findings"], report["repaired"]]).deep.equal([[], []]);
    const usage = await linesOf(pond, "usage");
    expect(usage).include("files 5 in 2 directories");
    const stats = await dataOf<Record<string, unknown>>(pond, "usage --bytes");
    expect([stats["name"], stats["files"]]).deep.equal([pond.name, 5]);
  });

  describe("with files of the host", () => {
    const csv = () => new File([CSV], "obs.csv", { type: "text/csv" });
    const text = () => new File(["hello"], "hello.txt");

    async function parquet(): Promise<File> {
      const bytes = await pond.root.readFile("/data/people.parquet");
      return new File([bytes as Uint8Array<ArrayBuffer>], "people.parquet");
    }

    /** Keeps what is handed out. */
    function keeper() {
      const kept = new Map<string, Uint8Array>();
      const save = async ({ name, stream }: HostOutput) => {
        const body = stream as ReadableStream<Uint8Array<ArrayBuffer>>;
        kept.set(name, new Uint8Array(await new Response(body).arrayBuffer()));
      };
      const textOfFile = (name: string) => new TextDecoder().decode(kept.get(name));
      return { kept, files: { save }, textOfFile };
    }

    it("copy takes them in as what they are, into a directory, all or none", async () => {
      const files = [csv(), text(), await parquet()];
      await pond.root.createDir("/in");
      const { data } = await run(pond, "copy host: /in", { files });

      expect(data).deep.equal([
        {
          from: "host:obs.csv",
          path: "/in/obs.parquet",
          type: "table",
          ...(await sizes("/in/obs.parquet")),
        },
        { from: "host:hello.txt", path: "/in/hello.txt", type: "data", size: 5 },
        {
          from: "host:people.parquet",
          path: "/in/people.parquet",
          type: "table",
          ...(await sizes("/in/people.parquet")),
        },
      ]);
      expect(await names("/in")).deep.equal(["hello.txt", "obs.parquet", "people.parquet"]);
      const before = await head();
      expect(
        (
          await failureOf(
            run(pond, "copy host: /in", { files: [new File(["x"], "new.txt"), csv()] }),
          )
        ).code,
      ).equal("ALREADY_EXISTS");
      expect(await head()).equal(before);
      await run(pond, "copy --replace host:obs.csv /in", { files });
    });

    async function sizes(path: string): Promise<{ size: number; rows?: number }> {
      const { size, rowCount } = await pond.root.stat(path);
      return { size, ...(rowCount !== undefined && { rows: rowCount }) };
    }

    it("copy --as makes data, tables and series of them, and of files of the pond", async () => {
      const files = [csv(), await parquet()];
      await run(pond, "copy --as data host:obs.csv /obs.csv", { files });
      await run(pond, "copy --as series host:obs.csv /obs.series", { files });
      await run(pond, "copy --as series host:people.parquet /people.series", { files });
      await run(pond, "copy --as table /obs.csv /obs.parquet");

      expect(await textOf(pond, "cat /obs.csv")).equal(CSV.trimEnd());
      expect(await pond.root.getEntryType("/obs.series")).equal("FileSeries");
      expect(await pond.root.getEntryType("/people.series")).equal("FileSeries");
      expect((await pond.root.readTable("/obs.parquet")).numRows).equal(2);
      const refused = await failureOf(run(pond, "copy --as table host: /x", { files: [text()] }));
      expect(refused.message).match(/"host:hello.txt" is no Parquet/);
    });

    it("copy puts a folder below a directory", async () => {
      const inFolder = text();
      Object.defineProperty(inFolder, "webkitRelativePath", { value: "top/below/hello.txt" });

      await run(pond, "copy host: /data", { files: [inFolder] });

      expect(await textOf(pond, "cat /data/top/below/hello.txt")).equal("hello");
    });

    it("copy hands files out: bytes as they are, a series as one Parquet file", async () => {
      const { kept, files, textOfFile } = keeper();

      await run(pond, "copy /notes/*.md /data/obs.series host:", { files });
      await run(pond, "copy --at 1 /data/obs.series host:then.parquet", { files });

      expect([...kept.keys()]).deep.equal(["a.md", "b.md", "obs.parquet", "then.parquet"]);
      expect(textOfFile("b.md")).equal("other");
      await pond.root.importParquet("/back", kept.get("obs.parquet") ?? new Uint8Array());
      expect((await pond.root.readTable("/back")).numRows).equal(8);
      await pond.root.importParquet("/then", kept.get("then.parquet") ?? new Uint8Array());
      expect((await pond.root.readTable("/then")).numRows).equal(5);
    });

    it("export writes CSV, JSON, Arrow and Parquet, and parts of them", async () => {
      const { kept, files, textOfFile } = keeper();
      await pond.root.createTableFromBatch("/odd.parquet", createTestBatch(6));
      await pond.root.writeFile("/q.csv", 'a,b\n"x,""y""",\n');
      await run(pond, "copy --as table /q.csv /q.parquet");

      await run(pond, "export /odd.parquet host:odd.csv", { files });
      await run(pond, `export -F json -c name -f '{"id":{"$gte":4}}' /odd.parquet`, { files });
      await run(pond, "export -F arrow -n 2 /data/obs.series", { files });
      await run(pond, "export /data/obs.series", { files });
      await run(pond, "export -F csv /q.parquet", { files });
      await run(pond, "export /odd.parquet /odd.csv");

      expect(textOfFile("odd.csv").split("\r\n")).deep.equal([
        "id,name",
        "0,name 0",
        "1,name 1",
        "2,name 2",
        "3,name 3",
        "4,",
        "5,name 5",
        "",
      ]);
      expect(textOfFile("odd.ndjson")).equal('{"name":null}\n{"name":"name 5"}\n');
      expect(textOfFile("q.csv")).equal('a,b\r\n"x,""y""",\r\n');
      const { tableFromIPC } = await import("apache-arrow");
      expect(rowsOf(tableFromIPC(kept.get("obs.arrows") ?? new Uint8Array())).length).equal(2);
      expect(textOfFile("obs.parquet").slice(0, 4)).equal("PAR1");
      expect(await textOf(pond, "head -n 1 /odd.csv")).match(/^id,name/);
      expect((await failureOf(run(pond, "export /odd.parquet /odd.csv"))).code).equal(
        "ALREADY_EXISTS",
      );
      const part = await failureOf(run(pond, "export -n 1 /odd.parquet", { files }));
      expect(part.message).match(/Parquet is written whole/);
    });

    it("append adds the rows of CSV, Parquet, Arrow and tables, all or none", async () => {
      await pond.root.createSeriesFromBatches("/people.series", [createTestBatch(1)]);
      await pond.root.createSeriesFromBatches("/when.series", [createReadings(1)]);
      const { RecordBatchStreamWriter } = await import("apache-arrow");
      const ipc = RecordBatchStreamWriter.writeAll([createTestBatch(2)]).toUint8Array(true);
      const arrow = new File([ipc as Uint8Array<ArrayBuffer>], "two.arrow");
      const files = [await parquet(), arrow, new File(["id,name\n7,x\n"], "one.csv")];

      const text = await textOf(pond, "append host: /data/people.parquet /people.series", {
        files,
      });

      expect(text).equal(
        [
          "appended host:people.parquet: 12 rows",
          "appended host:two.arrow: 2 rows",
          "appended host:one.csv: 1 row",
          "appended /data/people.parquet: 12 rows",
        ].join("\n"),
      );
      expect((await pond.root.stat("/people.series")).rowCount).equal(28);
      expect(await names()).not.match(/append/);
      const before = await head();
      const wrong = new File(["id\nfirst\n"], "wrong.csv");
      const error = await failureOf(
        run(pond, "append host: /people.series", { files: [await parquet(), wrong] }),
      );
      expect(error.code).equal("SCHEMA_MISMATCH");
      expect(await head()).equal(before);
    });

    it("say so where there are none", async () => {
      const codes = [
        run(pond, "copy host:a.csv /data"),
        run(pond, "copy host:a.csv /data", { files: [] }),
        run(pond, "copy host:other.csv /data", { files: [csv()] }),
        run(pond, "copy /notes/a.md host:"),
      ].map(async (work) => (await failureOf(work)).code);

      expect(new Set(await Promise.all(codes))).deep.equal(new Set(["NO_HOST_FILE"]));
    });
  });
});

describe("a signal and progress", () => {
  afterEach(cleanUp);

  it("an aborted command rejects with the reason, and has written nothing", async () => {
    const pond = await samplePond();
    const stop = new AbortController();
    const reason = new Error("stopped");
    const before = (await pond.snapshot()).seq;
    let isAsked = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(100_000));
        if (isAsked) stop.abort(reason);
        isAsked = true;
      },
    });
    const file = Object.assign(new File([], "endless.bin"), { stream: () => endless });

    const copying = run(pond, "copy host: /data", { files: [file], signal: stop.signal });

    expect(await failureOf(copying)).equal(reason);
    expect((await pond.snapshot()).seq).equal(before);
    expect(await failureOf(run(pond, "list", { signal: AbortSignal.abort(reason) }))).equal(reason);
  });

  it("a listing ends in the middle", async () => {
    const pond = await samplePond();
    const stop = new AbortController();
    const shell = new Shell(pond, { signal: stop.signal });
    const listing = shell.run("list -r /");
    stop.abort(new DOMException("Cancelled", "AbortError"));

    expect((await failureOf(listing)).name).equal("AbortError");
    expect(String(await shell.run("pwd", { signal: new AbortController().signal }))).equal("/");
  });

  it("long commands tell how far they are", async () => {
    const pond = await samplePond();
    const told: string[] = [];
    const onProgress = ({
      command,
      done,
      total,
      unit,
    }: {
      command: string;
      done: number;
      total?: number;
      unit: string;
    }) => told.push(`${command} ${done}${total === undefined ? "" : ` of ${total}`} ${unit}`);
    const files = [new File(["12345"], "five.txt")];

    await run(pond, "copy host: /data", { files, onProgress });
    await run(pond, "compact /data/obs.series", { onProgress });
    await run(pond, "export /data/people.parquet /people.csv", { onProgress });
    await run(pond, "check", { onProgress });

    expect(told).include.members([
      "copy 5 of 5 bytes",
      "compact 2 of 2 segments",
      "export 12 rows",
    ]);
    expect(told.some((line) => line.startsWith("check"))).equal(true);
  });
});
