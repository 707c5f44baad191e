import { answer, type PartsDatabase } from "./parts-database.ts";
import { PartsReading } from "./parts-reading.ts";
import { parseRecord, pathOfKey, piecesOf, recordKey, recordsBelow } from "./parts-rows.ts";
import { PartsSink } from "./parts-sink.ts";
import type { FileStore, Sink, StoredFile } from "./storage-files.ts";
import type { FileReading } from "./storage-reader.ts";
import { type OnFull, withRoom } from "./storage-room.ts";

/** Files in pieces in a pond's own database, for browsers without OPFS. */
export class PartsFiles implements FileStore {
  readonly blobs = "indexeddb";
  readonly mode = "parts";
  readonly #database: PartsDatabase;
  readonly #onFull: OnFull | undefined;

  constructor(database: PartsDatabase, onFull?: OnFull) {
    this.#database = database;
    this.#onFull = onFull;
  }

  async create(path: string): Promise<Sink> {
    return new PartsSink(this.#database, path, this.#onFull); // its record comes with its first piece
  }

  async open(path: string): Promise<FileReading | undefined> {
    const record = await this.#database.use("readonly", (parts) => readRecord(parts, path));
    return record && new PartsReading(this.#database, path, record);
  }

  move(from: string, to: string): Promise<boolean> {
    const work = async (parts: IDBObjectStore) => {
      const [moved, replaced] = await Promise.all([readRecord(parts, from), readRecord(parts, to)]);
      // Done already: the connection was lost before it said so.
      if (!moved) return replaced?.at === from;
      if (replaced && replaced.at !== moved.at) parts.delete(piecesOf(replaced.at));
      parts.put(moved, recordKey(to));
      parts.delete(recordKey(from));
      return true;
    };
    return withRoom(0, this.#onFull, () => this.#database.use("readwrite", work));
  }

  remove(path: string): Promise<number | undefined> {
    return this.#database.use("readwrite", async (parts) => {
      const record = await readRecord(parts, path);
      if (!record) return undefined;
      parts.delete(piecesOf(record.at));
      parts.delete(recordKey(path));
      return record.size;
    });
  }

  names(folder: string): Promise<string[]> {
    return this.#database.use("readonly", async (parts) => {
      const keys = await answer(parts.getAllKeys(recordsBelow(folder)));
      return keys.map((key) => pathOfKey(key).slice(folder.length + 1));
    });
  }

  list(folder: string): Promise<StoredFile[]> {
    return this.#database.use("readonly", async (parts) => {
      const range = recordsBelow(folder);
      const [keys, values] = await Promise.all([
        answer(parts.getAllKeys(range)),
        answer<unknown[]>(parts.getAll(range)),
      ]);
      return keys.map((key, index) => {
        return { path: pathOfKey(key), size: parseRecord(values[index])?.size ?? 0 };
      });
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

async function readRecord(parts: IDBObjectStore, path: string) {
  return parseRecord(await answer<unknown>(parts.get(recordKey(path))));
}
