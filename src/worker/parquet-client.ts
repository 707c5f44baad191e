import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { assertEncodeOptions } from "./parquet-encode-options.ts";
import { ParquetLane } from "./parquet-lane.ts";
import { LentSources } from "./parquet-lent-sources.ts";
import { RemoteEncoder } from "./parquet-remote-encoder.ts";
import { RemoteReader } from "./parquet-remote-reader.ts";
import type { ParquetService } from "./parquet-service.ts";
import type {
  EncodeOptions,
  ParquetClientOptions,
  ParquetCodec,
  ParquetEncoder,
  ParquetReader,
  ParquetSummary,
} from "./parquet-types.ts";
import { parquetWorkerFactory } from "./parquet-worker.ts";
import { Remote, receiver, startWorker } from "./remote.ts";
import { SplicedSource } from "./splice-source.ts";
import type { WorkerSource } from "./worker-factory.ts";

/**
 * The Parquet codec behind workers. Reading and writing have one each, so that a damaged file, which
 * can take its worker down, never takes a file that is being written along.
 */
export class ParquetClient implements ParquetCodec {
  readonly #encoding: ParquetLane;
  readonly #reading: ParquetLane;
  readonly #wasmUrl: string | undefined;
  #nextId = 1;

  constructor({ worker, wasmUrl, deadlineMs }: ParquetClientOptions = {}) {
    const start = worker === "inline" ? runHere : () => startParquetWorker(worker);
    this.#encoding = new ParquetLane({ start, deadlineMs, diedCode: "WORKER_DIED" });
    this.#reading = new ParquetLane({ start, deadlineMs, diedCode: "PARQUET_READ_FAILED" });
    this.#wasmUrl = wasmUrl && new URL(wasmUrl, location.href).href;
  }

  async openEncoder(options: EncodeOptions = {}): Promise<ParquetEncoder> {
    assertEncodeOptions(options);
    return await RemoteEncoder.open(this.#encoding, {
      id: this.#nextId++,
      options,
      wasmUrl: this.#wasmUrl,
    });
  }

  describe(source: ByteSource, signal?: AbortSignal): Promise<ParquetSummary> {
    return this.#lend([source], signal, (remote, { loan }) =>
      remote.call("describe", { loan }, { signal, transfer: [loan.port] }),
    );
  }

  async openReader(
    source: ByteSource,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ParquetReader> {
    const nextId = () => this.#nextId++;
    return await RemoteReader.open(
      this.#reading,
      { source, nextId, wasmUrl: this.#wasmUrl },
      signal,
    );
  }

  async splice(sources: readonly ByteSource[], signal?: AbortSignal): Promise<ByteSource> {
    const plan = await this.#lend(sources, signal, (remote, { loan }) =>
      remote.call("splice", { loan }, { signal, transfer: [loan.port] }),
    );
    return new SplicedSource(sources, plan);
  }

  async close(): Promise<void> {
    this.#encoding.close();
    this.#reading.close();
  }

  #lend<T>(
    sources: readonly ByteSource[],
    signal: AbortSignal | undefined,
    ask: (remote: Remote<ParquetService>, lent: LentSources) => Promise<T>,
  ): Promise<T> {
    return this.#reading.use(signal, async (remote) => {
      const lent = new LentSources(sources);
      try {
        return await this.#reading.watch(remote, ask(remote, lent), lent);
      } finally {
        lent.close();
      }
    });
  }
}

function startParquetWorker(source?: WorkerSource | MessagePort): Promise<Remote<ParquetService>> {
  const label = "parquet";
  if (source instanceof MessagePort) {
    return startWorker<ParquetService>({ create: () => source, label, cure: PORT_CURE });
  }
  if (source === undefined && !("Worker" in globalThis)) return Promise.reject(noWorkers());
  return startWorker<ParquetService>({ create: parquetWorkerFactory(source), label });
}

/** What helps where no workers can be made, as in Shared Workers of Chromium. */
const PORT_CURE = "a page can serve another port by connectParquetWorker(port)";

function noWorkers(): TinyFSError {
  const message = `Cannot start the parquet worker: there are no workers within this one; pass workers: { parquet: port } here, and in a page connectParquetWorker(port)`;
  return new TinyFSError("WORKER_START", message);
}

/** Not replaceable: a panic within parquet-wasm stays with the thread that called it. */
async function runHere(): Promise<Remote<ParquetService>> {
  const service = await import("./parquet-service.ts");
  return new Remote<ParquetService>(receiver(new service.ParquetService()));
}
