import type { PartsDatabase } from "./parts-database.ts";
import { type FileRecord, PIECE_BYTES, pieceKey, recordKey } from "./parts-rows.ts";
import type { Sink } from "./storage-files.ts";
import { type OnFull, withRoom } from "./storage-room.ts";

/** Writes a file in pieces. Each is durable, and counted in the file's record, before the next. */
export class PartsSink implements Sink {
  readonly #database: PartsDatabase;
  readonly #path: string;
  readonly #onFull: OnFull | undefined;
  #piece = new Uint8Array(0);
  #filled = 0;
  #count = 0;

  constructor(database: PartsDatabase, path: string, onFull: OnFull | undefined) {
    this.#database = database;
    this.#path = path;
    this.#onFull = onFull;
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#piece.byteLength === 0) this.#piece = new Uint8Array(PIECE_BYTES);
      const taken = chunk.subarray(at, at + PIECE_BYTES - this.#filled);
      this.#piece.set(taken, this.#filled);
      this.#filled += taken.byteLength;
      at += taken.byteLength;
      if (this.#filled === PIECE_BYTES) await this.#put();
    }
  }

  async close(): Promise<void> {
    if (this.#filled > 0 || this.#count === 0) await this.#put();
    this.#piece = new Uint8Array(0);
  }

  async abort(): Promise<void> {
    this.#piece = new Uint8Array(0); // what was put goes with the file's record
  }

  async #put(): Promise<void> {
    // A view would be stored with the whole of its buffer.
    const piece = this.#filled === PIECE_BYTES ? this.#piece : this.#piece.slice(0, this.#filled);
    const size = this.#count * PIECE_BYTES + this.#filled;
    const record: FileRecord = { at: this.#path, size };
    const work = async (parts: IDBObjectStore) => {
      if (piece.byteLength > 0) parts.put(piece, pieceKey(this.#path, this.#count));
      parts.put(record, recordKey(this.#path));
    };
    await withRoom(piece.byteLength, this.#onFull, () => this.#database.use("readwrite", work));
    this.#count += 1;
    this.#filled = 0;
  }
}
