import { expect } from "chai";
import { deletePond, openPond, type Pond } from "../../src/index.ts";
import { createOtherBatch, createTestBatch } from "../arrow/batch-fixtures.ts";
import { failureOf } from "../worker/storage-pond.ts";

const begin = IDBDatabase.prototype.transaction;

/** Counts the transactions that are begun meanwhile, by their mode. */
async function transactionsOf(work: () => Promise<unknown>): Promise<string[]> {
  const modes: string[] = [];
  IDBDatabase.prototype.transaction = function (stores, mode = "readonly", options) {
    modes.push(mode);
    return begin.call(this, stores, mode, options);
  };
  try {
    await work();
  } finally {
    IDBDatabase.prototype.transaction = begin;
  }
  return modes;
}

describe("appendSeries()", () => {
  let name = "";
  const ponds: Pond[] = [];

  async function open(): Promise<Pond> {
    const pond = await openPond(name);
    ponds.push(pond);
    return pond;
  }

  beforeEach(() => {
    name = `append-${crypto.randomUUID()}`;
  });

  afterEach(async () => {
    for (const pond of ponds.splice(0)) await pond.close();
    await deletePond(name);
  });

  it("of a schema that was appended before takes one transaction to look and one to write", async () => {
    const { root } = await open();
    await root.createSeriesFromBatches("/s", [createTestBatch(10)]);
    await root.appendSeries("/s", [createTestBatch(10, 10)]);

    const modes = await transactionsOf(() => root.appendSeries("/s", [createTestBatch(10, 20)]));

    expect(modes).deep.equal(["readonly", "readwrite"]);
    expect((await root.readSeries("/s")).numRows).equal(30);
  });

  it("is refused, and changes nothing, where another tab has made the series one of another schema", async () => {
    const [one, other] = [await open(), await open()];
    await one.root.createSeriesFromBatches("/s", [createTestBatch(10)]);
    await one.root.appendSeries("/s", [createTestBatch(10, 10)]);
    await other.root.createSeriesFromBatches("/s", [createOtherBatch()], { create: "replace" });
    const before = await one.root.versions("/s");

    const error = await failureOf(one.root.appendSeries("/s", [createTestBatch(10, 20)]));

    expect(error).include({ code: "SCHEMA_MISMATCH", path: "/s" });
    expect(await one.root.versions("/s")).deep.equal(before);
  });
});
