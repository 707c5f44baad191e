import { CachedTree } from "./cached-tree.ts";
import { CommittedTree } from "./committed-tree.ts";
import type { Services } from "./services.ts";
import type { Session, WriteResult } from "./session.ts";
import type { Tree } from "./tree.ts";

/** How long look-ups may follow one another that find everything in memory, in ms. */
const LONGEST_RUN_MS = 16;

/** Reads the tree as of one commit and writes nothing. */
export class SnapshotSession implements Session {
  readonly services: Services;
  readonly txId = "";
  readonly readsPastWriters = true;
  readonly followsHead = false;
  readonly #tree: Tree;
  #runsSince = performance.now();

  constructor(services: Services, seq: number) {
    this.services = services;
    // What it has seen cannot change, and need not wait for commits that are under way.
    this.#tree = new CachedTree(new CommittedTree(services.persistence, seq));
  }

  async tree(): Promise<Tree> {
    // Answers from memory take no turn of the event loop: a loop of them would let nothing else happen.
    if (performance.now() - this.#runsSince > LONGEST_RUN_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#runsSince = performance.now();
    }
    return this.#tree;
  }

  write(): Promise<WriteResult> {
    return Promise.reject(readOnly());
  }

  poison(): void {} // nothing is ever written

  consumed(): void {} // no stream is ever read

  writerOpened(): void {
    throw readOnly();
  }

  writerEnded(): void {}
}

function readOnly(): TypeError {
  return new TypeError("A snapshot is read-only: write through the pond's root");
}
