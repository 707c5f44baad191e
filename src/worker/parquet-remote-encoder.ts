import { TinyFSError } from "../tinyfs/errors.ts";
import type { EncoderPool } from "./encoder-pool.ts";
import { assertFooterFits } from "./footer-limit.ts";
import type { ParquetLane } from "./parquet-lane.ts";
import type { EncodeResult, ParquetService } from "./parquet-service.ts";
import type { EncodeOptions, EncodingChoice, ParquetEncoder } from "./parquet-types.ts";
import type { PieceSettings } from "./parquet-write-settings.ts";
import type { AppendedPiece, JoinedEnd } from "./piece-joining.ts";
import type { Remote } from "./remote.ts";

/** What is kept of a piece whose pages are on their way to the store. */
type KeptPiece = AppendedPiece & Pick<EncodeResult, "end">;

interface UsedWorker {
  readonly lane: ParquetLane;
  readonly heapBytes: number;
}

/** From here on the system gives memory a page at a time, when it is first written to, which takes longer than copying. */
const LARGE_BYTES = 1 << 20;

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
  readonly #pieces: Promise<KeptPiece>[] = [];
  readonly #used = new Map<Remote<ParquetService>, UsedWorker>();
  /** Of streams that have been encoded. */
  readonly #spare: ArrayBuffer[] = [];
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

  buffer(sizeBytes: number): Uint8Array<ArrayBuffer> {
    const fitting = this.#spare.findIndex(({ byteLength }) => byteLength >= sizeBytes);
    // Those that are too small for one batch will be for the next.
    const [spare] = fitting < 0 ? [] : this.#spare.splice(fitting, 1);
    if (!spare) this.#spare.length = 0;
    return new Uint8Array(spare ?? new ArrayBuffer(withRoom(sizeBytes)), 0, sizeBytes);
  }

  async encode(
    ipcStream: Uint8Array<ArrayBuffer>,
    choices?: Readonly<Record<string, EncodingChoice>>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const index = this.#pieces.length;
    if (index === 0) this.#settings = { ...this.#settings, choices };
    const encoded = this.#unlessRefused(() => this.#encode(ipcStream, index));
    const kept = encoded.then(({ piece: { body: _, footerBytes: __, ...rest }, end }) => {
      return end ? { ...rest, end } : rest;
    });
    kept.catch(() => {}); // told by this call, and again by `finish`
    this.#pieces.push(kept);
    return (await encoded).piece.body;
  }

  async finish(): Promise<JoinedEnd> {
    const pieces = Promise.all(this.#pieces);
    await pieces.catch(() => {}); // the first failure is kept
    try {
      return await this.#unlessRefused(async () => this.#end(await pieces));
    } finally {
      void this.abort();
    }
  }

  async abort(): Promise<void> {
    this.#refusal ??= { error: new TinyFSError("WRITER_CLOSED", "The Parquet encoder is closed") };
    if (this.#freed) return;
    this.#freed = true;
    for (const [remote, { lane, heapBytes }] of this.#used) lane.recycle(remote, heapBytes);
  }

  async #encode(ipcStream: Uint8Array<ArrayBuffer>, index: number): Promise<EncodeResult> {
    const { id, wasmUrl } = this.#opening;
    const settings = this.#settings;
    const result = await this.#pool.run((lane) =>
      lane.use(undefined, async (remote) => {
        if (this.#refusal) throw this.#refusal.error;
        const argument = { id, ipcStream, index, settings, wasmUrl };
        const transfer = [ipcStream.buffer];
        const encoded = await lane.watch(remote, remote.call("encode", argument, { transfer }));
        this.#used.set(remote, { lane, heapBytes: encoded.heapBytes });
        this.#spare.push(encoded.spare);
        return encoded;
      }),
    );
    this.#footerBytes += result.piece.footerBytes;
    assertFooterFits(this.#footerBytes);
    return result;
  }

  async #end(pieces: readonly KeptPiece[]): Promise<JoinedEnd> {
    const [first] = pieces;
    if (pieces.length === 1 && first?.end) return first.end;
    return this.#join(pieces.map(({ end: _, ...piece }) => piece));
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

/** The next batch may be a little larger. What is not used of large memory is never given. */
function withRoom(sizeBytes: number): number {
  return sizeBytes < LARGE_BYTES ? sizeBytes : sizeBytes + (sizeBytes >> 3);
}
