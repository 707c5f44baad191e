import type { EncodeResult, EncodeTask } from "./encode-by-hand.worker.ts";

/** A worker that encodes with the libraries themselves. */
export class EncodingByHand {
  readonly #worker = new Worker(new URL("./encode-by-hand.worker.ts", import.meta.url), {
    type: "module",
  });

  run(task: EncodeTask): Promise<EncodeResult> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data as EncodeResult);
      this.#worker.onerror = (event) => reject(new Error(event.message));
      this.#worker.postMessage(task);
    });
  }

  close(): void {
    this.#worker.terminate();
  }
}

/** A whole number from the page's address, as in `?rows=1000000`. */
export function parameter(name: string, usual: number): number {
  return Number(new URLSearchParams(location.search).get(name) ?? usual);
}

/** A size at the scale that the page's address asks for: 1 unless it says otherwise. */
export function scaled(size: number): number {
  return Math.max(1, Math.round(size * parameter("scale", 1)));
}
