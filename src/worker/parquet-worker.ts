import { type WorkerSource, workerFactory } from "./worker-factory.ts";

/** Where the Parquet codec runs: in a worker of its own, behind a port, or here. */
export type ParquetSource = WorkerSource | MessagePort | "inline";

/** Makes Parquet workers. */
export function parquetWorkerFactory(source?: WorkerSource): () => Worker {
  return workerFactory(
    source,
    () => new Worker(new URL("./parquet.worker.js", import.meta.url), { type: "module" }),
  );
}

/** Starts a Parquet worker that serves whoever is at the other end of a port. It runs until it is terminated. */
export function serveParquet(port: MessagePort, source?: WorkerSource): Worker {
  const worker = parquetWorkerFactory(source)();
  worker.postMessage(port, [port]);
  return worker;
}
