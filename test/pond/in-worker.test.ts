import { expect } from "chai";
import type { PondOptions } from "../../src/index.ts";

const found = { small: "small", byteLength: 100_000, numRows: 10 };

describe("openPond() in a dedicated Worker", () => {
  it("works with workers of its own", async () => {
    expect(await runInWorker({})).deep.equal(found);
  });

  it("works without further workers", async () => {
    expect(await runInWorker({ workers: "inline" })).deep.equal(found);
  });

  it("works in IndexedDB alone, with workers of its own and without", async () => {
    expect(await runInWorker({ storage: "indexeddb" })).deep.equal(found);
    expect(await runInWorker({ storage: "indexeddb", workers: "inline" })).deep.equal(found);
  });

  it("works without a storage worker and with a Parquet worker", async () => {
    expect(await runInWorker({ workers: { storage: "inline" } })).deep.equal(found);
  });
});

function runInWorker(options: PondOptions): Promise<unknown> {
  const url = new URL("./in-worker.worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(options);
  }).finally(() => worker.terminate());
}
