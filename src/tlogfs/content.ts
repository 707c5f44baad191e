import type { Content } from "../tinyfs/entry.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { Temporary } from "./blob-engine.ts";
import type { PackKey } from "./keys.ts";
import type { HeldLock } from "./pond-locks.ts";

/** Where the bytes of a row are: in a slot of a pack, or in a large file of their own. */
export type StorageStrategy =
  | { readonly kind: "inline"; readonly pack: PackKey; readonly slot: number }
  | { readonly kind: "blob" };

/** Committed bytes. */
export interface StoredContent extends Content {
  readonly storage: StorageStrategy;
}

/**
 * Where bytes are until their commit is over: in memory (small ones, and large ones that are known to
 * be stored already, with the blob's page checksums), in a temporary, or in a blob that no row names.
 */
export type StagedBytes =
  | { readonly kind: "memory"; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: "known";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly pageSums: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: "temporary"; readonly temporary: Temporary }
  | { readonly kind: "published"; readonly temporary: Temporary };

/** Bytes that a commit may link. They and their lock are kept until its outcome is known. */
export class StagedContent implements Content {
  readonly size: number;
  readonly sha256: string;
  /** Keeps the blob from being collected before a row names it. */
  lease: HeldLock | undefined;
  #bytes: StagedBytes | undefined;
  #storage: StorageStrategy | undefined;

  constructor(size: number, sha256: string, bytes: StagedBytes) {
    this.size = size;
    this.sha256 = sha256;
    this.#bytes = bytes;
  }

  /** Where the bytes are. @throws NOT_FOUND when they were discarded, or belong to a commit */
  get bytes(): StagedBytes {
    if (this.#bytes) return this.#bytes;
    const state = this.#storage ? "committed" : "discarded";
    throw new TinyFSError(
      "NOT_FOUND",
      `Cannot use staged bytes "${this.sha256}": they were ${state}`,
      {
        sha256: this.sha256,
      },
    );
  }

  set bytes(bytes: StagedBytes) {
    this.#bytes = bytes;
  }

  /** Where the bytes are once they are committed. */
  get storage(): StorageStrategy | undefined {
    return this.#storage;
  }

  /** Says where a commit is going to keep the bytes; taken back with `undefined`. */
  assign(storage: StorageStrategy | undefined): void {
    this.#storage = storage;
  }

  /** Whether a commit linked the bytes, or they were discarded. */
  get isOver(): boolean {
    return this.#bytes === undefined;
  }

  /** Lets go of the bytes and their lock: a commit keeps them, or nobody wants them. */
  end(): void {
    this.#bytes = undefined;
    void this.lease?.release();
    this.lease = undefined;
  }
}

/** Whether bytes still wait for their commit. */
export function isStaged(content: Content): content is StagedContent {
  return content instanceof StagedContent && !content.isOver;
}

/** Where a commit keeps bytes. @throws NOT_FOUND when none does */
export function storageOf(content: Content): StorageStrategy {
  const { storage } = content as StoredContent | StagedContent;
  if (storage) return storage;
  throw new TinyFSError(
    "NOT_FOUND",
    `Cannot find bytes "${content.sha256}": no commit keeps them`,
    {
      sha256: content.sha256,
    },
  );
}
