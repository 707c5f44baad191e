import { TinyFSError } from "../tinyfs/errors.ts";
import type { ArrowContext } from "./arrow-context.ts";

/** The `blob:` addresses that a pond has given out. They are revoked when it is closed. */
class AttachmentUrls {
  readonly #closing: AbortSignal | undefined;
  readonly #given = new Set<string>();
  readonly #known = new Map<string, Promise<string>>();

  constructor(closing: AbortSignal | undefined) {
    this.#closing = closing;
    closing?.addEventListener("abort", () => this.#revoke(), { once: true });
  }

  /** The address of bytes: by `key` the one that was given before. */
  of(key: string | undefined, read: () => Promise<Blob>): Promise<string> {
    if (key === undefined) return this.#give(read);
    const url = this.#known.get(key) ?? this.#give(read);
    this.#known.set(key, url);
    url.catch(() => this.#known.delete(key)); // the next call tries again
    return url;
  }

  async #give(read: () => Promise<Blob>): Promise<string> {
    const blob = await read();
    if (this.#closing?.aborted) {
      throw new TinyFSError("POND_CLOSED", "Cannot make an address: the pond is closed");
    }
    const url = URL.createObjectURL(blob);
    this.#given.add(url);
    return url;
  }

  #revoke(): void {
    for (const url of this.#given) URL.revokeObjectURL(url);
  }
}

// By the codec: a pond has one, and all its directories, snapshots and transactions share it.
const urls = new WeakMap<ArrowContext["parquet"], AttachmentUrls>();

/** The addresses of a pond. */
export function attachmentUrls({ parquet, closing }: ArrowContext): AttachmentUrls {
  const known = urls.get(parquet) ?? new AttachmentUrls(closing);
  urls.set(parquet, known);
  return known;
}
