import type { IHasher } from "hash-wasm";
import { endHasher, takeHasher } from "./sha256-hashers.ts";

/** The methods of the thread that only hashes, each of one cloneable argument. Hashes are numbers. */
export class HashService {
  readonly #hashes = new Map<number, IHasher>();

  /** Goes on with a hash that another thread has begun. @param argument - with what its hasher has saved */
  async begin({ id, state }: { id: number; state: Uint8Array }): Promise<void> {
    const hasher = await takeHasher();
    this.#hashes.set(id, hasher.load(state));
  }

  /** Takes the next bytes. */
  async update({ id, chunk }: { id: number; chunk: Uint8Array }): Promise<void> {
    this.#hash(id).update(chunk);
  }

  /** Ends a hash and returns it, in 64 lower-case hex digits. */
  async finish({ id }: { id: number }): Promise<string> {
    const hasher = this.#hash(id);
    this.#hashes.delete(id);
    return endHasher(hasher);
  }

  /** Ends a hash that nobody wants; one that has ended already is no error. */
  async drop({ id }: { id: number }): Promise<void> {
    this.#hashes.delete(id);
  }

  #hash(id: number): IHasher {
    const hasher = this.#hashes.get(id);
    if (!hasher) throw new TypeError(`Hash ${id} has not begun`);
    return hasher;
  }
}
