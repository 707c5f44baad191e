import { expect } from "chai";
import type { Content } from "../../src/tinyfs/entry.ts";
import { sourceToBytes } from "../../src/tinyfs/streams.ts";
import type { Temporary, TemporaryWriter } from "../../src/tlogfs/blob-engine.ts";
import {
  HybridWriter,
  MEMORY_BUFFER_THRESHOLD,
  type WriterTarget,
} from "../../src/tlogfs/hybrid-writer.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { failureOf, sha256Of, someBytes } from "../worker/storage-pond.ts";
import { cleanUp, newPondName, openPond } from "./pond-fixture.ts";
import { listTemporaries } from "./pond-folder.ts";

const MIB = MEMORY_BUFFER_THRESHOLD;

describe("HybridWriter", () => {
  afterEach(cleanUp);

  it("keeps what is small in memory", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });

    const content = await write(persistence, someBytes(65_535), 1000);

    expect(content.size).equal(65_535);
    expect(await listTemporaries(name)).deep.equal([]);
    expect(await bytesOf(persistence, content)).deep.equal(someBytes(65_535));
  });

  it("hashes and keeps every byte, whatever the sizes of file and chunks", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const sizes = [0, 1, 65_536, MIB, MIB + 1, 2 * MIB, 3 * MIB + 77];

    const contents = await Promise.all(
      sizes.map((size) => write(persistence, someBytes(size), 99_991)),
    );

    expect(contents.map(({ size }) => size)).deep.equal(sizes);
    for (const [index, content] of contents.entries()) {
      const bytes = someBytes(sizes[index] ?? 0);
      expect(content.sha256).equal(await sha256Of(bytes));
      expect(await bytesOf(persistence, content)).deep.equal(bytes);
    }
    expect(await listTemporaries(name)).length(5);
  });

  it("takes a chunk larger than its buffers", async () => {
    const persistence = await openPond();
    const bytes = someBytes(5 * MIB + 3);

    const content = await write(persistence, bytes, bytes.byteLength);

    expect(await bytesOf(persistence, content)).deep.equal(bytes);
  });

  it("holds less than 2 MiB while 10 MiB are written in chunks of 1 KiB", async () => {
    const target = new SlowTarget();
    const writer = new HybridWriter(target);
    const chunk = someBytes(1024);
    let most = 0;

    for (let n = 0; n < 10 * 1024; n += 1) {
      await writer.write(chunk);
      most = Math.max(most, writer.bufferedBytes);
    }
    const { size } = await writer.close();

    expect(size).equal(10 * MIB);
    expect(most).within(MIB, 2 * MIB - 1);
    expect(target.mostInFlight).equal(1);
    expect(target.chunks.slice(0, -1)).satisfy((sizes: number[]) => sizes.every((s) => s === MIB));
  });

  it("copies chunks: the caller may use them again", async () => {
    const persistence = await openPond();
    const chunk = someBytes(1000);
    const expected = chunk.slice();
    const writer = await persistence.stage();

    await writer.write(chunk);
    chunk.fill(0);

    expect(await bytesOf(persistence, await writer.close())).deep.equal(expected);
  });

  it("is WRITER_CLOSED after close and after abort", async () => {
    const persistence = await openPond();
    const [closed, aborted] = [await persistence.stage(), await persistence.stage()];
    await closed.close();
    await aborted.abort();

    const failures = await Promise.all(
      [closed, aborted].flatMap((writer) => [
        failureOf(writer.write(someBytes(1))),
        failureOf(writer.close()),
      ]),
    );

    expect(failures.map((failure) => (failure as { code: string }).code)).deep.equal(
      Array(4).fill("WRITER_CLOSED"),
    );
  });

  it("leaves nothing after abort", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const writer = await persistence.stage();
    await writer.write(someBytes(3 * MIB));

    await writer.abort();
    await writer.abort();

    expect(await listTemporaries(name)).deep.equal([]);
  });

  it("rejects with the first failure in every later call, and drops its temporary", async () => {
    const target = new SlowTarget(new Error("full"));
    const writer = new HybridWriter(target);

    const failures = [];
    for (let n = 0; n < 5; n += 1) {
      failures.push(await writer.write(someBytes(MIB)).catch((error: Error) => error.message));
    }
    failures.push(await writer.close().catch((error: Error) => error.message));
    await writer.abort();

    expect(failures.at(-1)).equal("full");
    expect(failures).include(undefined);
    expect(target.aborted).greaterThan(0);
  });

  it("stops when its signal is aborted, with the signal's reason", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const controller = new AbortController();
    const writer = await persistence.stage(controller.signal);
    await writer.write(someBytes(3 * MIB));
    const reason = new Error("enough");

    controller.abort(reason);

    expect(await failureOf(writer.write(someBytes(1)))).equal(reason);
    expect(await failureOf(writer.close())).equal(reason);
    expect(await listTemporaries(name)).deep.equal([]);
  });

  it("rejects only when its temporary is gone, whoever began to drop it", async () => {
    const target = new SlowTarget();
    const controller = new AbortController();
    const writer = new HybridWriter(target, controller.signal);
    await writer.write(someBytes(3 * MIB));

    controller.abort(new Error("enough"));
    await failureOf(writer.write(someBytes(1)));

    expect(target.dropped).equal(true);
  });

  it("is not opened with a signal that is aborted already", async () => {
    const persistence = await openPond();
    const reason = new Error("enough");

    expect(await failureOf(persistence.stage(AbortSignal.abort(reason)))).equal(reason);
  });
});

async function write(
  persistence: OpLogPersistence,
  bytes: Uint8Array,
  chunkBytes: number,
): Promise<Content> {
  const writer = await persistence.stage();
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
    await writer.write(bytes.subarray(at, at + chunkBytes));
  }
  return writer.close();
}

async function bytesOf(persistence: OpLogPersistence, content: Content): Promise<Uint8Array> {
  return sourceToBytes(await persistence.open(content));
}

/** A target whose temporaries take a while for each chunk, or fail. */
class SlowTarget implements WriterTarget {
  readonly chunks: number[] = [];
  mostInFlight = 0;
  aborted = 0;
  dropped = false;
  readonly #failure: Error | undefined;
  #inFlight = 0;

  constructor(failure?: Error) {
    this.#failure = failure;
  }

  async createTemporary(): Promise<TemporaryWriter> {
    return {
      write: async ({ byteLength }) => {
        this.#inFlight += 1;
        this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
        await new Promise((resolve) => setTimeout(resolve, 20));
        this.#inFlight -= 1;
        if (this.#failure) throw this.#failure;
        this.chunks.push(byteLength);
      },
      close: async () => this.#temporary(),
      abort: async () => {
        this.aborted += 1;
        if (this.aborted > 1) return; // as the engine, which knows the writer no more
        await new Promise((resolve) => setTimeout(resolve, 50));
        this.dropped = true;
      },
    };
  }

  async stageOwned(bytes: Uint8Array<ArrayBuffer>): Promise<Content> {
    return { size: bytes.byteLength, sha256: "" };
  }

  stageTemporary({ size, sha256 }: Temporary): Content {
    return { size, sha256 };
  }

  async discard(): Promise<void> {}

  #temporary(): Temporary {
    const size = this.chunks.reduce((sum, bytes) => sum + bytes, 0);
    return { path: "", size, sha256: "", pageSums: new Uint8Array(0) };
  }
}
