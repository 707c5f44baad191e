import { tableFromArrays, tableToIPC } from "apache-arrow";
import { expect } from "chai";
import type { Attachment, Pond } from "../../src/index.ts";
import { deletePond, openPond } from "../../src/index.ts";
import { createReadings } from "../arrow/batch-fixtures.ts";
import { failureOf, rejects } from "../tinyfs/contract/rejects.ts";
import { blobFile, flipBit } from "../worker/storage-pond.ts";

const ROWS = 1000;
const LARGE = 200_000;

const READS = {
  arrayBuffer: (file) => file.arrayBuffer(),
  arrow: (file) => file.arrow(),
  blob: (file) => file.blob(),
  csv: (file) => file.csv(),
  dsv: (file) => file.dsv(),
  html: (file) => file.html(),
  image: (file) => file.image(),
  json: (file) => file.json(),
  parquet: (file) => file.parquet(),
  stream: async (file) => (await file.stream()).pipeTo(new WritableStream()),
  text: (file) => file.text(),
  tsv: (file) => file.tsv(),
  url: (file) => file.url(),
  xml: (file) => file.xml(),
} satisfies Record<string, (file: Attachment) => Promise<unknown>>;

const readings = createReadings(ROWS);

describe("attachment()", () => {
  let name = "";
  let pond: Pond;

  beforeEach(async () => {
    name = `attachment-${crypto.randomUUID()}`;
    pond = await openPond(name);
  });

  afterEach(async () => {
    await pond.close();
    await deletePond(name);
  });

  it("says name and type at once, whatever stands at its path", () => {
    const types = ["/a/b.CSV", "data.json", "/t.parquet", "/.series", "/a.constructor"].map(
      (path) => {
        const { name: last, mimeType } = pond.root.attachment(path);
        return [last, mimeType];
      },
    );

    expect(types).deep.equal([
      ["b.CSV", "text/csv"],
      ["data.json", "application/json"],
      ["t.parquet", "application/vnd.apache.parquet"],
      [".series", "application/octet-stream"],
      ["a.constructor", "application/octet-stream"],
    ]);
  });

  it("gives text in its encoding, and JSON", async () => {
    await pond.root.writeFile("/bom.txt", "\uFEFFgrün");
    await pond.root.writeFile("/latin.txt", Uint8Array.of(0x67, 0x72, 0xfc, 0x6e));
    await pond.root.writeFile("/a.json", '{"answer":[42]}');

    expect(await pond.root.attachment("/bom.txt").text()).equal("grün");
    expect(await pond.root.attachment("/latin.txt").text("latin1")).equal("grün");
    expect(await pond.root.attachment("/a.json").json()).deep.equal({ answer: [42] });
    expect(await failureOf(pond.root.attachment("/bom.txt").text("klingon"))).instanceOf(
      RangeError,
    );
    const failure = await failureOf(pond.root.attachment("/bom.txt").json());
    expect(failure).include({ code: "UNSUPPORTED_TYPE", path: "/bom.txt" });
  });

  it("gives images and documents", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"><title>T</title></svg>';
    await pond.root.writeFile("/a.svg", svg);
    await pond.root.writeFile("/a.html", "<title>T</title><p>text");
    const drawing = pond.root.attachment("/a.svg");

    const { alt, naturalWidth } = await drawing.image({ alt: "seven wide" });

    expect([alt, naturalWidth]).deep.equal(["seven wide", 7]);
    expect((await drawing.xml()).documentElement.tagName).equal("svg");
    expect((await pond.root.attachment("/a.html").html()).querySelector("p")?.textContent).equal(
      "text",
    );
    const failure = await failureOf(pond.root.attachment("/a.html").image());
    expect(failure).include({ code: "UNSUPPORTED_TYPE", path: "/a.html" });
  });

  it("gives rows of separated values, by name or as arrays, typed or not", async () => {
    await pond.root.writeFile("/a.csv", "city,temp,at\nOslo,-3,2026-01-02\nBergen,,\n");
    await pond.root.writeFile("/a.tsv", "a\tb\n1\t2");
    await pond.root.writeFile("/a.dsv", "a;b\n1;2");
    const csv = pond.root.attachment("/a.csv");
    interface Weather {
      readonly city: string;
      readonly temp: number | null;
    }

    const typed = await csv.csv<Weather>({ typed: true });

    expect([...typed]).deep.equal([
      { city: "Oslo", temp: -3, at: new Date("2026-01-02") },
      { city: "Bergen", temp: null, at: null },
    ]);
    expect(typed.columns).deep.equal(["city", "temp", "at"]);
    expect([...(await csv.csv())]).deep.equal([
      { city: "Oslo", temp: "-3", at: "2026-01-02" },
      { city: "Bergen", temp: "", at: "" },
    ]);
    expect(await pond.root.attachment("/a.tsv").tsv({ array: true, typed: true })).deep.equal([
      ["a", "b"],
      [1, 2],
    ]);
    expect((await pond.root.attachment("/a.dsv").dsv({ delimiter: ";" }))[0]).deep.equal({
      a: "1",
      b: "2",
    });
  });

  it("gives bytes as a buffer, a blob and a stream", async () => {
    const bytes = randomBytes(LARGE);
    await pond.root.writeFile("/a.png", bytes);
    const file = pond.root.attachment("/a.png");

    const blob = await file.blob();

    expect(blob.type).equal("image/png");
    expect(sumOf(await blob.arrayBuffer())).equal(sumOf(bytes.buffer));
    expect(sumOf(await file.arrayBuffer())).equal(sumOf(bytes.buffer));
    expect(sumOf(await new Response(await file.stream()).arrayBuffer())).equal(sumOf(bytes.buffer));
  });

  it("gives tables of Arrow files and streams, tables, series and Parquet files", async () => {
    const table = tableFromArrays({ x: Int32Array.of(1, 2, 3) });
    await pond.root.writeFile("/file.arrow", tableToIPC(table, "file"));
    await pond.root.writeFile("/stream.arrow", tableToIPC(table, "stream"));
    await pond.root.createTableFromBatch("/table", readings);
    await pond.root.createSeriesFromBatches("/series", [readings]);
    await pond.root.appendSeries("/series", [readings]);
    await pond.root.writeFile("/plain.parquet", await pond.root.readFile("/table"));
    const rows = async (path: string, format: "arrow" | "parquet") => {
      return (await pond.root.attachment(path)[format]()).numRows;
    };

    expect(await rows("/file.arrow", "arrow")).equal(3);
    expect(await rows("/stream.arrow", "arrow")).equal(3);
    expect(await rows("/table", "arrow")).equal(ROWS);
    expect(await rows("/series", "arrow")).equal(2 * ROWS);
    expect(await rows("/table", "parquet")).equal(ROWS);
    expect(await rows("/series", "parquet")).equal(2 * ROWS);
    expect(await rows("/plain.parquet", "parquet")).equal(ROWS);
  });

  it("refuses bytes that are not what is asked for", async () => {
    const arrow = tableToIPC(tableFromArrays({ x: Int32Array.of(1) }), "file");
    await pond.root.writeFile("/a.txt", "neither of the two");
    await pond.root.writeFile("/empty", "");
    await pond.root.writeFile("/cut.arrow", arrow.slice(0, -20));
    await pond.root.createTableFromBatch("/table", readings);
    await pond.root.writeFile("/plain.parquet", await pond.root.readFile("/table"));
    await pond.root.createDir("/dir");

    for (const path of ["/a.txt", "/empty", "/cut.arrow", "/plain.parquet"]) {
      const error = await rejects(pond.root.attachment(path).arrow(), "UNSUPPORTED_TYPE");
      expect(error.path).equal(path);
    }
    await rejects(pond.root.attachment("/a.txt").parquet(), "NOT_PARQUET");
    await rejects(pond.root.attachment("/cut.arrow").parquet(), "NOT_PARQUET");
    await rejects(pond.root.attachment("/dir").text(), "IS_A_DIRECTORY");
  });

  it("rejects with NOT_FOUND, whatever is asked, and reads what has come since", async () => {
    const file = pond.root.attachment("/none.json");
    for (const read of Object.values(READS)) {
      expect((await rejects(read(file), "NOT_FOUND")).path).equal("/none.json");
    }

    await pond.root.writeFile("/none.json", "1");

    expect(await file.json()).equal(1);
  });

  it("rejects with the reason of its signal", async () => {
    await pond.root.writeFile("/a.json", "1");
    await pond.root.createTableFromBatch("/table", readings);
    const signal = AbortSignal.abort(new Error("enough"));

    for (const [method, read] of Object.entries(READS)) {
      const path = method === "parquet" || method === "arrow" ? "/table" : "/a.json";
      expect(`${await failureOf(read(pond.root.attachment(path, { signal })))}`).contain("enough");
    }
  });

  it("rejects damaged bytes, and gives no address of them", async () => {
    await pond.root.writeFile("/a.json", randomBytes(LARGE));
    const { sha256 } = await pond.root.stat("/a.json");
    await pond.close();
    await flipBit(await blobFile(["tinypond", name], sha256), 70_000);
    pond = await openPond(name);

    const { parquet: _, ...reads } = READS; // the footer is looked at first, and is none
    for (const read of Object.values(reads)) {
      const error = await rejects(read(pond.root.attachment("/a.json")), "CORRUPT_BLOB");
      expect([error.path, error.page]).deep.equal(["/a.json", 1]);
    }
  });

  it("reads as of a snapshot, of a version, in a directory and in a transaction", async () => {
    await pond.root.createDir("/dir");
    await pond.root.writeFile("/dir/a.json", "1");
    await using before = await pond.snapshot();
    await pond.root.writeFile("/dir/a.json", "2");

    expect(await before.root.attachment("/dir/a.json").json()).equal(1);
    expect(await pond.root.attachment("/dir/a.json", { version: 1 }).json()).equal(1);
    expect(await (await pond.root.openDir("/dir")).attachment("a.json").json()).equal(2);
    await pond.transaction(async (tx) => {
      await tx.root.writeFile("/dir/a.json", "3");
      expect(await tx.root.attachment("/dir/a.json").json()).equal(3);
      expect(await pond.root.attachment("/dir/a.json").json()).equal(2);
    });
    const [old, present] = await Promise.all([
      before.root.attachment("/dir/a.json").url(),
      pond.root.attachment("/dir/a.json").url(),
    ]);
    expect([await fetched(old), await fetched(present)]).deep.equal(["1", "3"]);
  });

  it("gives one address for the same bytes, which holds until the pond is closed", async () => {
    await pond.root.writeFile("/a.csv", "a,b");
    await pond.root.writeFile("/same.csv", "a,b");
    await pond.root.createSeriesFromBatches("/series", [readings]);
    const file = pond.root.attachment("/a.csv");

    const [url, again] = await Promise.all([file.url(), file.url()]);
    const series = await pond.root.attachment("/series").url();

    expect(again).equal(url);
    expect(await pond.root.attachment("/same.csv").url()).equal(url);
    const response = await fetch(url);
    expect(response.headers.get("content-type")).equal("text/csv");
    expect(await response.text()).equal("a,b");
    expect((await fetched(series)).slice(0, 4)).equal("PAR1");

    await pond.root.writeFile("/a.csv", "c,d");
    expect(await fetched(await file.url())).equal("c,d");
    expect(await fetched(url)).equal("a,b");

    await pond.close();
    for (const revoked of [url, series]) expect(await failureOf(fetch(revoked))).instanceOf(Error);
    await rejects(file.url(), "POND_CLOSED");
  });
});

async function fetched(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, at) => (at * 31 + (at >> 8)) & 0xff);
}

/** Long buffers are compared by their sums: chai shows them whole where they differ. */
function sumOf(buffer: ArrayBuffer): string {
  let sum = 0;
  for (const byte of new Uint8Array(buffer)) sum = (sum * 31 + byte) >>> 0;
  return `${buffer.byteLength} ${sum}`;
}
