import { expect } from "chai";
import type { ArrowWD } from "../../src/arrow/index.ts";
import { isTinyFSError } from "../../src/tinyfs/index.ts";
import { ParquetClient } from "../../src/worker/parquet-client.ts";
import { MemorySource } from "../worker/parquet-fixtures.ts";
import type { ArrowPond } from "./arrow-contract.ts";
import { createReadings } from "./batch-fixtures.ts";
import { bombs, type Corpus, flipped, lying, truncated, wholeFiles } from "./malformed-files.ts";
import { openMemoryPond } from "./memory-pond.ts";

/** What a malformed file may come to, other than rows. */
const CODES: readonly string[] = [
  "NOT_PARQUET",
  "PARQUET_READ_FAILED",
  "SCHEMA_MISMATCH",
  "UNSUPPORTED_TYPE",
  "EMPTY_TABLE",
];
/** The longest that one call may take. */
const BUDGET_MS = 8000;
const SEED = 20_260_101;

describe("malformed Parquet files", function () {
  this.timeout(240_000);
  let pond: ArrowPond;
  let parquet: ParquetClient;
  let whole: Corpus;

  before(async () => {
    pond = await openMemoryPond();
    parquet = new ParquetClient();
    whole = await wholeFiles(parquet);
    await pond.root.createTableFromBatch("/good", createReadings(100));
  });

  after(async () => {
    await pond.close();
    await parquet.close();
  });

  /** Gives each file to every call that takes one. @returns how many calls came to what */
  async function tryAll(files: Corpus): Promise<Record<string, number>> {
    const outcomes: Record<string, number> = {};
    for (const [name, bytes] of Object.entries(files)) {
      for (const [call, run] of Object.entries(calls(pond.root, parquet, bytes))) {
        const what = `${call} of ${name}`;
        const outcome = await outcomeOf(run, what);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
      expect((await pond.root.readTable("/good")).numRows, `after ${name}`).equal(100);
    }
    return outcomes;
  }

  it("are read where they are whole", async () => {
    const outcomes = await tryAll(whole);

    expect(outcomes).deep.equal({ read: 4 * Object.keys(whole).length });
  });

  it("are refused as no Parquet where they are cut anywhere", async () => {
    const files = truncated(whole);

    const outcomes = await tryAll(files);

    expect(Object.keys(files)).length.above(30);
    expect(["NOT_PARQUET", "EMPTY_TABLE"]).include.members(Object.keys(outcomes));
  });

  it("are a typed error, or as many rows as they say, with any bit flipped", async () => {
    const files = flipped(whole, randomNumbers(SEED));

    const outcomes = await tryAll(files);

    expect(Object.keys(files)).length.above(50);
    expect(outcomes).include.keys("read", "NOT_PARQUET", "PARQUET_READ_FAILED");
  });

  it("are a typed error, or as many rows as they say, where the footer lies", async () => {
    const files = lying(whole);

    const outcomes = await tryAll(files);

    expect(Object.keys(files)).length.above(100);
    expect(outcomes).include.keys("NOT_PARQUET", "PARQUET_READ_FAILED");
  });

  it("are a typed error where they are made to take all memory or time", async () => {
    const outcomes = await tryAll(bombs(whole));

    expect(outcomes).include.keys("NOT_PARQUET", "PARQUET_READ_FAILED");
  });
});

/** Each fulfils with how many rows it found and how many the footer counts. */
function calls(
  root: ArrowWD,
  parquet: ParquetClient,
  bytes: Uint8Array<ArrayBuffer>,
): Record<string, () => Promise<{ found: number; counted: number }>> {
  const path = "/malformed";
  const removed = async <Value>(work: () => Promise<Value>) => {
    try {
      return await work();
    } finally {
      if (await root.exists(path)) await root.remove(path);
    }
  };
  return {
    import: () =>
      removed(async () => {
        await root.importParquet(path, bytes);
        const { rowCount: counted = -1 } = await root.stat(path);
        return { found: counted, counted };
      }),
    read: () =>
      removed(async () => {
        await root.writeFile(path, bytes, { entryType: "FileTable" });
        const { numRows: found } = await root.readTable(path);
        return { found, counted: (await root.describe(path)).rowCount };
      }),
    describe: () =>
      removed(async () => {
        await root.writeFile(path, bytes);
        const { rowCount: counted, rowGroups } = await root.describe(path);
        return { found: rowGroups.reduce((sum, group) => sum + group.rowCount, 0), counted };
      }),
    splice: async () => {
      const alone = await parquet.describe(new MemorySource(bytes));
      const joined = await parquet.splice([new MemorySource(bytes), new MemorySource(bytes)]);
      await joined.read(0, joined.size);
      return { found: (await parquet.describe(joined)).rowCount, counted: 2 * alone.rowCount };
    },
  };
}

async function outcomeOf(
  run: () => Promise<{ found: number; counted: number }>,
  what: string,
): Promise<string> {
  const start = performance.now();
  try {
    const { found, counted } = await run();
    expect(found, what).equal(counted);
    return "read";
  } catch (error) {
    if (!isTinyFSError(error)) throw new Error(`${what}: ${error}`, { cause: error });
    expect(CODES, `${what}: ${error.message}`).include(error.code);
    return error.code;
  } finally {
    expect(performance.now() - start, what).below(BUDGET_MS);
  }
}

/** The same numbers from 0 to 1 for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
