import { type RecordBatch, tableFromArrays } from "apache-arrow";
import { expect } from "chai";
import { parquetMetadata } from "hyparquet";
import type { Pond, TinyFSError } from "../../src/index.ts";
import { deletePond, openPond } from "../../src/index.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import { blobFile, flipBit } from "../worker/storage-pond.ts";

const ROWS = 30_000;
/** A flipped byte here, by what it hits. */
const PLACES = ["footer", "page", "dictionary page"] as const;

describe("one flipped bit in a large Parquet file", function () {
  this.timeout(60_000);
  let name = "";

  beforeEach(async () => {
    name = `corrupt-${crypto.randomUUID()}`;
    await using pond = await openPond(name, { compaction: false });
    await pond.root.createTableFromBatch("/table", readings(0));
    await pond.root.createSeriesFromBatches("/series", [readings(1)]);
    await pond.root.appendSeries("/series", [readings(2)]);
    await pond.root.createTableFromBatch("/other", readings(3));
  });

  afterEach(() => deletePond(name));

  for (const place of PLACES) {
    it(`in a ${place} of a table is CORRUPT_BLOB with path, version and page`, async () => {
      const file = await withPond((pond) => pond.root.readFile("/table"));
      const sha256 = await withPond(async (pond) => (await pond.root.stat("/table")).sha256);
      const page = await flip(sha256, placeIn(file, place));

      await withPond(async (pond) => {
        for (const read of [
          () => pond.root.readTable("/table"),
          () => exported(pond, "/table"),
          () => drained(pond, "/table"),
        ]) {
          expect(facts(await rejects(read(), "CORRUPT_BLOB"))).deep.equal(["/table", 1, page]);
        }
        expect((await pond.root.readTable("/other")).numRows).equal(ROWS);
        expect((await pond.root.readTable("/series")).numRows).equal(2 * ROWS);
      });
    });

    it(`in a ${place} of a segment is CORRUPT_BLOB with the series' path and page`, async () => {
      const [file, sha256] = await withPond(async (pond) => {
        return [await secondSegment(pond), await segmentHash(pond)] as const;
      });
      const page = await flip(sha256, placeIn(file, place));

      await withPond(async (pond) => {
        for (const read of [
          () => pond.root.readTable("/series"),
          () => exported(pond, "/series"),
          () => drained(pond, "/series"),
        ]) {
          const [path, , at] = facts(await rejects(read(), "CORRUPT_BLOB"));
          expect([path, at]).deep.equal(["/series", page]);
        }
        expect((await pond.root.readTable("/series", { version: 1 })).numRows).equal(ROWS);
        expect((await pond.root.readTable("/other")).numRows).equal(ROWS);
      });
    });
  }

  /** A pond that has read nothing yet. */
  async function withPond<Value>(use: (pond: Pond) => Promise<Value>): Promise<Value> {
    await using pond = await openPond(name, { compaction: false });
    return await use(pond);
  }

  /** The same batch makes the same bytes: those of the second segment are a table's. */
  async function secondSegment(pond: Pond): Promise<Uint8Array> {
    await pond.root.createTableFromBatch("/segment", readings(2));
    return await pond.root.readFile("/segment");
  }

  async function segmentHash(pond: Pond): Promise<string | undefined> {
    return (await pond.root.stat("/segment")).sha256;
  }

  /** @returns the 64 KiB page */
  async function flip(sha256: string | undefined, at: number): Promise<number> {
    await flipBit(await blobFile(["tinypond", name], sha256 ?? ""), at);
    return at >> 16;
  }
});

function readings(seed: number): RecordBatch {
  const rows = Array.from({ length: ROWS }, (_, row) => row + seed * ROWS);
  const [batch] = tableFromArrays({
    noise: Float64Array.from(rows, (row) => Math.sin(row * 12.9898) * 43_758.5453),
    station: rows.map((row) => `station ${row % 11}`),
  }).batches;
  if (!batch) throw new Error("A table of arrays has a batch");
  return batch;
}

function placeIn(file: Uint8Array, place: (typeof PLACES)[number]): number {
  const metadata = parquetMetadata(file.slice().buffer);
  if (place === "footer") return file.length - 8 - (metadata.metadata_length >> 1);
  const chunks = metadata.row_groups.flatMap(({ columns }) => columns);
  const pages = chunks.map(({ meta_data: data }) =>
    place === "page" ? data?.data_page_offset : data?.dictionary_page_offset,
  );
  return Number(pages.find((at) => at !== undefined)) + 30;
}

function facts({ path, version, page }: TinyFSError): unknown[] {
  return [path, version, page];
}

async function exported(pond: Pond, path: string): Promise<void> {
  await using file = await pond.root.exportParquet(path);
  await file.arrayBuffer();
}

async function drained(pond: Pond, path: string): Promise<void> {
  for await (const batch of pond.root.readSeriesAsStream(path)) expect(batch.numRows).above(0);
}
