import type { ByteSource } from "../../src/tinyfs/byte-source.ts";
import { isTinyFSError, type TinyFSError } from "../../src/tinyfs/errors.ts";
import { FS, WD } from "../../src/tinyfs/index.ts";
import type { BlobEngine } from "../../src/tlogfs/blob-engine.ts";
import { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";
import { loadPond, openRaw, type PondDump, settled } from "../fixtures/pond-dump.ts";

/** What a reader was told: a value as text, or an error. */
export type Answer =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "error"; readonly error: TinyFSError };

/** Answers by question; the question begins with the path that it is about, if it is about one. */
export type Answers = ReadonlyMap<string, Answer>;

const FILES = [
  "/copy.md",
  "/empty",
  "/large.bin",
  "/link",
  "/moved/er/ü.txt",
  "/notes/a.md",
  "/readings.series",
  "/stations.parquet",
];

/** A pond that is changed past the library, and read through it in every way. */
export class SurveyedPond {
  readonly name: string;
  readonly #engine: StorageClient;
  readonly #raw: IDBDatabase;

  /** Over what is there: see `load`. */
  constructor(name: string, engine: StorageClient, raw: IDBDatabase) {
    this.name = name;
    this.#engine = engine;
    this.#raw = raw;
  }

  /** Makes a pond of a dump. */
  static async load(name: string, dump: PondDump): Promise<SurveyedPond> {
    await loadPond(name, dump);
    const directory = ["tinypond", encodeURIComponent(name)];
    const engine = await StorageClient.open({ directory });
    const raw = await openRaw(name);
    raw.onversionchange = () => raw.close();
    return new SurveyedPond(name, engine, raw);
  }

  /** All records of a store. */
  async records(store: string): Promise<{ key: IDBValidKey; row: unknown }[]> {
    const open = this.#raw.transaction(store).objectStore(store);
    const [keys, rows] = await Promise.all([
      settled(open.getAllKeys()),
      settled<unknown[]>(open.getAll()),
    ]);
    return keys.map((key, index) => ({ key, row: rows[index] }));
  }

  /** Puts a row, past the library. */
  async putRow(store: string, key: IDBValidKey, row: unknown): Promise<void> {
    await settled(this.#raw.transaction(store, "readwrite").objectStore(store).put(row, key));
  }

  /** Asks everything, or what `wanted` picks, of a pond that was opened for this. */
  async survey(wanted: (question: string) => boolean = () => true): Promise<Answers> {
    const persistence = await this.open();
    try {
      const questions = askAll(persistence).filter(([question]) => wanted(question));
      const asked = questions.map(async ([question, ask]): Promise<[string, Answer]> => {
        return [question, await answerTo(ask)];
      });
      return new Map(await Promise.all(asked));
    } finally {
      await persistence.close();
    }
  }

  /** Opens it, with the storage worker that all share. */
  open(): Promise<OpLogPersistence> {
    const engine = () => Promise.resolve(withoutClose(this.#engine));
    return OpLogPersistence.open({ name: this.name, engine, mustExist: true });
  }

  /** Ends it; what it keeps stays. */
  async close(): Promise<void> {
    this.#raw.close();
    await this.#engine.close();
  }
}

type Ask = () => Promise<unknown>;

function askAll(persistence: OpLogPersistence): [question: string, ask: Ask][] {
  const fs = new FS({ persistence, joinSegments: gluedTogether }, (context) => new WD(context));
  const { root } = fs;
  return [
    ...FILES.flatMap((path): [string, Ask][] => [
      [`${path} readFile`, () => root.readFile(path)],
      [`${path} range`, () => root.readFile(path, { range: { start: 2, end: 66_000 } })],
      [`${path} asyncReader`, async () => readAll(await root.asyncReader(path))],
      [`${path} openSource`, async () => readSource(await root.openSource(path))],
      [`${path} stat`, () => root.stat(path)],
      [`${path} versions`, async () => collect(root.versions(path))],
      [`${path} version 1`, () => root.readFile(path, { version: 1 })],
      [`${path} copy`, () => copyOf(fs, path)],
    ]),
    ["/link readLink", () => root.readLink("/link")],
    ["/notes/a.md restore", () => restored(fs, "/notes/a.md")],
    ["/removed.txt restore", () => restored(fs, "/removed.txt")],
    ["/ list", async () => collect(root.list("/"))],
    ["/notes list", async () => collect(root.list("/notes"))],
    ["/ list recursive", async () => collect(root.list("/", { recursive: true }))],
    ["/ glob", async () => collect(root.glob("/**"))],
    ["/large.bin snapshot", () => inSnapshot(fs, 8, (then) => then.readFile("/large.bin"))],
    ["/notes/a.md snapshot", () => inSnapshot(fs, 8, (then) => then.readFile("/notes/a.md"))],
    ["/ snapshot list", () => inSnapshot(fs, 8, (then) => collect(then.list("/")))],
    ["log", () => describeLog(fs)],
    ["stats", async () => ({ ...(await persistence.stats()), cache: undefined })],
  ];
}

async function answerTo(ask: Ask): Promise<Answer> {
  try {
    return { kind: "value", text: toText(await ask()) };
  } catch (error) {
    if (isTinyFSError(error)) return { kind: "error", error };
    throw error;
  }
}

/** Values as text: equal texts, equal values. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    return ArrayBuffer.isView(part) ? `bytes ${Array.from(part as Uint8Array).join()}` : part;
  });
}

async function copyOf(fs: FS<WD>, path: string): Promise<Uint8Array> {
  const tx = await fs.begin();
  try {
    await tx.root.copy(path, "/a copy");
    return await tx.root.readFile("/a copy");
  } finally {
    await tx.rollback();
  }
}

async function restored(fs: FS<WD>, path: string): Promise<Uint8Array> {
  const tx = await fs.begin();
  try {
    await tx.root.restore(path, 1);
    return await tx.root.readFile(path);
  } finally {
    await tx.rollback();
  }
}

async function inSnapshot<Value>(
  fs: FS<WD>,
  seq: number,
  read: (root: WD) => Promise<Value>,
): Promise<Value> {
  const snapshot = await fs.snapshot({ seq });
  try {
    return await read(snapshot.root);
  } finally {
    await snapshot.close();
  }
}

async function describeLog(fs: FS<WD>): Promise<unknown[]> {
  const described: unknown[] = [];
  for await (const { changes, ...info } of fs.log()) {
    described.push({ ...info, changes: await collect(changes()) });
  }
  return described;
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(new Uint8Array(read.value));
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function readSource(source: ByteSource): Promise<Uint8Array> {
  try {
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Bytes of all segments one after the other: enough to tell whether they are whole. */
async function gluedTogether(sources: readonly ByteSource[]): Promise<ByteSource> {
  const parts = await Promise.all(sources.map(readSource));
  const bytes = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  return {
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
    close: () => Promise.resolve(),
  };
}

/** The same engine for many ponds that come and go. */
function withoutClose(engine: StorageClient): BlobEngine {
  return new Proxy<BlobEngine>(engine, {
    get(target, name) {
      if (name === "close") return () => Promise.resolve();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
