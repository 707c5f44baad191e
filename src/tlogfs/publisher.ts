import { SuspendedError } from "../tinyfs/errors.ts";
import type { Temporary } from "./blob-engine.ts";
import type { StagedContent } from "./content.ts";
import { blobLockName } from "./names.ts";
import type { PondContext } from "./pond-context.ts";
import type { Staging } from "./staging.ts";

/** Makes large files of the temporaries that a commit is about to link. */
export class Publisher {
  readonly #context: PondContext;
  readonly #staging: Staging;

  constructor(context: PondContext, staging: Staging) {
    this.#context = context;
    this.#staging = staging;
  }

  /**
   * Publishes large contents. May be called again for the same: what has gone meanwhile is published
   * again. They keep their locks until they end, so that no collector comes before the commit.
   */
  async publish(contents: readonly StagedContent[]): Promise<void> {
    const outcomes = await Promise.allSettled(contents.map((content) => this.#publish(content)));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async #publish(content: StagedContent): Promise<void> {
    const { locks, pond, engine } = this.#context;
    // A lease that the sleep of the page has ended kept nothing from being collected.
    if (!content.lease?.isHeld) {
      content.lease = await locks.hold(blobLockName(pond, content.sha256), { mode: "shared" });
    }
    const temporary = await this.#temporaryOf(content);
    if (!temporary) return;
    await engine.publish(temporary);
    content.bytes = { kind: "published", temporary };
  }

  /** What is to be published, or `undefined` where the blob is there and whole. */
  async #temporaryOf(content: StagedContent): Promise<Temporary | undefined> {
    const { bytes, sha256, size } = content;
    if (bytes.kind === "temporary" || bytes.kind === "published") {
      this.#checkOwner(bytes.temporary);
      return bytes.temporary;
    }
    if (bytes.kind === "known") {
      const isWhole = await this.#context.engine.verifyBlob(sha256, size, bytes.pageSums);
      if (isWhole) return undefined;
    }
    // A copy is given away: the bytes must be here still if this fails.
    const temporary = await this.#staging.writeTemporary(bytes.bytes.slice(), sha256);
    content.bytes = { kind: "temporary", temporary };
    return temporary;
  }

  /** What was written before the page slept may have been swept since, in part or while it is moved. */
  #checkOwner({ path }: Temporary): void {
    const { owner, pond } = this.#context;
    if (path.includes(`/${owner}/`)) return;
    const message = `Cannot commit to pond "${pond}": the browser put the page to sleep after "${path}" was written`;
    throw new SuspendedError(message);
  }
}
