import { answer, type PartsDatabase } from "./parts-database.ts";
import { type FileRecord, PIECE_BYTES, parseRecord, pieceKey, recordKey } from "./parts-rows.ts";
import type { FileReading } from "./storage-reader.ts";

/** Random access to a file in pieces: reads those that are needed, and keeps the last one. */
export class PartsReading implements FileReading {
  readonly size: number;
  readonly #database: PartsDatabase;
  readonly #path: string;
  readonly #at: string;
  #last: { readonly n: number; readonly piece: Uint8Array } | undefined;

  constructor(database: PartsDatabase, path: string, { at, size }: FileRecord) {
    this.#database = database;
    this.#path = path;
    this.#at = at;
    this.size = size;
  }

  /** @throws NotFoundError when the file was removed, moved or replaced since it was opened */
  async readInto(target: Uint8Array<ArrayBuffer>, at: number): Promise<number> {
    if (target.length === 0) return 0;
    const first = Math.floor(at / PIECE_BYTES);
    const last = Math.floor((at + target.length - 1) / PIECE_BYTES);
    let filled = 0;
    for (const piece of await this.#pieces(first, last)) {
      const from = (at + filled) % PIECE_BYTES;
      const found = piece.subarray(from, from + target.length - filled);
      target.set(found, filled);
      filled += found.length;
      if (piece.length < PIECE_BYTES) break; // the last one, or one that is damaged: nothing follows
    }
    return filled;
  }

  close(): void {
    this.#last = undefined;
  }

  async #pieces(first: number, last: number): Promise<Uint8Array[]> {
    const kept = this.#last;
    if (kept && first === last && kept.n === first) return [kept.piece];
    const pieces = await this.#database.use("readonly", async (parts) => {
      const record = answer<unknown>(parts.get(recordKey(this.#path)));
      const requests = Array.from({ length: last - first + 1 }, (_, index) => {
        const n = first + index;
        if (n === kept?.n) return Promise.resolve(kept.piece);
        return answer<unknown>(parts.get(pieceKey(this.#at, n)));
      });
      const found = await Promise.all(requests);
      if (parseRecord(await record)?.at === this.#at) return found.map(toBytes);
      throw new DOMException(`"${this.#path}" has changed`, "NotFoundError");
    });
    const piece = pieces.at(-1);
    if (piece) this.#last = { n: last, piece };
    return pieces;
  }
}

/** A piece as it was stored; one that is missing, or is something else, holds no bytes. */
function toBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
