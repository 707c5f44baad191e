import type { RecordBatch } from "apache-arrow";
import { expect } from "chai";
import { deletePond, openPond, type Pond } from "../../src/index.ts";
import { createOtherBatch, createTestBatch } from "../arrow/batch-fixtures.ts";
import { failureOf } from "../worker/storage-pond.ts";

const begin = IDBDatabase.prototype.transaction;
const post = Worker.prototype.postMessage;

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

/** Counts the messages that are sent to workers meanwhile. */
async function messagesOf(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  Worker.prototype.postMessage = function (...given: unknown[]) {
    count += 1;
    return Reflect.apply(post, this, given);
  };
  try {
    await work();
  } finally {
    Worker.prototype.postMessage = post;
  }
  return count;
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

  async function appendedTwice(): Promise<Pond> {
    const pond = await open();
    await pond.root.createSeriesFromBatches("/s", [createTestBatch(10)]);
    await pond.root.appendSeries("/s", [createTestBatch(10, 10)]);
    return pond;
  }

  it("of a schema that was appended before takes one transaction", async () => {
    const { root } = await appendedTwice();

    const found: string[] = [];
    for (const first of [20, 30, 40]) {
      const modes = await transactionsOf(() =>
        root.appendSeries("/s", [createTestBatch(10, first)]),
      );
      found.push(modes.join());
    }

    // What the pond does in idle moments may come into one of them, and not into each.
    expect(found).contain("readwrite");
    expect((await root.readSeries("/s")).numRows).equal(50);
  });

  it("of one batch asks a worker once", async () => {
    const { root } = await appendedTwice();

    const messages = await messagesOf(() => root.appendSeries("/s", [createTestBatch(10, 20)]));

    expect(messages).equal(1);
  });

  it("of a stream looks first whether the path may be written, and reads nothing where not", async () => {
    const { root } = await appendedTwice();
    await root.remove("/s");
    let isAsked = false;
    const stream = new ReadableStream<RecordBatch>(
      {
        pull() {
          isAsked = true;
        },
      },
      { highWaterMark: 0 },
    );

    const error = await failureOf(root.appendSeries("/s", stream));

    expect(error).include({ code: "NOT_FOUND", path: "/s" });
    expect(isAsked).equal(false);
  });

  it("to a path that has become something else meanwhile is refused", async () => {
    const { root } = await appendedTwice();
    const append = () => failureOf(root.appendSeries("/s", [createTestBatch(10, 20)]));

    await root.remove("/s");
    const gone = await append();
    await root.createTableFromBatch("/s", createTestBatch(10));
    const table = await append();

    expect(gone).include({ code: "NOT_FOUND", path: "/s" });
    expect(table).include({ code: "WRONG_ENTRY_TYPE", path: "/s" });
    expect((await root.stat("/s")).version).equal(1);
  });

  it("to a path where another tab has made a new series goes to that", async () => {
    const [one, other] = [await appendedTwice(), await open()];
    await other.root.remove("/s");
    await other.root.createSeriesFromBatches("/s", [createTestBatch(3)]);

    const { nodeId } = await one.root.appendSeries("/s", [createTestBatch(10, 20)]);

    expect(nodeId).equal((await other.root.stat("/s")).nodeId);
    expect((await other.root.readSeries("/s")).numRows).equal(13);
  });

  it("is refused where the version is not the one it asks for", async () => {
    const { root } = await appendedTwice();
    const append = (ifVersion: number) =>
      root.appendSeries("/s", [createTestBatch(10, 20)], { ifVersion });

    const error = await failureOf(append(1));
    const { version } = await append(2);

    expect(error).include({ code: "CONFLICT", path: "/s" });
    expect(version).equal(3);
  });

  it("that is refused in a transaction leaves that to go on", async () => {
    const pond = await appendedTwice();
    const { root } = pond;

    const error = await pond.transaction(async (tx) => {
      const { root: within } = tx;
      await within.remove("/s");
      const failure = await failureOf(within.appendSeries("/s", [createTestBatch(10, 20)]));
      await within.writeFile("/kept", "1");
      return failure;
    });

    expect(error).include({ code: "NOT_FOUND" });
    expect(await root.exists("/s")).equal(false);
    expect(await root.exists("/kept")).equal(true);
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
