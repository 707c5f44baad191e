import { expect } from "chai";
import { createSHA256 } from "hash-wasm";
import { isTinyFSError, QuotaError, TinyFSError } from "../../src/tinyfs/errors.ts";
import type { ChunkHash } from "../../src/worker/chunk-hash.ts";
import { HASH_THREAD_NAME, HashThread } from "../../src/worker/hash-thread.ts";
import { loadPageSums } from "../../src/worker/page-sums.ts";
import type { StorageClient } from "../../src/worker/storage-client.ts";
import type { Sink } from "../../src/worker/storage-files.ts";
import { TemporaryFileWriter } from "../../src/worker/storage-writer.ts";
import { cleanUp, failureOf, openStorage, someBytes, writeTemporary } from "./storage-pond.ts";
import { workerAfter } from "./worker-without.ts";

const MIB = 1 << 20;

/** Runs a script in the thread that hashes, and tells of each such thread. */
function workersWith(inHashThread = "") {
  const name = `hash-thread-${crypto.randomUUID()}`;
  const started: string[] = [];
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => started.push(data);
  const create = workerAfter(`
    if (self.name === "${HASH_THREAD_NAME}") {
      new BroadcastChannel("${name}").postMessage("started");
      ${inHashThread}
    }`);
  return { create, started, end: () => channel.close() };
}

/** Ends the thread, without a word, with the message of this number. */
function closingAt(count: number): string {
  return `let count = 0;
    addEventListener("message", (event) => {
      count += 1;
      if (count < ${count}) return;
      event.stopImmediatePropagation();
      close();
    });`;
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return (await createSHA256()).init().update(bytes).digest("hex");
}

/** Chromium alone hashes on another thread; others hash where they write. */
const HAS_THREAD = "userAgentData" in navigator;

async function temporariesOf(client: StorageClient): Promise<string[]> {
  return (await client.listTemporaries()).map(({ path }) => path);
}

describe("hashing on another thread", () => {
  const ends: (() => void)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) end();
    await cleanUp();
  });

  async function openWith(inHashThread?: string) {
    const { create, started, end } = workersWith(inHashThread);
    ends.push(end);
    const client = await openStorage({ worker: create });
    return { client, started };
  }

  it("gives a long stream the hash of its bytes", async () => {
    const { client, started } = await openWith();
    const bytes = someBytes(64 * MIB + 12_345);

    const { sha256, size } = await writeTemporary(client, bytes);

    expect({ sha256, size }).deep.equal({ sha256: await sha256Of(bytes), size: bytes.length });
    expect(started).deep.equal(HAS_THREAD ? ["started"] : []);
  });

  it("serves several streams at a time", async () => {
    const { client } = await openWith();
    const files = [1, 2, 3].map((seed) => someBytes(24 * MIB + seed, seed));

    const written = await Promise.all(files.map((bytes) => writeTemporary(client, bytes)));

    expect(written.map(({ sha256 }) => sha256)).deep.equal(await Promise.all(files.map(sha256Of)));
  });

  it("is not started for a short stream, nor for bytes whose hash is known", async () => {
    const { client, started } = await openWith();
    const sha256 = "a".repeat(64);

    await writeTemporary(client, someBytes(3 * MIB));
    const known = await writeTemporary(client, someBytes(16 * MIB), { sha256 });
    await client.close();

    expect(known.sha256).equal(sha256);
    expect(started).deep.equal([]);
  });

  it("is done without where the thread does not start", async () => {
    const { client } = await openWith(`throw new Error("refused");`);
    const bytes = someBytes(32 * MIB);

    const { sha256 } = await writeTemporary(client, bytes);

    expect(sha256).equal(await sha256Of(bytes));
  });

  it("goes on where it was when the thread dies before it has taken over", async () => {
    const { client } = await openWith(closingAt(2)); // the first is the greeting
    const bytes = someBytes(48 * MIB);

    const { sha256 } = await writeTemporary(client, bytes);

    expect(sha256).equal(await sha256Of(bytes));
  });

  it("ends a stream with WORKER_DIED when the thread dies with bytes of it, and leaves nothing", async () => {
    const { client } = await openWith(closingAt(6));

    const outcome = await writeTemporary(client, someBytes(64 * MIB)).then(
      () => "written",
      (error: TinyFSError) => error.code,
    );

    expect(outcome).equal(HAS_THREAD ? "WORKER_DIED" : "written");
    expect(await temporariesOf(client)).length(HAS_THREAD ? 0 : 1);
    const bytes = someBytes(16 * MIB, 2);
    expect((await writeTemporary(client, bytes)).sha256).equal(await sha256Of(bytes));
  });

  it("leaves nothing of a long stream that is aborted", async () => {
    const { client } = await openWith();
    const writer = await client.createTemporary("owner");
    for (let count = 0; count < 24; count += 1) await writer.write(someBytes(MIB));

    await writer.abort();

    expect(await temporariesOf(client)).deep.equal([]);
  });
});

describe("HashThread", () => {
  const url = new URL("../../src/worker/storage.worker.ts", import.meta.url);

  function newThread(idleMs: number) {
    const ended: Promise<void>[] = [];
    const thread = new HashThread(() => {
      const worker = new Worker(url, { type: "module", name: HASH_THREAD_NAME });
      const terminated = new Promise<void>((resolve) => {
        worker.terminate = () => {
          Worker.prototype.terminate.call(worker);
          resolve();
        };
      });
      ended.push(terminated);
      return worker;
    }, idleMs);
    return { thread, ended };
  }

  it("ends its worker when nobody has needed it for a while, and starts another", async () => {
    const { thread, ended } = newThread(0);
    const bytes = someBytes(MIB);
    const hasher = (await createSHA256()).init();

    const lane = await thread.lane();
    await lane?.begin(hasher.save());
    await lane?.update(bytes.slice());
    const sha256 = await lane?.finish();
    await ended[0];
    (await thread.lane())?.drop();
    await ended[1];

    expect(sha256).equal(await sha256Of(bytes));
    expect(ended).length(2);
  });

  it("rejects what is under way when it is closed", async () => {
    const { thread } = newThread(10_000);
    const lane = await thread.lane();
    await lane?.begin((await createSHA256()).init().save());

    thread.close();
    const error = await failureOf(Promise.resolve(lane?.finish()));

    expect(isTinyFSError(error, "WORKER_DIED")).equal(true);
  });

  it("is not asked for again where it was refused", async () => {
    let asked = 0;
    const thread = new HashThread(() => {
      asked += 1;
      throw new Error("refused");
    });

    expect([await thread.lane(), await thread.lane()]).deep.equal([undefined, undefined]);
    expect(asked).equal(1);
  });
});

describe("TemporaryFileWriter", () => {
  before(loadPageSums);

  function newWriter(sink: Partial<Sink>, hash: Partial<ChunkHash>) {
    const calls: string[] = [];
    const note = (call: string) => async () => void calls.push(call);
    const writer = new TemporaryFileWriter(
      "tmp/owner/file",
      { write: note("write"), close: note("close"), abort: note("let go"), ...sink },
      {
        isBehind: false,
        update: async () => {},
        finish: async () => "a".repeat(64),
        drop: () => void calls.push("drop"),
        ...hash,
      },
      note("remove"),
    );
    return { writer, calls };
  }

  it("flushes while hashing has fallen behind", async () => {
    let settled = 0;
    const settle = async () => {
      settled += 1;
    };

    await newWriter({ settle }, { isBehind: false }).writer.write(someBytes(10));
    await newWriter({ settle }, { isBehind: true }).writer.write(someBytes(10));

    expect(settled).equal(1);
  });

  it("removes the file when its bytes are flushed and their hash is lost", async () => {
    const lost = new TinyFSError("WORKER_DIED", "gone");
    const { writer, calls } = newWriter({}, { finish: () => Promise.reject(lost) });
    await writer.write(someBytes(10));

    expect(await failureOf(writer.finish())).equal(lost);
    expect(calls).deep.equal(["write", "close", "drop", "let go", "remove"]);
  });

  it("tells of a full store first when hashing fails as well", async () => {
    const full = new QuotaError("full", { needed: 1, free: 0, reclaimable: 0 });
    const lost = new TinyFSError("WORKER_DIED", "gone");
    const { writer, calls } = newWriter(
      { close: () => Promise.reject(full) },
      { finish: () => Promise.reject(lost) },
    );

    expect(await failureOf(writer.finish())).equal(full);
    expect(calls).deep.equal(["drop", "let go", "remove"]);
  });

  it("is not finished when it was aborted meanwhile", async () => {
    const { writer, calls } = newWriter({}, { finish: () => writer.abort().then(() => "a") });

    const error = await failureOf(writer.finish());

    expect(isTinyFSError(error, "WRITER_CLOSED")).equal(true);
    expect(calls).include("remove");
  });
});
