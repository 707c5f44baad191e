import type { Content } from "../tinyfs/entry.ts";
import type { ContentWriter } from "../tinyfs/file.ts";
import type { CommitOptions, Committed, Draft, Durability } from "../tinyfs/persistence.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import type { BlobRows } from "./blob-row.ts";
import { Committer } from "./committer.ts";
import { HybridWriter } from "./hybrid-writer.ts";
import type { Log } from "./log.ts";
import type { Maintenance } from "./maintenance.ts";
import type { PondContext } from "./pond-context.ts";
import { Publisher } from "./publisher.ts";
import { explainingWriter, explainQuota, type FindReclaimable } from "./quota-explanation.ts";
import { Staging } from "./staging.ts";

/** What the writing half of a pond works with. */
export interface WritingParts {
  readonly context: PondContext;
  readonly blobRows: BlobRows;
  readonly log: Log;
  readonly maintenance: Maintenance;
  /** For commits that do not say. */
  readonly durability: Durability;
}

/** The writing half of a pond: staging and commits. A module of its own, since readers do without. */
export class Writing {
  readonly #staging: Staging;
  readonly #committer: Committer;
  readonly #reclaimable: FindReclaimable;

  constructor({ context, blobRows, log, maintenance, durability }: WritingParts) {
    this.#staging = new Staging(context, blobRows, maintenance);
    this.#reclaimable = () => maintenance.reclaimable();
    const publisher = new Publisher(context, this.#staging);
    this.#committer = new Committer({ context, publisher, log, maintenance, durability });
  }

  /** See `PersistenceLayer.commit`. */
  commit(writeSet: WriteSet, options?: CommitOptions): Promise<Committed> {
    return explainQuota(this.#reclaimable, () => this.#committer.commit(writeSet, options));
  }

  /** See `PersistenceLayer.commitAtOnce`. */
  commitAtOnce(draft: Draft, options?: CommitOptions): Promise<Committed | undefined> {
    return this.#committer.commitAtOnce(draft, options);
  }

  /** Opens a sink for bytes that a later commit may link. */
  async stage(signal?: AbortSignal): Promise<ContentWriter> {
    return explainingWriter(this.#reclaimable, new HybridWriter(this.#staging, signal));
  }

  /** Stages bytes that nobody else changes. */
  stageOwned(bytes: Uint8Array<ArrayBuffer>): Promise<Content> {
    return explainQuota(this.#reclaimable, () => this.#staging.stageOwned(bytes));
  }

  /** Drops staged bytes that no commit linked. Never rejects. */
  discard(content: Content): Promise<void> {
    return this.#staging.discard(content);
  }
}
