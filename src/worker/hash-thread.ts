import { TinyFSError } from "../tinyfs/errors.ts";
import { HashLane } from "./hash-lane.ts";
import type { HashService } from "./hash-service.ts";
import { type Remote, startWorker } from "./remote.ts";

/** The name of a worker that runs the storage worker's script and only hashes. */
export const HASH_THREAD_NAME = "tinypond-hash";

/** For how long the thread waits for another hash. */
const IDLE_MS = 10_000;

/**
 * A second worker with the storage worker's own script, so that bytes are hashed on another core than the
 * one that writes them. It is there while long streams are written; where it cannot be had, they are hashed
 * by whoever writes them.
 */
export class HashThread {
  readonly #create: () => Worker;
  readonly #idleMs: number;
  #started: Promise<Remote<HashService> | undefined> | undefined;
  #isRefused = false;
  #users = 0;
  #nextId = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param create - makes the worker; may throw */
  constructor(create: () => Worker, idleMs: number = IDLE_MS) {
    this.#create = create;
    this.#idleMs = idleMs;
  }

  /**
   * For the storage worker, where it has cores to share. In Chromium alone, the one that has `userAgentData`:
   * a worker of Firefox can hang for ever in making another, which it did once in a hundred times.
   */
  static ofThisScript(): HashThread | undefined {
    const isChromium = "userAgentData" in navigator;
    return isChromium && navigator.hardwareConcurrency > 1 ? new HashThread(sameScript) : undefined;
  }

  /** A hash that is to be taken over; `undefined` where the thread does not start or has died. */
  async lane(): Promise<HashLane | undefined> {
    if (this.#isRefused) return undefined;
    clearTimeout(this.#timer);
    this.#users += 1;
    this.#started ??= this.#start();
    const remote = await this.#started;
    if (remote && !remote.ended) return new HashLane(remote, this.#nextId++, () => this.#leave());
    this.#leave();
    return undefined;
  }

  /** Ends the thread; hashes that have not ended reject. */
  close(): void {
    clearTimeout(this.#timer);
    const ended = new TinyFSError("WORKER_DIED", "The hash worker was ended");
    void this.#started?.then((remote) => remote?.terminate(ended));
    this.#started = undefined;
  }

  async #start(): Promise<Remote<HashService> | undefined> {
    try {
      return await startWorker<HashService>({ create: this.#create, label: "hash" });
    } catch {
      this.#isRefused = true; // a policy of the page, or a browser: hashing stays with whoever writes
      return undefined;
    }
  }

  #leave(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#timer = setTimeout(() => this.close(), this.#idleMs);
  }
}

/** As a module, which also runs what a bundler has made one classic script of. Else it does not start. */
function sameScript(): Worker {
  return new Worker(location.href, { type: "module", name: HASH_THREAD_NAME });
}
