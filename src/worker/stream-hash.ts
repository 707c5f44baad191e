import type { IHasher } from "hash-wasm";
import type { ChunkHash } from "./chunk-hash.ts";
import type { HashLane } from "./hash-lane.ts";
import type { HashThread } from "./hash-thread.ts";
import { endHasher, takeHasher } from "./sha256-hashers.ts";
import { STEP_BYTES } from "./storage-writer.ts";
import { yieldToMessages } from "./yield-to-messages.ts";

/** How many bytes are hashed here before another thread is asked for: most files are not longer. */
const STAYING_BYTES = 4 << 20;

/** Begins here, and goes on on another thread when a stream turns out to be long. */
export class StreamHash implements ChunkHash {
  readonly #thread: HashThread | undefined;
  readonly #here: IHasher;
  #lane: HashLane | undefined;
  #ready: HashLane | undefined;
  #isAsked = false;
  #isOver = false;
  #bytes = 0;

  /** @param here - a fresh hasher @param thread - where there is one */
  constructor(here: IHasher, thread?: HashThread) {
    this.#here = here;
    this.#thread = thread;
  }

  static async start(thread?: HashThread): Promise<StreamHash> {
    return new StreamHash(await takeHasher(), thread);
  }

  get isBehind(): boolean {
    return this.#lane?.isBehind ?? false;
  }

  update(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#lane ? this.#lane.update(chunk) : this.#updateHere(chunk);
  }

  async finish(): Promise<string> {
    this.#isOver = true;
    this.#ready?.drop();
    return this.#lane ? this.#lane.finish() : endHasher(this.#here);
  }

  drop(): void {
    this.#ready?.drop();
    this.#lane?.drop();
    this.#isOver = true;
  }

  async #updateHere(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < chunk.byteLength; at += STEP_BYTES) {
      if (at > 0) await yieldToMessages();
      this.#here.update(chunk.subarray(at, at + STEP_BYTES));
    }
    this.#bytes += chunk.byteLength;
    if (this.#ready) await this.#moveTo(this.#ready);
    else if (this.#bytes >= STAYING_BYTES) void this.#askForLane();
  }

  async #askForLane(): Promise<void> {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const lane = await this.#thread?.lane();
    if (this.#isOver) lane?.drop();
    else this.#ready = lane;
  }

  /** Between two chunks: all that was hashed here goes along. Where that fails, hashing goes on here. */
  async #moveTo(lane: HashLane): Promise<void> {
    this.#ready = undefined;
    try {
      await lane.begin(this.#here.save());
    } catch {
      lane.drop(); // it has died, and nothing is lost
      return;
    }
    if (this.#isOver) lane.drop();
    else this.#lane = lane;
  }
}
