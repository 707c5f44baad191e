import { get } from "idb-keyval";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Content } from "../tinyfs/entry.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { bytesToSource } from "../tinyfs/streams.ts";
import type { BlobRows } from "./blob-row.ts";
import { isStaged, type StagedContent, storageOf } from "./content.ts";
import type { PackKey } from "./keys.ts";
import { idbKey, missingPack, readSlot, unsealPack } from "./packs.ts";
import type { PondContext } from "./pond-context.ts";

/** Gives access to bytes, wherever they are. */
export class ContentOpener {
  readonly #context: PondContext;
  readonly #blobRows: BlobRows;

  constructor(context: PondContext, blobRows: BlobRows) {
    this.#context = context;
    this.#blobRows = blobRows;
  }

  /** Opens committed or staged bytes. @throws CORRUPT_BLOB, CORRUPT_ROW, LARGE_FILE_NOT_FOUND */
  async open(content: Content): Promise<ByteSource> {
    if (isStaged(content)) return this.#openStaged(content);
    const storage = storageOf(content);
    if (storage.kind === "blob") return this.#openBlob(content);
    return bytesToSource(await this.#readInline(content, storage));
  }

  async #openStaged({ bytes, sha256, size }: StagedContent): Promise<ByteSource> {
    const { engine } = this.#context;
    if (bytes.kind === "temporary") return engine.openTemporary(bytes.temporary);
    if (bytes.kind === "published") return engine.openBlob(sha256, size, bytes.temporary.pageSums);
    return bytesToSource(bytes.bytes);
  }

  async #openBlob({ sha256, size }: Content): Promise<ByteSource> {
    const row = await this.#blobRows.find(sha256);
    if (row) return this.#context.engine.openBlob(sha256, size, row.pageSums);
    const message = `Cannot open large file "${sha256}": the log does not know it`;
    throw new TinyFSError("LARGE_FILE_NOT_FOUND", message, { sha256 });
  }

  async #readInline(
    { sha256 }: Content,
    { pack: key, slot }: { readonly pack: PackKey; readonly slot: number },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const value: unknown = await get(idbKey(key), this.#context.database.use("packs"));
    if (value === undefined) throw missingPack(key, sha256);
    return readSlot(unsealPack(key, value), slot, sha256);
  }
}
