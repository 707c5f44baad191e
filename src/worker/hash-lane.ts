import type { HashService } from "./hash-service.ts";
import type { Remote } from "./remote.ts";

/** How many bytes may wait to be hashed while others are written: with the page's, 8 MiB are not exceeded. */
const AHEAD_BYTES = 4 << 20;

/** One hash on the thread that hashes. */
export class HashLane {
  readonly #on: Remote<HashService>;
  readonly #id: number;
  readonly #leave: () => void;
  #sent: Promise<void>[] = [];
  #ahead = 0;
  #isOver = false;

  /** @param leave - tells the thread that nobody needs it for this hash any more */
  constructor(on: Remote<HashService>, id: number, leave: () => void) {
    this.#on = on;
    this.#id = id;
    this.#leave = leave;
  }

  /** Whether more waits to be hashed than may: there is time to do something else. */
  get isBehind(): boolean {
    return this.#ahead > AHEAD_BYTES;
  }

  /** Takes a hash over from the thread that began it. To be awaited before anything else. @throws WORKER_DIED */
  begin(state: Uint8Array): Promise<void> {
    return this.#on.call("begin", { id: this.#id, state });
  }

  /** Takes the chunk's buffer. Resolves when the next may come. @throws WORKER_DIED */
  async update(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#send(chunk);
    while (this.isBehind) await this.#sent.shift();
  }

  /** Ends the hash. @throws WORKER_DIED */
  async finish(): Promise<string> {
    try {
      await Promise.all(this.#sent);
      return await this.#on.call("finish", { id: this.#id });
    } finally {
      this.#end();
    }
  }

  /** Ends a hash that nobody wants. */
  drop(): void {
    if (this.#isOver) return;
    this.#on.call("drop", { id: this.#id }).catch(() => {}); // it has gone with its thread
    this.#end();
  }

  #send(chunk: Uint8Array<ArrayBuffer>): void {
    const { byteLength } = chunk;
    this.#ahead += byteLength;
    const hashed = this.#on.call("update", { id: this.#id, chunk }, { transfer: [chunk.buffer] });
    const sent = hashed.then(() => {
      this.#ahead -= byteLength;
    });
    sent.catch(() => {}); // reported by a later call
    this.#sent.push(sent);
  }

  #end(): void {
    if (!this.#isOver) this.#leave();
    this.#isOver = true;
  }
}
