import { expect } from "chai";
import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import { databaseName } from "../../src/tlogfs/names.ts";
import { FORMAT_VERSION } from "../../src/tlogfs/open-database.ts";
import { deletePondDatabase } from "../../src/tlogfs/ponds.ts";
import type { StorageClient } from "../../src/worker/storage-client.ts";
import { partsBed } from "./parts-bed.ts";
import { changePiece, partKeys, rawParts, recordOfBlob } from "./raw-parts.ts";
import { describeEngine } from "./storage-contract.ts";
import {
  cleanUp,
  failureOf,
  newDatabase,
  openAt,
  openStorage,
  someBytes,
  storeBlob,
  writeTemporary,
} from "./storage-pond.ts";
import { workerAfter, workerWithout } from "./worker-without.ts";

const PIECE = 1 << 20;

/** Makes the first `failures` transactions that put a piece fail for want of room. */
const fullFor = (failures: number) => `
  let left = ${failures};
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, key) {
    if (value instanceof Uint8Array && left-- > 0) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, value, key);
  };`;

/** Breaks the connection before each of the first `failures` transactions. */
const brokenFor = (failures: number) => `
  let left = ${failures};
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...args) {
    if (left-- > 0) this.close();
    return begin.apply(this, args);
  };`;

describeEngine("StorageClient on IndexedDB", partsBed);

describe("StorageClient on IndexedDB", () => {
  let pond = "";

  beforeEach(async () => {
    pond = await newDatabase();
  });

  afterEach(cleanUp);

  const open = (worker?: () => Worker, onFull?: () => Promise<boolean>): Promise<StorageClient> => {
    return openAt({
      directory: ["not-used"],
      database: databaseName(pond),
      blobs: "indexeddb",
      worker,
      onFull,
    });
  };

  it("says where files are", async () => {
    const client = await open();

    expect(client.blobs).equal("indexeddb");
    expect(client.mode).equal("parts");
  });

  it("is what is left without OPFS, if nothing else was asked for", async () => {
    const worker = workerWithout("OPFS");
    const place = { directory: ["not-used"], database: databaseName(pond), worker };

    const client = await openAt(place);
    const refused = await failureOf(openAt({ ...place, blobs: "opfs" }));

    expect(client.mode).equal("parts");
    expect(isTinyFSError(refused, "STORAGE_UNAVAILABLE")).equal(true);
  });

  it("publishes by moving a record: the pieces stay where they are", async () => {
    const client = await open();
    const temporary = await writeTemporary(client, someBytes(2 * PIECE + 5));
    const before = await partKeys(pond);

    await client.publish(temporary);

    const pieces = (keys: IDBValidKey[]) => keys.filter((key) => (key as unknown[])[0] !== "file");
    const after = await partKeys(pond);
    expect(pieces(after)).deep.equal(pieces(before)).length(3);
    expect(after.filter((key) => !pieces(after).includes(key))).deep.equal([
      ["file", `_large_files/${temporary.sha256}.data`],
    ]);
    expect(await recordOfBlob(pond, temporary.sha256)).deep.equal({
      at: temporary.path,
      size: temporary.size,
    });
  });

  it("leaves no row of what is discarded, aborted, removed, replaced or deduplicated", async () => {
    const client = await open();
    const bytes = someBytes(PIECE + 5);
    const { sha256 } = await storeBlob(client, bytes);
    await changePiece(pond, { sha256, n: 1 }, (piece) => piece.fill(0));
    await storeBlob(client, bytes);
    await storeBlob(client, bytes);
    await client.discard((await writeTemporary(client, bytes)).path);
    const writer = await client.createTemporary("owner");
    await writer.write(someBytes(PIECE));
    await writer.abort();

    const full = await partKeys(pond);
    await client.removeBlob(sha256);

    expect(full).length(3);
    expect(await partKeys(pond)).deep.equal([]);
  });

  it("stores the pieces of a file, and not the buffers they lie in", async () => {
    const client = await open();
    const { sha256 } = await storeBlob(client, someBytes(PIECE + 5));

    const { at } = await recordOfBlob(pond, sha256);
    const pieces = await rawParts<Uint8Array[]>(pond, (parts) => {
      return parts.getAll(IDBKeyRange.bound([at], [at, []]));
    });

    expect(pieces.map(({ byteLength }) => byteLength)).deep.equal([PIECE, 5]);
    expect(pieces.map(({ buffer }) => buffer.byteLength)).deep.equal([PIECE, 5]);
  });

  it("reports a missing piece with its first page, and reads the others", async () => {
    const client = await open();
    const bytes = someBytes(3 * PIECE);
    const { sha256, size, pageSums } = await storeBlob(client, bytes);
    await changePiece(pond, { sha256, n: 1 }, () => undefined);
    const source = await client.openBlob(sha256, size, pageSums);

    const error = await failureOf(source.read(PIECE - 1, size));

    expect(isTinyFSError(error, "CORRUPT_BLOB")).equal(true);
    expect(error).include({ sha256, page: 16 });
    expect(await source.read(2 * PIECE, size)).deep.equal(bytes.slice(2 * PIECE));
  });

  it("reports a record that cannot be read as damage, and good bytes heal it", async () => {
    const client = await open();
    const bytes = someBytes(PIECE);
    const { sha256, size, pageSums } = await storeBlob(client, bytes);
    await rawParts(pond, (parts) => parts.put(7, ["file", `_large_files/${sha256}.data`]));

    const error = await failureOf(client.openBlob(sha256, size, pageSums));
    await storeBlob(client, bytes);

    expect(isTinyFSError(error, "CORRUPT_BLOB")).equal(true);
    expect(await client.verifyBlob(sha256, size, pageSums)).equal(true);
  });

  it("goes on reading a blob that another engine has replaced", async () => {
    const [first, second] = await Promise.all([open(), open()]);
    const bytes = someBytes(2 * PIECE);
    const { sha256, size, pageSums } = await storeBlob(first, bytes);
    const source = await first.openBlob(sha256, size, pageSums);
    await source.read(0, 1);
    await changePiece(pond, { sha256, n: 1 }, (piece) => piece.fill(0));

    const outcome = await second.publish(await writeTemporary(second, bytes));

    expect(outcome).equal("repaired");
    expect(await source.read(0, size)).deep.equal(bytes);
  });

  it("is QUOTA and leaves nothing when there is no room", async () => {
    const client = await open(workerAfter(fullFor(100)));

    const error = await failureOf(writeTemporary(client, someBytes(PIECE)));

    expect(isTinyFSError(error, "QUOTA")).equal(true);
    expect(error).include({ needed: PIECE });
    expect(await partKeys(pond)).deep.equal([]);
  });

  it("writes again when room was made", async () => {
    let asked = 0;
    const client = await open(workerAfter(fullFor(1)), async () => {
      asked += 1;
      return true;
    });
    const bytes = someBytes(2 * PIECE);

    const { sha256, size, pageSums } = await storeBlob(client, bytes);

    const source = await client.openBlob(sha256, size, pageSums);
    expect(await source.read(0, size)).deep.equal(bytes);
    expect(asked).equal(1);
  });

  it("connects again when its connection was lost", async () => {
    const client = await open(workerAfter(brokenFor(2)));
    const bytes = someBytes(2 * PIECE);

    const { sha256, size, pageSums } = await storeBlob(client, bytes);

    expect(await client.verifyBlob(sha256, size, pageSums)).equal(true);
  });

  it("says that it is out of reach when no connection lasts", async () => {
    const client = await open(workerAfter(brokenFor(100)));

    const error = await failureOf(client.listBlobs());

    expect(isTinyFSError(error, "STORAGE_UNAVAILABLE")).equal(true);
  });

  it("gives way to whoever deletes the database, and says so afterwards", async () => {
    const client = await open();
    await storeBlob(client, someBytes(PIECE));

    await deletePondDatabase(pond);

    expect(isTinyFSError(await failureOf(client.listBlobs()), "POND_MISSING")).equal(true);
    const databases = await indexedDB.databases();
    expect(databases.some(({ name }) => name === databaseName(pond))).equal(false);
  });

  it("gives way to an upgrade, and writes nothing afterwards", async () => {
    const client = await open();
    await storeBlob(client, someBytes(PIECE));

    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(databaseName(pond), FORMAT_VERSION + 1);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => resolve(request.result.close());
    });

    const error = await failureOf(writeTemporary(client, someBytes(PIECE)));
    expect(isTinyFSError(error, "FORMAT_CHANGED")).equal(true);
  });

  it("does not make a database that is not there", async () => {
    const name = databaseName(`none-${crypto.randomUUID()}`);
    const client = await openStorage({ database: name, blobs: "indexeddb" });

    const error = await failureOf(client.listBlobs());

    expect(isTinyFSError(error, "POND_MISSING")).equal(true);
    expect((await indexedDB.databases()).some((database) => database.name === name)).equal(false);
  });
});
