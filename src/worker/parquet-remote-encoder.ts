import { TinyFSError } from "../tinyfs/errors.ts";
import type { EncoderPool } from "./encoder-pool.ts";
import { assertFooterFits } from "./footer-limit.ts";
import type { EncodedPiece } from "./parquet-encoding.ts";
import type { ParquetLane } from "./parquet-lane.ts";
import type { ParquetService } from "./parquet-service.ts";
import type { EncodeOptions, EncodingChoice, ParquetEncoder } from "./parquet-types.ts";
import type { PieceSettings } from "./parquet-write-settings.ts";
import type { AppendedPiece, JoinedEnd } from "./piece-joining.ts";
import type { Remote } from "./remote.ts";

/** What opening an encoder takes. */
export interface EncoderOpening {
  /** A number that no other encoder of the pool has. */
  readonly id: number;
  readonly options: EncodeOptions;
  readonly wasmUrl: string | undefined;
}

/**
 * Has the batches of one file encoded by the workers of a pool, several at once, and keeps what its
 * footer will be made of.
 */
export class RemoteEncoder implements ParquetEncoder {
  readonly #pool: EncoderPool;
  readonly #opening: EncoderOpening;
  readonly #pieces: Promise<AppendedPiece>[] = [];
  readonly #used = new Map<Remote<ParquetService>, ParquetLane>();
  #settings: PieceSettings;
  #footerBytes = 0;
  #refusal: { readonly error: unknown } | undefined;
  #freed = false;

  constructor(pool: EncoderPool, opening: EncoderOpening) {
    this.#pool = pool;
    this.#opening = opening;
    this.#settings = { options: opening.options };
  }

  get concurrency(): number {
    return this.#pool.size;
  }

  async encode(
    ipcStream: Uint8Array<ArrayBuffer>,
    choices?: Readonly<Record<string, EncodingChoice>>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const index = this.#pieces.length;
    if (index === 0) this.#settings = { ...this.#settings, choices };
    const piece = this.#unlessRefused(() => this.#encode(ipcStream, index));
    const kept = piece.then(({ body: _, footerBytes: __, ...rest }) => rest);
    kept.catch(() => {}); // told by this call, and again by `finish`
    this.#pieces.push(kept);
    return (await piece).body;
  }

  async finish(): Promise<JoinedEnd> {
    const pieces = Promise.all(this.#pieces);
    await pieces.catch(() => {}); // the first failure is kept
    try {
      return await this.#unlessRefused(async () => this.#join(await pieces));
    } finally {
      void this.abort();
    }
  }

  async abort(): Promise<void> {
    this.#refusal ??= { error: new TinyFSError("WRITER_CLOSED", "The Parquet encoder is closed") };
    if (this.#freed) return;
    this.#freed = true;
    const { id } = this.#opening;
    for (const [remote, lane] of this.#used) {
      try {
        const heapBytes = await lane.watch(remote, remote.call("closeEncoder", { id }));
        lane.recycle(remote, heapBytes);
      } catch {
        // the worker is dead, and what the encoder held with it
      }
    }
  }

  async #encode(ipcStream: Uint8Array<ArrayBuffer>, index: number): Promise<EncodedPiece> {
    const { id, wasmUrl } = this.#opening;
    const settings = this.#settings;
    const piece = await this.#pool.run((lane) =>
      lane.use(undefined, (remote) => {
        if (this.#refusal) throw this.#refusal.error;
        this.#used.set(remote, lane);
        const argument = { id, ipcStream, index, settings, wasmUrl };
        const transfer = [ipcStream.buffer];
        return lane.watch(remote, remote.call("encode", argument, { transfer }));
      }),
    );
    this.#footerBytes += piece.footerBytes;
    assertFooterFits(this.#footerBytes);
    return piece;
  }

  #join(pieces: readonly AppendedPiece[]): Promise<JoinedEnd> {
    const transfer = pieces.map(({ tail }) => tail.buffer);
    const argument = { pieces, options: this.#opening.options };
    return this.#pool.run((lane) =>
      lane.use(undefined, (remote) =>
        lane.watch(remote, remote.call("join", argument, { transfer })),
      ),
    );
  }

  /** Nothing after a failure: a file with a gap would read as a whole one. */
  async #unlessRefused<T>(work: () => Promise<T>): Promise<T> {
    if (this.#refusal) throw this.#refusal.error;
    try {
      return await work();
    } catch (error) {
      this.#refusal ??= { error };
      throw error;
    }
  }
}
