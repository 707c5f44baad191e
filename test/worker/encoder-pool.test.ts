import { Table, tableFromIPC } from "apache-arrow";
import { expect } from "chai";
import {
  areSame,
  closeClients,
  concat,
  encodeAll,
  failureOf,
  MemorySource,
  newClient,
  readAll,
  rowsOf,
  toIpc,
  unionIpc,
  weather,
} from "./parquet-fixtures.ts";

/** A client whose workers are noted in the order in which they were made. */
function newPool(encoders: number): {
  client: ReturnType<typeof newClient>;
  workers: Worker[];
} {
  const workers: Worker[] = [];
  const url = new URL("../../src/worker/parquet.worker.ts", import.meta.url);
  const worker = () => {
    const made = new Worker(url, { type: "module" });
    workers.push(made);
    return made;
  };
  return { client: newClient({ worker, encoders }), workers };
}

describe("several workers that encode", () => {
  afterEach(closeClients);

  it("give the bytes that one gives, in the order of the batches", async () => {
    const batches = Array.from({ length: 12 }, (_, index) => weather(20_000 - 1500 * index, index));
    const one = await encodeAll(newClient({ encoders: 1 }), batches.map(toIpc));
    const { client, workers } = newPool(2);

    const encoder = await client.openEncoder();
    const parts = await Promise.all(batches.map((batch) => encoder.encode(toIpc(batch))));
    const { tail, summary } = await encoder.finish();
    const file = concat([...parts, tail]);

    expect(encoder.concurrency).equal(2);
    expect(workers.length).equal(2);
    expect(areSame(file, one.file)).equal(true);
    expect(summary).deep.equal(one.summary);
  });

  it("give back the memory that a batch came in, for the next", async () => {
    const encoder = await newPool(1).client.openEncoder();
    const [large, small] = [toIpc(weather(30_000)), toIpc(weather(20_000, 1))];
    const taken = encoder.buffer(large.byteLength);
    taken.set(large);

    const parts = [await encoder.encode(taken)];
    const again = encoder.buffer(small.byteLength);
    const isTheSame = areSame(again, large.slice(0, small.byteLength));
    const isAnother = encoder.buffer(small.byteLength).every((byte) => byte === 0);
    again.set(small);
    parts.push(await encoder.encode(again));
    const isTooSmall = encoder.buffer(2 * large.byteLength).every((byte) => byte === 0);
    const isDropped = encoder.buffer(small.byteLength).every((byte) => byte === 0);
    const { tail } = await encoder.finish();

    expect([isTheSame, isAnother, isTooSmall, isDropped]).deep.equal([true, true, true, true]);
    const file = concat([...parts, tail]);
    const tables = await readAll(await newClient().openReader(new MemorySource(file)));
    const written = [weather(30_000), weather(20_000, 1)];
    expect(tables.map(rowsOf)).deep.equal(written.map((columns) => rowsOf(new Table(columns))));
  });

  it("are not started for batches that come one after the other", async () => {
    const { client, workers } = newPool(4);

    const batches = Array.from({ length: 5 }, (_, index) => weather(100, index));
    const { file } = await encodeAll(client, batches.map(toIpc));

    expect(workers.length).equal(1);
    const tables = await readAll(await client.openReader(new MemorySource(file)));
    expect(tables.map(rowsOf)).deep.equal(batches.map((columns) => rowsOf(new Table(columns))));
  });

  it("refuse the whole file when one of them dies, and the next file is written", async () => {
    const { client, workers } = newPool(2);
    const encoder = await client.openEncoder();
    const ipcs = Array.from({ length: 12 }, (_, index) => toIpc(weather(20_000, index)));

    const outcomes = ipcs.map((ipc) => encoder.encode(ipc).then(() => "encoded", codeOf));
    while (workers.length < 2) await outcomes[0];
    workers[1]?.terminate();
    workers[0]?.terminate();

    expect(await Promise.all(outcomes)).include("WORKER_DIED");
    expect(await failureOf(encoder.finish())).property("code", "WORKER_DIED");
    const { summary } = await encodeAll(client, [toIpc(weather(10)), toIpc(weather(10, 1))]);
    expect(summary.rowCount).equal(20);
  });

  it("take nothing after a batch that was refused", async () => {
    const { client } = newPool(2);
    const encoder = await client.openEncoder();

    const outcomes = await Promise.all(
      [unionIpc(), ...Array.from({ length: 8 }, (_, index) => toIpc(weather(5000, index)))].map(
        (ipc) => encoder.encode(ipc).then(() => "encoded", codeOf),
      ),
    );

    expect(outcomes[0]).equal("UNSUPPORTED_TYPE");
    expect(outcomes.at(-1)).not.equal("encoded");
    expect(await failureOf(encoder.finish())).property("code", "UNSUPPORTED_TYPE");
  });

  it("refuse batches of several schemas, whichever of them had which", async () => {
    const { client } = newPool(2);
    const encoder = await client.openEncoder();
    const { id, t } = weather(20_000);

    const encodings = [toIpc({ id: id!, t: t! }), toIpc({ id: id! })]
      .flatMap((ipc) => Array.from({ length: 4 }, () => ipc.slice()))
      .map((ipc) => encoder.encode(ipc).catch(() => {}));
    await Promise.all(encodings);

    expect(await failureOf(encoder.finish())).property("code", "SCHEMA_MISMATCH");
  });

  it("serve several files at once", async () => {
    const { client } = newPool(2);
    const files = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        encodeAll(client, [toIpc(weather(3000, index)), toIpc(weather(2000, index))]),
      ),
    );

    for (const [index, { file }] of files.entries()) {
      const reader = await client.openReader(new MemorySource(file));
      const table = tableFromIPC(await reader.readRowGroup(0));
      expect(rowsOf(table)).deep.equal(rowsOf(new Table(weather(3000, index))));
    }
  });
});

function codeOf(error: { code?: string }): string | undefined {
  return error.code;
}
