// Files that TinyPond has written, taken in and joined, read by native DuckDB; and files that DuckDB
// has written, read by TinyPond. DuckDB judges both: it compares rows, types included.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parquetMetadata, parquetReadObjects, readOffsetIndex } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { Duck } from "./duckdb.mjs";
import { addressOf, PondPage } from "./pond-page.mjs";

const duck = new Duck();
const page = new PondPage(duck.folder);

before(async () => {
  await duck.open();
  await page.open();
});

after(async () => {
  await page.close();
  await duck.close();
});

/** What `page/readings.ts` makes, in SQL. */
const READINGS = `SELECT
  (i * 4000000007)::BIGINT AS id,
  make_timestamp(i * 1000001) AS time,
  CASE WHEN i % 5 = 0 THEN NULL ELSE i / 4.0 END::DOUBLE AS temp,
  CASE WHEN i % 7 = 0 THEN NULL ELSE 'station ' || (i % 11) END AS station,
  'é' || i AS note,
  CASE WHEN i % 4 = 0 THEN NULL ELSE i % 3 = 0 END AS flag,
  (DATE '1970-01-01' + (i % 900)::INTEGER) AS day,
  (i::DECIMAL(20, 2) / 100)::DECIMAL(20, 2) AS price,
  CASE WHEN i % 6 = 0 THEN NULL ELSE [i::INTEGER, (i + 1)::INTEGER] END AS marks
  FROM range(9000) numbers(i)`;

describe("a series of segments, exported as one file", () => {
  const EXPORTED = "series.parquet";

  before(async () => {
    await page.call("writeReadings", "/series", [1000, 3000, 5000]);
    await page.call("exportFile", "/series", addressOf(EXPORTED));
  });

  it("has the rows that were written", async () => {
    await duck.assertSameRows(duck.file(EXPORTED), `(${READINGS})`);
  });

  it("has a row group for each segment, with statistics that are true", async () => {
    const stated = await duck.rows(
      `SELECT row_group_id AS g, stats_min_value AS lo, stats_max_value AS hi, stats_null_count AS nulls
       FROM parquet_metadata(${duck.file(EXPORTED)}) WHERE path_in_schema = 'temp' ORDER BY g`,
    );
    const counted = await duck.rows(
      `SELECT (CASE WHEN n < 1000 THEN 0 WHEN n < 4000 THEN 1 ELSE 2 END)::BIGINT AS g,
         min(temp)::VARCHAR AS lo, max(temp)::VARCHAR AS hi, count(*) FILTER (temp IS NULL) AS nulls
       FROM (SELECT file_row_number AS n, temp FROM read_parquet(${duck.file(EXPORTED)}, file_row_number = true))
       GROUP BY g ORDER BY g`,
    );
    assert.deepEqual(stated, counted);
  });

  it("is pruned by them: what a filter excludes is not decoded", async () => {
    const only = "FROM $ WHERE id BETWEEN 2000 * 4000000007 AND 2009 * 4000000007";

    await assertPruned(EXPORTED, { kept: 1, query: `SELECT count(*) ${only}`, answer: "10" });
  });

  it("keeps its key-value metadata, the Arrow schema among it", async () => {
    const keys = await duck.rows(
      `SELECT key::VARCHAR AS key FROM parquet_kv_metadata(${duck.file(EXPORTED)})`,
    );

    assert.deepEqual(keys, [{ key: "ARROW:schema" }]);
  });

  it("tells where its pages are, truly", () => {
    const file = readFileSync(join(duck.folder, EXPORTED));
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const chunks = parquetMetadata(bytes).row_groups.flatMap(({ columns }) => columns);

    assert.ok(chunks.length > 0);
    for (const { meta_data, offset_index_offset } of chunks) {
      const view = new DataView(bytes);
      const { page_locations } = readOffsetIndex({ view, offset: Number(offset_index_offset) });
      const { offset, compressed_page_size } = page_locations.at(-1);
      assert.equal(page_locations[0].offset, meta_data.data_page_offset);
      const start = meta_data.dictionary_page_offset ?? meta_data.data_page_offset;
      assert.equal(offset + BigInt(compressed_page_size), start + meta_data.total_compressed_size);
    }
  });
});

/** What DuckDB writes of all kinds, `#` being the first row. */
const KINDS = `SELECT
  i::BIGINT AS id, (i % 100)::TINYINT AS i8, (i % 1000 - 500)::SMALLINT AS i16, (-i)::INTEGER AS i32,
  (i % 200)::UTINYINT AS u8, (i * 3)::UINTEGER AS u32, (18446744073709551615 - i)::UBIGINT AS u64,
  (i / 8)::FLOAT AS f32, CASE WHEN i % 3 = 0 THEN NULL ELSE i / 3.0 END::DOUBLE AS f64,
  'n' || (i % 50 * 4 + i // 4096) AS name, md5(i::VARCHAR) AS hash, i % 3 = 0 AS flag,
  (DATE '2024-01-01' + (i % 700)::INTEGER) AS day, make_timestamp(i * 1000003) AS time,
  make_timestamp(i * 1000003)::TIMESTAMPTZ AS zoned, (TIME '00:00:00' + to_microseconds(i)) AS clock,
  (i / 7)::DECIMAL(9, 3) AS d9, (i / 7)::DECIMAL(18, 3) AS d18, (i / 7)::DECIMAL(38, 10) AS d38,
  encode('b' || i) AS bytes,
  CASE WHEN i % 4 = 0 THEN NULL ELSE [i, NULL, i + 1] END AS list,
  CASE WHEN i % 5 = 0 THEN NULL ELSE {'a': i, 'b': 'x' || i} END AS pair,
  MAP {'k' || (i % 3): i} AS map, [[i], []::BIGINT[]] AS nested
  FROM range(#, # + 8192) numbers(i)`;

const WRITERS = [
  ["snappy", "V1"],
  ["zstd", "V2"],
  ["gzip", "V1"],
  ["lz4_raw", "V1"],
  ["brotli", "V2"],
  ["uncompressed", "V2"],
];

for (const [codec, version] of WRITERS) {
  describe(`a file that DuckDB wrote, ${codec}, version ${version}`, () => {
    const one = `${codec}-0.parquet`;
    const other = `${codec}-1.parquet`;
    const both = `(FROM ${duck.file(one)} UNION ALL FROM ${duck.file(other)})`;

    before(async () => {
      const options = `CODEC ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 4096, KV_METADATA {origin: 'duck'}`;
      await duck.write(one, KINDS.replaceAll("#", "0"), options);
      await duck.write(other, KINDS.replaceAll("#", "8192"), options);
      await page.call("importFile", addressOf(one), `/${codec}`, "series");
      await page.call("importFile", addressOf(other), `/${codec}-other`, "table");
    });

    it("comes out with the same bytes", async () => {
      await page.call("exportFile", `/${codec}-other`, addressOf(`${codec}-copy.parquet`));

      const [copy, file] = [`${codec}-copy.parquet`, other].map((name) =>
        readFileSync(join(duck.folder, name)),
      );
      assert.ok(copy.equals(file));
    });

    it("is read with the rows it has", async () => {
      await page.call("writeAgain", `/${codec}-other`, "/again", "table");
      await page.call("exportFile", "/again", addressOf(`${codec}-again.parquet`));

      await duck.assertSameRows(duck.file(`${codec}-again.parquet`), duck.file(other));
    });

    it("is joined with another one, and keeps rows, metadata, statistics and bloom filters", async () => {
      const joined = `${codec}-joined.parquet`;

      await page.call("splice", [one, other].map(addressOf), addressOf(joined));

      await duck.assertSameRows(duck.file(joined), both);
      assert.equal(
        await duck.value(
          `SELECT value::VARCHAR FROM parquet_kv_metadata(${duck.file(joined)}) WHERE key = 'origin'`,
        ),
        "duck",
      );
      const kept = "path_in_schema, stats_min_value, stats_max_value, stats_null_count, num_values";
      const chunks = (name) => `(SELECT ${kept} FROM parquet_metadata(${duck.file(name)}))`;
      await duck.assertSameRows(
        chunks(joined),
        `(FROM ${chunks(one)} UNION ALL FROM ${chunks(other)})`,
      );
      await assertPruned(joined, {
        kept: 2,
        query: "SELECT count(*) FROM $ WHERE id BETWEEN 10_000 AND 10_004",
        answer: "5",
      });
      // All row groups have names between the same bounds: what tells them apart is the filter.
      await assertPruned(joined, {
        kept: 3,
        query: "SELECT count(*) FROM $ WHERE name = 'n7'",
        answer: "82",
      });
    });

    it("is read by hyparquet once it was joined", async () => {
      const joined = `${codec}-joined.parquet`;
      const file = readFileSync(join(duck.folder, joined));

      const rows = await parquetReadObjects({
        file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
        columns: ["id", "name", "f64"],
        compressors,
      });

      assert.equal(rows.length, 16_384);
      assert.deepEqual(
        rows.map(({ id }) => Number(id)),
        Array.from({ length: 16_384 }, (_, row) => row),
      );
      assert.equal(rows.filter(({ f64 }) => f64 === null || f64 === undefined).length, 5462);
      assert.equal(rows[16_383].name, `n${(16_383 % 50) * 4 + 3}`);
    });

    it("makes a series to which rows are appended, exported as one file", async () => {
      await page.call("writeAgain", `/${codec}`, `/${codec}-series`, "series");
      await page.call("append", `/${codec}-series`, `/${codec}-other`);
      await page.call("exportFile", `/${codec}-series`, addressOf(`${codec}-series.parquet`));

      assert.deepEqual(await page.call("count", `/${codec}-series`), {
        rowCount: 16_384,
        segments: 2,
      });
      await duck.assertSameRows(duck.file(`${codec}-series.parquet`), both);
    });
  });
}

describe("a file without rows that DuckDB wrote", () => {
  it("is an empty table of its columns, and comes out as one", async () => {
    await duck.write("empty.parquet", `FROM (${KINDS.replaceAll("#", "0")}) WHERE id < 0`);

    await page.call("importFile", addressOf("empty.parquet"), "/empty", "table");
    await page.call("writeAgain", "/empty", "/empty-again", "table");
    await page.call("exportFile", "/empty-again", addressOf("empty-again.parquet"));

    assert.deepEqual(await page.call("count", "/empty"), { rowCount: 0, segments: 1 });
    await duck.assertSameRows(duck.file("empty-again.parquet"), duck.file("empty.parquet"));
  });
});

/** A query is answered though all row groups but one are damaged: so no other is decoded. */
async function assertPruned(name, { kept, query, answer }) {
  const file = readFileSync(join(duck.folder, name));
  const { row_groups } = parquetMetadata(
    file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
  );
  row_groups.forEach(({ columns }, index) => {
    if (index === kept) return;
    for (const { meta_data } of columns) {
      const start = Number(meta_data.dictionary_page_offset ?? meta_data.data_page_offset);
      file.fill(0xff, start, start + Number(meta_data.total_compressed_size));
    }
  });
  const damaged = `pruned-${name}`;
  writeFileSync(join(duck.folder, damaged), file);

  assert.equal(await duck.value(query.replace("$", duck.file(damaged))), answer);
  await assert.rejects(duck.rows(`FROM ${duck.file(damaged)}`));
}
