import type { Content } from "../tinyfs/entry.ts";
import { shouldStoreAsLargeFile } from "../tinyfs/entry-type.ts";
import { sha256Of } from "../tinyfs/sha256.ts";
import type { DigestedBytes, Temporary, TemporaryWriter } from "./blob-engine.ts";
import type { BlobRow, BlobRows } from "./blob-row.ts";
import { isStaged, StagedContent } from "./content.ts";
import type { WriterTarget } from "./hybrid-writer.ts";
import type { Maintenance } from "./maintenance.ts";
import type { PondContext } from "./pond-context.ts";

/** So many bytes are hashed by this thread in a few milliseconds; more would keep a page from answering. */
const HASHED_HERE_BYTES = 4 << 20;

/** Keeps bytes until a commit links them. */
export class Staging implements WriterTarget {
  readonly #context: PondContext;
  readonly #blobRows: BlobRows;
  readonly #maintenance: Maintenance;

  constructor(context: PondContext, blobRows: BlobRows, maintenance: Maintenance) {
    this.#context = context;
    this.#blobRows = blobRows;
    this.#maintenance = maintenance;
  }

  /** Opens a temporary of this pond object. */
  createTemporary(sizeBytes?: number): Promise<TemporaryWriter> {
    const { engine, owner } = this.#context;
    return engine.createTemporary(owner, sizeBytes === undefined ? {} : { sizeBytes });
  }

  /** Stages bytes that nobody else changes: small ones in memory, large ones in a temporary. */
  async stageOwned(owned: Uint8Array<ArrayBuffer>): Promise<StagedContent> {
    const { byteLength } = owned;
    const { sha256, bytes } = await this.#digest(owned);
    if (!shouldStoreAsLargeFile(byteLength)) {
      return new StagedContent(byteLength, sha256, { kind: "memory", bytes });
    }
    const known = await this.#findWhole(sha256);
    if (known) {
      const { pageSums } = known;
      return new StagedContent(byteLength, sha256, { kind: "known", bytes, pageSums });
    }
    return this.stageTemporary(await this.writeTemporary(bytes, sha256));
  }

  /** Stages a finished temporary. */
  stageTemporary(temporary: Temporary): StagedContent {
    const { size, sha256 } = temporary;
    return new StagedContent(size, sha256, { kind: "temporary", temporary });
  }

  /** Writes bytes whose hash is known. They go to the engine and must not be used again. */
  async writeTemporary(bytes: Uint8Array<ArrayBuffer>, sha256: string): Promise<Temporary> {
    const { engine, owner } = this.#context;
    const writer = await engine.createTemporary(owner, { sha256 });
    try {
      await writer.write(bytes);
      return await writer.close();
    } catch (error) {
      await writer.abort().catch(() => {}); // the failure to write is the one to report
      throw error;
    }
  }

  /** Drops staged bytes; what a commit linked stays. Never rejects. */
  async discard(content: Content): Promise<void> {
    if (!isStaged(content)) return;
    const { bytes, sha256, lease } = content;
    content.assign(undefined);
    content.lease = undefined;
    content.end();
    await lease?.release();
    try {
      if (bytes.kind === "temporary") await this.#context.engine.discard(bytes.temporary.path);
      // Published for a commit that failed: nobody names it, unless another commit has come to do so.
      if (bytes.kind === "published") await this.#maintenance.collect(sha256);
    } catch {
      // What is left is swept with this owner's temporaries, or by the next gc.
    }
  }

  async #digest(bytes: Uint8Array<ArrayBuffer>): Promise<DigestedBytes> {
    if (bytes.byteLength > HASHED_HERE_BYTES) return this.#context.engine.digest(bytes);
    return { bytes, sha256: await sha256Of(bytes) };
  }

  async #findWhole(sha256: string): Promise<BlobRow | undefined> {
    const row = await this.#blobRows.findIntact(sha256);
    const isWhole = row && (await this.#context.engine.verifyBlob(sha256, row.size, row.pageSums));
    return isWhole ? row : undefined;
  }
}
