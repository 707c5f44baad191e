import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { EncoderPool } from "./encoder-pool.ts";
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
  VerifiedFile,
  VerifyOptions,
} from "./parquet-types.ts";
import { heapBudget, VERIFY_DEADLINE_MS, verifyFile } from "./parquet-verification.ts";
import { parquetWorkerFactory } from "./parquet-worker.ts";
import { Remote, receiver, startWorker } from "./remote.ts";
import { SplicedSource } from "./splice-source.ts";
import { startCure } from "./start-cure.ts";
import type { WorkerSource } from "./worker-factory.ts";

/** Files of so many row groups take long enough to be verified that their first rows can be read meanwhile. */
const TRIED_FILE_GROUPS = 4;
/** Enough that all that decodes them has run. */
const TRIED_ROWS = 1000;

/**
 * The Parquet codec behind workers. Reading has one of its own, so that a damaged file, which
 * can take its worker down, never takes a file that is being written along.
 */
export class ParquetClient implements ParquetCodec {
  readonly #encoding: EncoderPool;
  readonly #reading: ParquetLane;
  /** Makes the lane of one verification; absent where there is one worker for all. */
  #disposableLane: (() => ParquetLane) | undefined;
  readonly #disposable = new Set<ParquetLane>();
  readonly #wasmUrl: string | undefined;
  #nextId = 1;

  constructor({ worker, wasmUrl, deadlineMs, encoders }: ParquetClientOptions = {}) {
    const start = worker === "inline" ? runHere : () => startParquetWorker(worker);
    const hasOneWorker = worker === "inline" || worker instanceof MessagePort;
    this.#encoding = new EncoderPool(
      () => new ParquetLane({ start, deadlineMs, diedCode: "WORKER_DIED" }),
      hasOneWorker ? 1 : Math.max(1, encoders ?? usualEncoders()),
    );
    this.#reading = new ParquetLane({ start, deadlineMs, diedCode: "PARQUET_READ_FAILED" });
    if (!hasOneWorker) {
      const limits = { deadlineMs: Math.min(deadlineMs ?? VERIFY_DEADLINE_MS, VERIFY_DEADLINE_MS) };
      this.#disposableLane = () =>
        new ParquetLane({ start, diedCode: "PARQUET_READ_FAILED", ...limits });
    }
    this.#wasmUrl = wasmUrl && new URL(wasmUrl, location.href).href;
  }

  async openEncoder(options: EncodeOptions = {}): Promise<ParquetEncoder> {
    assertEncodeOptions(options);
    await this.#encoding.start();
    const opening = { id: this.#nextId++, options, wasmUrl: this.#wasmUrl };
    return new RemoteEncoder(this.#encoding, opening);
  }

  describe(source: ByteSource, signal?: AbortSignal): Promise<ParquetSummary> {
    return this.#lend([source], signal, (remote, { loan }) =>
      remote.call("describe", { loan }, { signal, transfer: [loan.port] }),
    );
  }

  async openReader(
    source: ByteSource | readonly ByteSource[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ParquetReader> {
    const nextId = () => this.#nextId++;
    return await RemoteReader.open(
      this.#reading,
      { source, nextId, wasmUrl: this.#wasmUrl },
      signal,
    );
  }

  async verify(source: ByteSource, options: VerifyOptions = {}): Promise<VerifiedFile> {
    // What the footer shows to be wrong costs no worker.
    const summary = await this.describe(source, options.signal);
    const heapBytes = heapBudget(summary);
    const lane = this.#disposableLane?.();
    if (lane) {
      this.#disposable.add(lane);
      this.#prepareReading();
    }
    let trial: Promise<void> | undefined;
    const onRows = (rows: number) => {
      if (lane && rows > 0 && summary.rowGroups.length >= TRIED_FILE_GROUPS)
        trial ??= this.#tryOut(source, rows, options.signal);
      options.onRows?.(rows);
    };
    try {
      const nextId = () => this.#nextId++;
      const verification = {
        lane: lane ?? this.#reading,
        isOwnLane: lane !== undefined,
        heapBytes,
      };
      const opening = { source, nextId, wasmUrl: this.#wasmUrl };
      return await verifyFile({ ...verification, ...opening }, { ...options, onRows });
    } finally {
      lane?.close();
      if (lane) this.#disposable.delete(lane);
      await trial; // the source is the caller's to close
    }
  }

  async splice(sources: readonly ByteSource[], signal?: AbortSignal): Promise<ByteSource> {
    const plan = await this.#lend(sources, signal, (remote, { loan }) =>
      remote.call("splice", { loan }, { signal, transfer: [loan.port] }),
    );
    return new SplicedSource(sources, plan);
  }

  async close(): Promise<void> {
    this.#disposableLane = undefined; // what comes later is refused by the others
    this.#encoding.close();
    this.#reading.close();
    for (const lane of this.#disposable) lane.close();
  }

  /** Whoever takes a file in looks at it next: the worker that will read it gets ready meanwhile. */
  #prepareReading(): void {
    const load = (remote: Remote<ParquetService>) =>
      remote.call("load", { wasmUrl: this.#wasmUrl });
    this.#reading.use(undefined, load).catch(() => {}); // whoever reads first has the error
  }

  /** Reads rows that have been verified, since browsers compile much of parquet-wasm when it first runs. Never fails. */
  async #tryOut(source: ByteSource, rows: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      const reader = await this.openReader(source, { signal });
      const few = [{ start: 0, end: Math.min(rows, TRIED_ROWS) }];
      try {
        await reader.readPages(0, few, { signal });
      } finally {
        await reader.close();
      }
    } catch {
      // whoever reads has the error, if there is one then
    }
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

/** On two processors a table is written in two thirds of the time, and the page blocked for 21 ms where it were 15. */
function usualEncoders(): number {
  return navigator.hardwareConcurrency > 1 ? 2 : 1;
}

function startParquetWorker(source?: WorkerSource | MessagePort): Promise<Remote<ParquetService>> {
  const label = "parquet";
  if (source instanceof MessagePort) {
    return startWorker<ParquetService>({ create: () => source, label, cure: portCure });
  }
  if (source === undefined && !("Worker" in globalThis)) return Promise.reject(noWorkers());
  return startWorker<ParquetService>({
    create: parquetWorkerFactory(source),
    label,
    cure: async (worker) => startCure(label, worker),
  });
}

/** What helps where no workers can be made, as in Shared Workers of Chromium. */
async function portCure(): Promise<string> {
  return "a page can serve another port by connectParquetWorker(port)";
}

function noWorkers(): TinyFSError {
  const message = `Cannot start the parquet worker: there are no workers within this one; pass workers: { parquet: port } here, and in a page connectParquetWorker(port)`;
  return new TinyFSError("WORKER_START", message);
}

/** Not replaceable: a panic within parquet-wasm stays with the thread that called it. */
async function runHere(): Promise<Remote<ParquetService>> {
  const service = await import("./parquet-service.ts");
  return new Remote<ParquetService>(receiver(new service.ParquetService()));
}
