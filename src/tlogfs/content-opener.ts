import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Content } from "../tinyfs/entry.ts";
import { isTinyFSError, TinyFSError } from "../tinyfs/errors.ts";
import { bytesToSource } from "../tinyfs/streams.ts";
import type { BlobRows } from "./blob-row.ts";
import { isStaged, type StagedContent, storageOf } from "./content.ts";
import type { PackReader } from "./pack-reader.ts";
import type { PondContext } from "./pond-context.ts";

/** Gives access to bytes, wherever they are. */
export class ContentOpener {
  readonly #context: PondContext;
  readonly #blobRows: BlobRows;
  readonly #packs: PackReader;

  constructor(context: PondContext, blobRows: BlobRows, packs: PackReader) {
    this.#context = context;
    this.#blobRows = blobRows;
    this.#packs = packs;
  }

  /**
   * Opens committed or staged bytes.
   * @param transaction to read small ones in, where it spans packs
   * @throws CORRUPT_BLOB, CORRUPT_ROW, LARGE_FILE_NOT_FOUND
   */
  async open(content: Content, transaction?: IDBTransaction): Promise<ByteSource> {
    if (isStaged(content)) return this.#openStaged(content);
    const storage = storageOf(content);
    if (storage.kind === "blob") return this.#openBlob(content);
    return bytesToSource(await this.#packs.read(content.sha256, storage, transaction));
  }

  async #openStaged({ bytes, sha256, size }: StagedContent): Promise<ByteSource> {
    const { engine } = this.#context;
    if (bytes.kind === "temporary") {
      return this.#untilEnd(await engine.openTemporary(bytes.temporary));
    }
    if (bytes.kind === "published") {
      return this.#untilEnd(await engine.openBlob(sha256, size, bytes.temporary.pageSums));
    }
    return bytesToSource(bytes.bytes);
  }

  async #openBlob({ sha256, size }: Content): Promise<ByteSource> {
    const row = await this.#blobRows.find(sha256);
    if (row) {
      return this.#untilEnd(await this.#context.engine.openBlob(sha256, size, row.pageSums));
    }
    const message = `Cannot open large file "${sha256}": the log does not know it`;
    throw new TinyFSError("LARGE_FILE_NOT_FOUND", message, { sha256 });
  }

  /** A source that fails because the pond has ended tells why: the page sleeps, or it was closed. */
  #untilEnd(source: ByteSource): ByteSource {
    const { database } = this.#context;
    return {
      size: source.size,
      read: async (...range) => {
        try {
          return await source.read(...range);
        } catch (error) {
          if (isTinyFSError(error, "POND_CLOSED") && database.ended) throw database.ended();
          throw error;
        }
      },
      close: () => source.close(),
    };
  }
}
