import { expect } from "chai";
import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";
import { cleanUp, failureOf, newFolder, openStorage, someBytes } from "./storage-pond.ts";

const script = new URL("../../src/worker/storage.worker.js", import.meta.url);

/** Starts the real worker with something before it, and shows the test the Worker. */
function workerWith(prologue: string): { create: () => Worker; worker: () => Worker } {
  const source = new Blob([`import "${script.href}"; ${prologue}`], { type: "text/javascript" });
  const workers: Worker[] = [];
  const create = () => {
    const worker = new Worker(URL.createObjectURL(source), { type: "module" });
    workers.push(worker);
    return worker;
  };
  return { create, worker: () => workers[0] as Worker };
}

describe("the storage worker", () => {
  afterEach(cleanUp);

  it("fails to start with WORKER_START and the cure when its script is not there", async () => {
    const worker = new URL("/no-such.worker.js", location.href);

    const error = await failureOf(StorageClient.open({ directory: newFolder(), worker }));

    expect(isTinyFSError(error, "WORKER_START")).equal(true);
    expect((error as Error).message)
      .include("optimizeDeps.exclude")
      .include("workers: { storage: url }");
  });

  it("fails to start with WORKER_START when it cannot be made", async () => {
    const refusal = new Error("refused");
    const worker = () => {
      throw refusal;
    };

    const error = await failureOf(StorageClient.open({ directory: newFolder(), worker }));

    expect(isTinyFSError(error, "WORKER_START")).equal(true);
    expect((error as Error).cause).equal(refusal);
  });

  it("stops starting when the signal aborts", async () => {
    const controller = new AbortController();
    const silent = () =>
      new Worker(URL.createObjectURL(new Blob([""], { type: "text/javascript" })));

    const opening = StorageClient.open({
      directory: newFolder(),
      worker: silent,
      signal: controller.signal,
    });
    controller.abort(new Error("never mind"));

    expect(await failureOf(opening)).include({ message: "never mind" });
  });

  it("rejects pending and later calls with WORKER_DIED when it throws", async () => {
    const { create, worker } = workerWith(
      `addEventListener("message", (event) => { if (event.data === "die") throw new Error("boom"); });`,
    );
    const client = await openStorage({ worker: create });
    const writer = await client.createTemporary("owner");

    const pending = failureOf(writer.write(someBytes(32 << 20)));
    worker().postMessage("die");

    const error = await pending;
    expect(isTinyFSError(error, "WORKER_DIED")).equal(true);
    expect((error as Error).message).include("boom");
    expect(isTinyFSError(await failureOf(client.listBlobs()), "WORKER_DIED")).equal(true);
    await writer.abort();
  });

  it("rejects pending calls with WORKER_DIED when it is terminated", async () => {
    const { create, worker } = workerWith("");
    const client = await openStorage({ worker: create });
    const writer = await client.createTemporary("owner");

    const pending = failureOf(writer.write(someBytes(32 << 20)));
    worker().terminate();

    expect(isTinyFSError(await pending, "WORKER_DIED")).equal(true);
  });

  it("leaves a folder that the next worker can use at once when it is terminated", async () => {
    const directory = newFolder();
    const { create, worker } = workerWith("");
    const client = await openStorage({ directory, worker: create });
    await client.createTemporary("owner");
    worker().terminate();

    const next = await openStorage({ directory });
    const [left] = await next.listTemporaries();
    await next.discard(left?.path ?? "");

    expect(await next.listTemporaries()).deep.equal([]);
  });

  it("is not needed inside a dedicated Worker", async () => {
    const url = new URL("./storage-inline.worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    const answer = new Promise<MessageEvent>((resolve) => {
      worker.onmessage = resolve;
    });

    worker.postMessage(newFolder());

    const { bytes, missing, afterwards } = (await answer).data;
    worker.terminate();
    expect(bytes).deep.equal(someBytes(100_000));
    expect(missing).equal("LARGE_FILE_NOT_FOUND");
    expect(afterwards).equal("POND_CLOSED");
  });

  it("leaves the page's Worker constructor as it was", async () => {
    const before = globalThis.Worker;

    await openStorage();

    expect(globalThis.Worker).equal(before);
  });
});
