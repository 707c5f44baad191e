/** How far an import is: bytes of the source, and rows, which are 0 until some are known. */
export interface ImportProgress {
  readonly bytes: number;
  readonly rows: number;
}

/** Puts together what is read of a source and the rows that were made of it. */
export class ProgressCounter {
  readonly #onProgress: (progress: ImportProgress) => void;
  #bytes = 0;
  #rows = 0;

  constructor(onProgress: (progress: ImportProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** The bytes of a file, counted as they are taken. */
  countBytes(file: File): ReadableStream<Uint8Array> {
    const count = (chunk: Uint8Array<ArrayBuffer>, out: TransformStreamDefaultController) => {
      this.#bytes += chunk.byteLength;
      this.#report();
      out.enqueue(chunk);
    };
    return file.stream().pipeThrough(new TransformStream({ transform: count }));
  }

  setRows(rows: number): void {
    this.#rows = rows;
    this.#report();
  }

  #report(): void {
    this.#onProgress({ bytes: this.#bytes, rows: this.#rows });
  }
}
