import { TinyFSError } from "../tinyfs/errors.ts";
import type { ParquetLane } from "./parquet-lane.ts";
import type { ParquetService } from "./parquet-service.ts";
import type { EncodeOptions, ParquetEncoder, ParquetSummary } from "./parquet-types.ts";
import type { Remote } from "./remote.ts";

/** What opening an encoder takes. */
export interface EncoderOpening {
  /** A number that no other encoder of the lane has. */
  readonly id: number;
  readonly options: EncodeOptions;
  readonly wasmUrl: string | undefined;
}

/** An encoder that lives in a worker. It dies with its worker: what it holds cannot be made again. */
export class RemoteEncoder implements ParquetEncoder {
  readonly #lane: ParquetLane;
  readonly #remote: Remote<ParquetService>;
  readonly #id: number;
  #last: Promise<unknown> = Promise.resolve();
  #refusal: { readonly error: unknown } | undefined;
  #freed = false;

  constructor(lane: ParquetLane, remote: Remote<ParquetService>, id: number) {
    this.#lane = lane;
    this.#remote = remote;
    this.#id = id;
    lane.hold();
  }

  static open(lane: ParquetLane, opening: EncoderOpening): Promise<RemoteEncoder> {
    return lane.use(undefined, async (remote) => {
      await lane.watch(remote, remote.call("openEncoder", opening));
      return new RemoteEncoder(lane, remote, opening.id);
    });
  }

  encode(ipcStream: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const argument = { id: this.#id, ipcStream };
    return this.#next(() =>
      this.#watch(this.#remote.call("encode", argument, { transfer: [ipcStream.buffer] })),
    );
  }

  finish(): Promise<{ tail: Uint8Array<ArrayBuffer>; summary: ParquetSummary }> {
    return this.#next(async () => {
      try {
        return await this.#watch(this.#remote.call("finish", { id: this.#id }));
      } finally {
        await this.abort();
      }
    });
  }

  async abort(): Promise<void> {
    this.#refusal ??= { error: new TinyFSError("WRITER_CLOSED", "The Parquet encoder is closed") };
    if (this.#freed) return;
    this.#freed = true;
    this.#lane.release();
    try {
      const heapBytes = await this.#watch(this.#remote.call("closeEncoder", { id: this.#id }));
      this.#lane.recycle(this.#remote, heapBytes);
    } catch {
      // the worker is dead, and what the encoder held with it
    }
  }

  #watch<T>(call: Promise<T>): Promise<T> {
    return this.#lane.watch(this.#remote, call);
  }

  /** One call after the other, and none after a failure: a file with a gap would read as a whole one. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.#refusal) throw this.#refusal.error;
      return work();
    });
    this.#last = result.catch((error: unknown) => {
      this.#refusal ??= { error };
    });
    return result;
  }
}
