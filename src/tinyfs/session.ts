import type { Content } from "./entry.ts";
import type { NodeId } from "./node-id.ts";
import type { CommitOptions, TreeOptions } from "./persistence.ts";
import type { Services } from "./services.ts";
import type { StagedTree } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";

/** What a write made. */
export interface WriteResult {
  /** The node that was written. */
  readonly nodeId: NodeId;
  /** The node's version ordinal. Of an append in an open transaction: as seen from its base. */
  readonly version: number;
  /** The commit; 0 while its transaction is open. */
  readonly txnSeq: number;
  /** Length in bytes of what was written. */
  readonly size: number;
  /** SHA-256 of what was written, 64 lower-case hex digits; empty for a directory. */
  readonly sha256: string;
}

/** A writer that holds its file. */
export interface OpenWriter {
  readonly path: string;
  abort(): Promise<void>;
}

/** How one write goes about it. */
export interface WritingOptions extends CommitOptions {
  /** Whether it waits for nothing but a few names, and so may hold up others while it does. */
  readonly isBrief?: boolean;
}

/** How the calls of a `WD` reach the tree: each by its own commit, in a transaction, or as of a commit. */
export interface Session {
  /** What the session stands on. */
  readonly services: Services;
  /** Named to others that meet a file this session writes. */
  readonly txId: string;
  /** Whether reads see the last commit of a file that is being written, rather than fail. */
  readonly readsPastWriters: boolean;
  /** Whether each call reads the newest commit, which nothing keeps from being dropped. */
  readonly followsHead: boolean;
  /** The tree to read from, which holds still but for the session's own writes. @internal */
  tree(options?: TreeOptions): Promise<Tree>;
  /**
   * Runs one write. `work` may run again on a newer tree, so it takes nothing from a stream.
   * @param staged bytes that the write links; they are dropped if it fails
   * @param options for the commit, where the write commits by itself
   * @internal
   */
  write(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged?: readonly Content[],
    options?: WritingOptions,
  ): Promise<WriteResult>;
  /** Tells that a write failed after its bytes had begun to flow: the transaction cannot commit. */
  poison(cause: unknown): void;
  /** Tells that a user's stream was read, so that a transaction's function cannot simply run again. */
  consumed(): void;
  /** Notes a writer that is to end with the session. @throws TypeError in a snapshot @internal */
  writerOpened(writer: OpenWriter): void;
  /** Notes that it was closed or aborted. @internal */
  writerEnded(writer: OpenWriter): void;
}
