// The main job on real input: files come in through the page, survive a reload and a restart of the
// browser, and are read back through the library with the sums that other libraries give.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile, expectedSums, fileDigest } from "./expected.mjs";

const FLIGHTS = dataFile("flights-3m.parquet");
const FLIGHTS_ROWS = 3_000_000;
const DELAYS = dataFile("flights-200k.arrow");
const STRIKES = dataFile("birdstrikes.csv");

const toDays = (text) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

/** What the columns of the CSV that are no text hold. */
const STRIKES_CONVERTERS = {
  "Flight Date": toDays,
  "Cost Other": Number,
  "Cost Repair": Number,
  "Cost Total $": Number,
  "Speed IAS in knots": Number,
};

const STRIKES_TYPES = new Set(["Utf8", "Date32<DAY>", "Int32"]);

for (const browser of wantedBrowsers) {
  describe(`real datasets in ${browser}`, () => {
    const { openDemo } = suiteBrowser(browser);

    let demo;

    before(async () => {
      demo = await openDemo();
      await demo.importFiles([FLIGHTS, DELAYS, STRIKES]);
      await demo.reload();
    });

    it("are listed after a reload, with their rows", async () => {
      const listing = await demo.listing();

      assert.deepEqual(
        listing.map(({ name, type, rowCount, version }) => [name, type, rowCount, version]),
        [
          ["birdstrikes.parquet", "Table", "10,000", "1"],
          ["flights-3m.parquet", "Table", "3,000,000", "1"],
          ["flights-200k.parquet", "Table", "200,000", "1"],
        ].sort(([left], [right]) => left.localeCompare(right, "en", { numeric: true })),
      );
    });

    it("give a Parquet file's rows as hyparquet reads them", async () => {
      const read = await demo.call("readSums", "/flights-3m.parquet");

      assert.deepEqual(withoutTypes(read.columns), await expectedSums(FLIGHTS));
      assert.deepEqual(typesOf(read.columns), {
        date: "Timestamp<MICROSECOND>",
        delay: "Int64",
        distance: "Int64",
        origin: "LargeUtf8",
        destination: "LargeUtf8",
      });
    });

    it("give an Arrow file's rows as apache-arrow reads them", async () => {
      const read = await demo.call("readSums", "/flights-200k.parquet");

      assert.deepEqual(withoutTypes(read.columns), await expectedSums(DELAYS));
      assert.deepEqual(typesOf(read.columns), {
        delay: "Int16",
        distance: "Int16",
        time: "Float32",
      });
    });

    it("give a CSV file's rows as papaparse reads them", async () => {
      const read = await demo.call("readSums", "/birdstrikes.parquet");

      const expected = await expectedSums(STRIKES, { converters: STRIKES_CONVERTERS });
      assert.deepEqual(withoutTypes(read.columns), expected);
      assert.equal(read.columns.at(-1).nulls, 2836);
      assert.deepEqual(new Set(Object.values(typesOf(read.columns))), STRIKES_TYPES);
    });

    it("keep a Parquet file byte for byte", async () => {
      const kept = await demo.call("digestFile", "/flights-3m.parquet");

      assert.deepEqual(kept, fileDigest(FLIGHTS));
    });

    it("come through encoding as a table unchanged", async () => {
      await demo.call("writeAgain", "/flights-3m.parquet", "/again.parquet", "table");

      const read = await demo.call("readSums", "/again.parquet");
      assert.deepEqual(withoutTypes(read.columns), await expectedSums(FLIGHTS));
      assert.equal(read.entryType, "FileTable");
    });

    it("come through encoding as a series unchanged, in as many batches", async () => {
      const written = await demo.call(
        "writeAgain",
        "/flights-3m.parquet",
        "/again.series",
        "series",
      );

      const read = await demo.call("readSums", "/again.series");
      assert.deepEqual(withoutTypes(read.columns), await expectedSums(FLIGHTS));
      assert.deepEqual(read.batchRows, written.batchRows);
      assert.equal(read.entryType, "FileSeries");
    });

    it("are stored once, however often they are imported", async () => {
      const blobs = await demo.blobs();
      const before = await demo.call("stats");

      await demo.importFiles([FLIGHTS]);

      const after = await demo.call("stats");
      assert.deepEqual(await demo.blobs(), blobs);
      assert.equal(after.files, before.files + 1);
      assert.equal(after.blobBytes, before.blobBytes);
      assert.ok((await demo.names()).includes("flights-3m (2).parquet"));
    });

    it("are there after the browser was closed and started again", async () => {
      const names = await demo.names();

      await demo.restartBrowser();

      assert.deepEqual(await demo.names(), names);
      const read = await demo.call("readSums", "/flights-3m.parquet");
      assert.equal(read.columns[0].rows, FLIGHTS_ROWS);
      assert.deepEqual(withoutTypes(read.columns), await expectedSums(FLIGHTS));
      assert.deepEqual(demo.complaints, []);
    });
  });
}

function withoutTypes(columns) {
  return columns.map(({ type: _, ...sums }) => sums);
}

function typesOf(columns) {
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]));
}
