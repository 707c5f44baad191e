import { deletePond, openPond } from "../../src/index.ts";
import type { WorkerProbe } from "./probes.worker.ts";

/** One line of docs/browsers.md. */
export interface BrowserProbe {
  readonly what: string;
  /** What the library does with it, and without it. */
  readonly use: string;
  /** What this browser has. */
  readonly ask: () => Promise<boolean | string>;
}

/** How long a browser that asks nobody takes at most to answer. */
const PATIENCE_MS = 2000;

/** What the library uses, or would use, of a browser. */
export const browserProbes: readonly BrowserProbe[] = [
  {
    what: "A new pond keeps large files in",
    use: '`pond.storage` tells; `storage: "indexeddb"` asks for the last of the three',
    ask: placeOfLargeFiles,
  },
  {
    what: "OPFS (`navigator.storage.getDirectory`)",
    use: "large files; without it they are kept in IndexedDB, in pieces",
    ask: inWorker("opfs"),
  },
  {
    what: "Sync access handles",
    use: "large files are written and read through them; without them through `createWritable` and `getFile`",
    ask: inWorker("syncHandles"),
  },
  {
    what: "Sync access handles that share a file for reading",
    use: "reads of several tabs at once; without them through `getFile`, which is slower",
    ask: inWorker("sharedHandles"),
  },
  {
    what: "`createWritable` in OPFS",
    use: "how large files are written where there are no sync access handles",
    ask: inWorker("createWritable"),
  },
  {
    what: "`move` of a file in OPFS",
    use: "publishes a file that is complete; without OPFS a record does",
    ask: inWorker("move"),
  },
  {
    what: "Web Locks",
    use: "needed: without them `openPond` is `STORAGE_UNAVAILABLE`",
    ask: async () => "locks" in navigator,
  },
  {
    what: "BroadcastChannel",
    use: "tells other tabs of commits at once; they look into the log every 3 s as well",
    ask: async () => "BroadcastChannel" in globalThis,
  },
  {
    what: 'Transactions of IndexedDB that are flushed (`durability: "strict"`)',
    use: "what a commit waits for; without them it has survived what the browser's default survives",
    ask: strictDurability,
  },
  {
    what: "`storage.estimate()`",
    use: "the figures of `stats()` and `QuotaError`; without it they are 0",
    ask: async () => navigator.storage !== undefined && "estimate" in navigator.storage,
  },
  {
    what: "`storage.persist()` answers without asking the user",
    use: "`pond.persist()` waits for a second, and then says `false`",
    ask: persistAnswers,
  },
  {
    what: "`QuotaExceededError` as a class of its own, with figures",
    use: "nothing: whatever a full store throws becomes a `QuotaError`, with figures",
    ask: async () => "QuotaExceededError" in globalThis,
  },
  {
    what: "Streams that can be transferred to workers",
    use: "nothing: bytes go to workers in chunks",
    ask: transferableStreams,
  },
  {
    what: "`for await` over a `ReadableStream`",
    use: "nothing: the library reads streams by readers; your own code may need one",
    ask: async () => Symbol.asyncIterator in ReadableStream.prototype,
  },
  {
    what: "`Symbol.asyncDispose`",
    use: "for `await using`; the library defines it where it is missing",
    ask: inWorker("asyncDispose"),
  },
  {
    what: "SIMD in WebAssembly",
    use: "nothing: the Parquet codec is built without it",
    ask: inWorker("simd"),
  },
  {
    what: "Workers made by a Shared Worker",
    use: "tables there need a Parquet worker of a page: `connectParquetWorker`",
    ask: nestedInShared,
  },
];

function inWorker(probe: WorkerProbe): () => Promise<boolean> {
  return async () => {
    const worker = new Worker(new URL("./probes.worker.ts", import.meta.url), { type: "module" });
    try {
      return await new Promise<boolean>((resolve, reject) => {
        worker.addEventListener("message", ({ data }) => resolve(data));
        worker.addEventListener("error", reject);
        worker.postMessage(probe);
      });
    } finally {
      worker.terminate();
    }
  };
}

async function placeOfLargeFiles(): Promise<string> {
  const name = `probe-${crypto.randomUUID()}`;
  const pond = await openPond(name);
  const { mode, syncHandles } = pond.storage;
  await pond.close();
  await deletePond(name);
  if (mode !== "opfs") return "IndexedDB";
  return syncHandles ? "OPFS, by sync access handles" : "OPFS, by `createWritable`";
}

async function strictDurability(): Promise<boolean> {
  const name = `probe-${crypto.randomUUID()}`;
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.result.createObjectStore("store");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const { durability } = database.transaction("store", "readwrite", { durability: "strict" });
  database.close();
  indexedDB.deleteDatabase(name);
  return durability === "strict";
}

async function persistAnswers(): Promise<boolean> {
  if (!navigator.storage || !("persist" in navigator.storage)) return false;
  const answered = navigator.storage.persist().then(() => true);
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE_MS));
  return Promise.race([answered, late]);
}

async function transferableStreams(): Promise<boolean> {
  const { port1 } = new MessageChannel();
  const stream = new ReadableStream();
  try {
    port1.postMessage(stream, [stream]);
    return true;
  } catch {
    return false; // DataCloneError: that is the answer
  } finally {
    port1.close();
  }
}

async function nestedInShared(): Promise<boolean> {
  if (!("SharedWorker" in globalThis)) return false;
  const source = "onconnect = ({ ports }) => ports[0].postMessage(typeof Worker === 'function')";
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { port } = new SharedWorker(url);
  try {
    return await new Promise<boolean>((resolve) => {
      port.onmessage = ({ data }) => resolve(data);
    });
  } finally {
    port.close();
    URL.revokeObjectURL(url);
  }
}
