import { because, type Contender, SERIES, type Store, TABLES } from "./contender.ts";
import { removeDatabase } from "./remote.ts";

const DATABASE = "bench-raw-indexeddb";
const PIECE_BYTES = 1 << 20;

/** IndexedDB by hand: bytes under names, large files as pieces of 1 MiB. */
export const contender: Contender = {
  packages: [],
  how: "One object store, bytes under names. Many files are one strict transaction. Large files are pieces of 1 MiB, a transaction each.",
  durability: "strict transactions",
  cannot: because(
    "keys and values only: rows of a table would be objects, as with Dexie",
    ...TABLES,
    ...SERIES,
  ),
  open: async () => storeOf(await openDatabase()),
  destroy: () => removeDatabase(DATABASE),
};

function storeOf(database: IDBDatabase): Store {
  const put = (values: Iterable<readonly [IDBValidKey, Uint8Array]>) => {
    const transaction = database.transaction("files", "readwrite", { durability: "strict" });
    for (const [key, value] of values) transaction.objectStore("files").put(value, key);
    return completed(transaction);
  };
  const get = (key: IDBValidKey) =>
    settled<Uint8Array | undefined>(database.transaction("files").objectStore("files").get(key));
  const pieceAt = async (name: string, index: number) => {
    const piece = await get([name, index]);
    if (!piece) throw new Error(`"${name}" has no piece ${index}`);
    return piece;
  };
  const streamIn = async (name: string, stream: ReadableStream<Uint8Array>) => {
    let index = 0;
    for await (const chunk of stream) await put([[[name, index++], chunk]]);
  };
  return {
    writeMany: (files) => put(files.map(({ name, bytes }) => [name, bytes] as const)),
    writeOne: ({ name, bytes }) => put([[name, bytes]]),
    readOne: async (name) => (await get(name)) ?? new Uint8Array(),
    list: async () => {
      const store = database.transaction("files").objectStore("files");
      const [names, values] = await Promise.all([
        settled(store.getAllKeys()),
        settled<Uint8Array[]>(store.getAll()),
      ]);
      return names.map((name, index) => ({
        name: String(name),
        size: values[index]?.byteLength ?? 0,
      }));
    },
    streamIn,
    streamOut: async (name) => {
      let index = 0;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const piece = await get([name, index++]);
            if (piece) controller.enqueue(piece);
            else controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    },
    async *readRanges(name, starts, length) {
      for (const start of starts) {
        const piece = await pieceAt(name, Math.floor(start / PIECE_BYTES));
        const from = start % PIECE_BYTES;
        yield piece.subarray(from, from + length);
      }
    },
    writeWhole: (name, bytes) =>
      put(
        Array.from({ length: Math.ceil(bytes.byteLength / PIECE_BYTES) }, (_, index) => {
          return [[name, index], bytes.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)];
        }),
      ),
    close: async () => database.close(),
  };
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("files");
  return settled(request);
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
