import { expect } from "chai";
import { connectParquetWorker, type PondOptions } from "../../src/index.ts";

interface Report {
  readonly hasWorkers: boolean;
  readonly small: string;
  readonly large: number;
  readonly table: number | { readonly code: string; readonly message: string };
  readonly findings: readonly unknown[];
  readonly storage: { readonly mode: string };
}

describe("openPond() in a Shared Worker", () => {
  before(function () {
    if (!("SharedWorker" in globalThis)) this.skip();
  });

  it("keeps bytes in OPFS", async () => {
    const { small, large, findings, storage } = await runInSharedWorker({});

    expect({ small, large, findings }).deep.equal({ small: "small", large: 7, findings: [] });
    expect(storage.mode).equal("opfs");
  });

  it("keeps bytes in IndexedDB", async () => {
    const { small, large, findings, storage } = await runInSharedWorker({ storage: "indexeddb" });

    expect({ small, large, findings }).deep.equal({ small: "small", large: 7, findings: [] });
    expect(storage.mode).equal("indexeddb");
  });

  it("refuses tables by name where there are no workers within workers", async () => {
    const { hasWorkers, table } = await runInSharedWorker({});

    const refusal = table as { readonly code: string; readonly message: string };
    expect(hasWorkers ? table : refusal.code).equal(hasWorkers ? 10 : "WORKER_START");
    if (!hasWorkers) expect(refusal.message).include("connectParquetWorker");
  });

  it("reads and writes tables through a port to a Parquet worker", async () => {
    const { port1, port2 } = new MessageChannel();
    const stop = await connectParquetWorker(port1);

    const { table } = await runInSharedWorker({ workers: { parquet: port2 } }, [port2]);

    stop();
    expect(table).equal(10);
  });
});

function runInSharedWorker(options: PondOptions, moved: Transferable[] = []): Promise<Report> {
  const url = new URL("./shared-worker.worker.ts", import.meta.url);
  const worker = new SharedWorker(url, { type: "module", name: crypto.randomUUID() });
  return new Promise<Report>((resolve, reject) => {
    worker.port.onmessage = ({ data }) => {
      if (typeof data === "string") reject(new Error(data));
      else resolve(data);
    };
    worker.onerror = () => reject(new Error("the Shared Worker did not start"));
    worker.port.postMessage(options, moved);
  }).finally(() => worker.port.close());
}
