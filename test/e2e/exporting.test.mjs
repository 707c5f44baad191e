// What leaves the pond again: bytes, tables in three formats, folders as a zip.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";

for (const browser of wantedBrowsers) {
  describe(`exporting in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("gives a table as CSV, Arrow and Parquet", async () => {
      await withDemo(async (demo) => {
        await demo.call("writeAllKinds", "/kinds.parquet");
        await demo.untilNames(["kinds.parquet"]);
        await demo.catchDownloads();
        await demo.select("kinds.parquet");
        const take = async (format) => {
          await demo.page.select("#download-table", format);
          return demo.download();
        };

        const csv = await take("csv");
        const arrow = await take("arrow");
        const parquet = await take("parquet");

        assert.equal(csv.name, "kinds.csv");
        assert.equal(
          csv.bytes.toString(),
          "integer,timestamp,decimal,date,bool\r\n" +
            "9007199254740993,2001-02-03T04:05:06.789012,-12.34,2001-02-03,true\r\n,,,,\r\n",
        );
        assert.equal(arrow.name, "kinds.arrow");
        const table = tableFromIPC(arrow.bytes);
        assert.deepEqual([table.numRows, table.get(0).integer], [2, 9007199254740993n]);
        assert.equal(parquet.name, "kinds.parquet");
        const { buffer, byteOffset, byteLength } = parquet.bytes;
        const file = buffer.slice(byteOffset, byteOffset + byteLength);
        const [row] = await parquetReadObjects({ file, compressors });
        assert.equal(row.integer, 9007199254740993n);
      });
    });

    it("gives files as they are, and a folder as a zip", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/dir/", "/dir/sub/", "/dir/sub/a.txt", "/dir/b.txt", "/c.txt"]);
        await demo.untilNames(["dir", "c.txt"]);
        await demo.catchDownloads();

        await demo.select("c.txt");
        await demo.page.click("#download");
        const file = await demo.download();
        await demo.select("dir");
        await demo.page.click("#download");
        const zip = await demo.download();

        assert.deepEqual([file.name, file.bytes.toString()], ["c.txt", "text of /c.txt"]);
        assert.equal(zip.name, "dir.zip");
        assert.equal(zip.bytes.subarray(0, 2).toString(), "PK");
        assert.deepEqual(namesInZip(zip.bytes), ["b.txt", "sub/", "sub/a.txt"]);
        assert.ok(zip.bytes.includes("text of /dir/sub/a.txt"));
      });
    });
  });
}

/** The names in a zip's directory, which stands at its end. */
function namesInZip(bytes) {
  const names = [];
  const mark = Buffer.from([0x50, 0x4b, 1, 2]);
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 4)) {
    const length = bytes.readUInt16LE(at + 28);
    names.push(bytes.subarray(at + 46, at + 46 + length).toString());
  }
  return names.sort();
}
