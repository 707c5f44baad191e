import { expect } from "chai";
import { isTinyFSError, QuotaError } from "../../src/tinyfs/errors.ts";
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

const MIB = 1 << 20;

/** No sync handles, and a stream whose `method` fails as at the quota from the given call on. */
function fullWritable(method: "write" | "close", from: number, failures: number): () => Worker {
  return workerAfter(`
    delete FileSystemFileHandle.prototype.createSyncAccessHandle;
    let calls = 0;
    const original = FileSystemWritableFileStream.prototype.${method};
    FileSystemWritableFileStream.prototype.${method} = async function (...args) {
      calls += 1;
      if (calls < ${from} || calls >= ${from + failures}) return original.apply(this, args);
      await this.abort();
      throw new DOMException("full", "QuotaExceededError");
    };`);
}

/** No sync handles, and streams that lose the last byte of a file without a word. */
const losing = workerAfter(`
  delete FileSystemFileHandle.prototype.createSyncAccessHandle;
  const close = FileSystemWritableFileStream.prototype.close;
  FileSystemWritableFileStream.prototype.close = async function () {
    await this.truncate(99);
    await close.call(this);
  };`);

/** No sync handles, and a browser that says that so much is free. */
function freeBytes(bytes: number): () => Worker {
  return workerAfter(`
    delete FileSystemFileHandle.prototype.createSyncAccessHandle;
    StorageManager.prototype.estimate = async () => ({ quota: ${bytes}, usage: 0 });`);
}

describe("a full store without sync handles", () => {
  afterEach(cleanUp);

  it("is QUOTA and leaves nothing", async () => {
    const client = await openStorage({ worker: fullWritable("write", 2, 100) });

    const error = await failureOf(writeTemporary(client, someBytes(2 * MIB)));

    expect(error).instanceOf(QuotaError).include({ needed: MIB });
    expect(await client.listTemporaries()).deep.equal([]);
  });

  it("is written to again from the beginning once something was freed", async () => {
    const asked: number[] = [];
    const onFull = async (needed: number) => asked.push(needed) > 0;
    const client = await openStorage({ worker: fullWritable("write", 3, 1), onFull });
    const bytes = someBytes(4 * MIB);

    const { sha256, size, pageSums } = await storeBlob(client, bytes);

    const source = await client.openBlob(sha256, size, pageSums);
    expect(await source.read(0, size)).deep.equal(bytes);
    expect(asked).deep.equal([MIB]);
  });

  it("is written to again when it shows first at the end", async () => {
    const onFull = async () => true;
    const client = await openStorage({ worker: fullWritable("close", 1, 1), onFull });
    const bytes = someBytes(2 * MIB + 1);

    const { sha256, size, pageSums } = await storeBlob(client, bytes);

    expect(await client.verifyBlob(sha256, size, pageSums)).equal(true);
  });

  it("is not written to again when nothing was freed", async () => {
    let asked = 0;
    const onFull = async () => {
      asked += 1;
      return false;
    };
    const client = await openStorage({ worker: fullWritable("write", 1, 1), onFull });

    const error = await failureOf(writeTemporary(client, someBytes(MIB)));

    expect(isTinyFSError(error, "QUOTA")).equal(true);
    expect(asked).equal(1);
  });

  it("is QUOTA where it shows in the size of the file alone", async () => {
    const client = await openStorage({ worker: losing });

    const error = await failureOf(writeTemporary(client, someBytes(100)));

    expect(error).instanceOf(QuotaError).include({ needed: 1 });
    expect(await client.listTemporaries()).deep.equal([]);
  });

  it("is asked for room, once, before a long file reaches its end", async () => {
    const asked: number[] = [];
    const onFull = async (needed: number) => asked.push(needed) > 0;
    const client = await openStorage({ worker: freeBytes(MIB / 2), onFull });

    await writeTemporary(client, someBytes(7 * MIB));

    expect(asked).deep.equal([MIB]);
  });

  it("is not asked for room where there is enough", async () => {
    const asked: number[] = [];
    const onFull = async (needed: number) => asked.push(needed) > 0;
    const client = await openStorage({ worker: freeBytes(100 * MIB), onFull });

    await writeTemporary(client, someBytes(24 * MIB));

    expect(asked).deep.equal([]);
  });

  it("keeps what was written before in reach", async () => {
    const directory = newFolder();
    const before = await openStorage({ directory });
    const { sha256, size, pageSums } = await storeBlob(before, someBytes(MIB));
    await before.close();
    const client = await openStorage({ directory, worker: fullWritable("write", 1, 100) });
    await failureOf(writeTemporary(client, someBytes(2 * MIB)));

    expect(await client.verifyBlob(sha256, size, pageSums)).equal(true);
  });
});
