import { expect } from "chai";
import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";
import {
  cleanUp,
  failureOf,
  newFolder,
  openStorage,
  someBytes,
  storeBlob,
  writeTemporary,
} from "./storage-pond.ts";
import { workerAfter } from "./worker-without.ts";

/** Starts real workers with something before them, and shows the test the newest. */
function workerWith(prologue: string): {
  create: () => Worker;
  worker: () => Worker;
  count: () => number;
} {
  const make = workerAfter(prologue);
  const workers: Worker[] = [];
  const create = () => {
    const worker = make();
    workers.push(worker);
    return worker;
  };
  return { create, worker: () => workers.at(-1) as Worker, count: () => workers.length };
}

const DIE = `addEventListener("message", (event) => { if (event.data === "die") throw new Error("boom"); });`;

describe("the storage worker", () => {
  afterEach(cleanUp);

  it("fails to start with WORKER_START and the cure when its script is not there", async () => {
    const worker = new URL("/no-such.worker.js", location.href);

    const error = await failureOf(StorageClient.open({ directory: newFolder(), worker }));

    expect(isTinyFSError(error, "WORKER_START")).equal(true);
    expect((error as Error).message)
      .include(`asked for at ${worker.href}: copy node_modules/tinypond/dist/standalone/`)
      .include("workers: { storage: url }")
      .include("worker-src 'self'");
  });

  it("fails to start with WORKER_START when it cannot be made", async () => {
    const refusal = new Error("refused");
    const worker = () => {
      throw refusal;
    };

    const error = await failureOf(StorageClient.open({ directory: newFolder(), worker }));

    expect(isTinyFSError(error, "WORKER_START")).equal(true);
    expect((error as Error).cause).equal(refusal);
    expect((error as Error).message).include("refused; copy node_modules/tinypond/");
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

  it("rejects pending calls with WORKER_DIED when it throws, and the next call starts another", async () => {
    const { create, worker } = workerWith(DIE);
    const client = await openStorage({ worker: create });
    const writer = await client.createTemporary("owner");

    const pending = failureOf(writer.write(someBytes(32 << 20)));
    worker().postMessage("die");

    const error = await pending;
    expect(isTinyFSError(error, "WORKER_DIED")).equal(true);
    expect((error as Error).message).include("boom");
    expect(await client.listBlobs()).deep.equal([]);
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

  it("loses a writer with its worker, and clears its file away", async () => {
    const { create, worker } = workerWith("");
    const client = await openStorage({ worker: create });
    const writer = await client.createTemporary("owner");
    await writer.write(someBytes(1 << 20));
    worker().terminate();

    const failures = [await failureOf(writer.write(someBytes(1))), await failureOf(writer.close())];
    const left = await client.listTemporaries();
    await writer.abort();

    expect(failures.map((error) => isTinyFSError(error, "WORKER_DIED"))).deep.equal([true, true]);
    expect(left).length(1);
    expect(await client.listTemporaries()).deep.equal([]);
  });

  it("goes on with open sources in a new worker", async () => {
    const { create, worker, count } = workerWith("");
    const client = await openStorage({ worker: create });
    const bytes = someBytes(32 << 20);
    const { sha256, size, pageSums } = await storeBlob(client, bytes);
    const source = await client.openBlob(sha256, size, pageSums);

    const pending = failureOf(source.read(0, size));
    worker().terminate();
    const error = await pending;
    const again = await Promise.all([source.read(0, 9), source.read(size - 9, size)]);

    expect(isTinyFSError(error, "WORKER_DIED")).equal(true);
    expect(again).deep.equal([bytes.slice(0, 9), bytes.slice(-9)]);
    expect(count()).equal(2);
    await source.close();
    expect(await client.removeBlob(sha256)).equal(size);
  });

  it("goes on with a temporary that was published before its worker died", async () => {
    const { create, worker } = workerWith("");
    const client = await openStorage({ worker: create });
    const bytes = someBytes(100_000);
    const temporary = await writeTemporary(client, bytes);
    const source = await client.openTemporary(temporary);
    await client.publish(temporary);

    worker().terminate();
    await failureOf(source.read(0, 1));

    expect(await source.read(0, bytes.length)).deep.equal(bytes);
  });

  it("reports a source whose file has gone with its worker", async () => {
    const { create, worker } = workerWith("");
    const client = await openStorage({ worker: create });
    const temporary = await writeTemporary(client, someBytes(100_000));
    const source = await client.openTemporary(temporary);
    worker().terminate();
    await failureOf(client.listBlobs());
    await client.discard(temporary.path);

    const error = await failureOf(source.read(0, 1));

    expect(isTinyFSError(error, "LARGE_FILE_NOT_FOUND")).equal(true);
  });

  it("is started again a few times only when it does not live long enough to answer", async () => {
    const { create, worker, count } = workerWith("");
    let isBroken = false;
    const breaking = () => {
      if (isBroken) throw new Error("no more workers");
      return create();
    };
    const client = await openStorage({ worker: breaking });
    isBroken = true;
    worker().terminate();

    const failures: unknown[] = [];
    for (let call = 0; call < 6; call += 1) failures.push(await failureOf(client.listBlobs()));
    isBroken = false;
    const last = await failureOf(client.listBlobs());

    expect(isTinyFSError(failures[0], "WORKER_DIED")).equal(true);
    expect(failures.slice(1).every((error) => isTinyFSError(error, "WORKER_START"))).equal(true);
    expect(isTinyFSError(last, "WORKER_START")).equal(true);
    expect(count()).equal(1);
  });

  it("is started again as often as it dies, if it answers in between", async () => {
    const { create, worker, count } = workerWith("");
    const client = await openStorage({ worker: create });

    for (let death = 0; death < 5; death += 1) {
      worker().terminate();
      await failureOf(client.listBlobs());
      await client.listBlobs();
    }

    expect(count()).equal(6);
  });

  it("is not started again once the client is closed", async () => {
    const { create, worker, count } = workerWith("");
    const client = await openStorage({ worker: create });
    worker().terminate();
    await failureOf(client.listBlobs());

    await client.close();

    expect(isTinyFSError(await failureOf(client.listBlobs()), "POND_CLOSED")).equal(true);
    expect(count()).equal(1);
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
