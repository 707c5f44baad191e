import type { ArrowCacheUse } from "./arrow/cache-use.ts";
import type { PondOptions } from "./pond-options.ts";
import type { ByteSource } from "./tinyfs/byte-source.ts";
import type { ParquetClient } from "./worker/parquet-client.ts";
import type {
  EncodeOptions,
  ParquetClientOptions,
  ParquetCodec,
  ParquetEncoder,
  ParquetReader,
  ParquetSummary,
  VerifiedFile,
  VerifyOptions,
} from "./worker/parquet-types.ts";
import type { WorkerSource } from "./worker/worker-factory.ts";

/** The Parquet codec, whose client is loaded with the first table: whoever stores bytes only never pays. */
export class LazyParquet implements ParquetCodec {
  readonly cacheBytes: number | undefined;
  readonly #options: ParquetClientOptions;
  #client: Promise<ParquetClient> | undefined;

  constructor({ cacheBytes, ...options }: ParquetClientOptions & Pick<PondOptions, "cacheBytes">) {
    this.cacheBytes = cacheBytes;
    this.#options = options;
  }

  /** How well footers and decoded row groups have served from memory. */
  async cacheUse(): Promise<ArrowCacheUse> {
    const none = { hits: 0, misses: 0, bytes: 0 };
    if (!this.#client) return { footers: none, batches: none };
    return (await import("./arrow/arrow-caches.ts")).cacheUse(this);
  }

  async openEncoder(options?: EncodeOptions): Promise<ParquetEncoder> {
    return (await this.#load()).openEncoder(options);
  }

  async describe(source: ByteSource, signal?: AbortSignal): Promise<ParquetSummary> {
    return (await this.#load()).describe(source, signal);
  }

  async openReader(
    source: ByteSource | readonly ByteSource[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ParquetReader> {
    return (await this.#load()).openReader(source, options);
  }

  async verify(source: ByteSource, options?: VerifyOptions): Promise<VerifiedFile> {
    return (await this.#load()).verify(source, options);
  }

  async splice(sources: readonly ByteSource[], signal?: AbortSignal): Promise<ByteSource> {
    return (await this.#load()).splice(sources, signal);
  }

  async close(): Promise<void> {
    await (await this.#client)?.close();
  }

  #load(): Promise<ParquetClient> {
    this.#client ??= import("./worker/parquet-client.ts").then(
      ({ ParquetClient: Client }) => new Client(this.#options),
    );
    return this.#client;
  }
}

/**
 * Starts a Parquet worker for a pond that lives where no workers can be made, as in Shared Workers of
 * Chromium: there the other end of the port is passed as `workers: { parquet: port }`.
 * @param port one end of a `MessageChannel`, which moves to the worker
 * @param source where the worker's script is, unless beside the library
 * @returns what ends the worker
 */
export async function connectParquetWorker(
  port: MessagePort,
  source?: WorkerSource,
): Promise<() => void> {
  const { serveParquet } = await import("./worker/parquet-worker.ts");
  const worker = serveParquet(port, source);
  return () => worker.terminate();
}
