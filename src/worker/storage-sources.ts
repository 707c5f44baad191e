import type { VerifiedFile } from "./verified-file.ts";

/** The files that are open for reading, by number, so that moves can make them let go. */
export class Sources {
  readonly #files = new Map<number, VerifiedFile>();
  #nextId = 1;

  /** Opens a file and gives it a number. @throws LARGE_FILE_NOT_FOUND, CORRUPT_BLOB */
  async open(file: VerifiedFile): Promise<number> {
    await file.open();
    const id = this.#nextId++;
    this.#files.set(id, file);
    return id;
  }

  /** The file with this number. */
  get(id: number): VerifiedFile {
    const file = this.#files.get(id);
    if (!file) throw new TypeError("Cannot read from a source that is closed");
    return file;
  }

  /** Closes a file; one that is closed already is no error. */
  close(id: number): void {
    this.#files.get(id)?.close();
    this.#files.delete(id);
  }

  /** Closes all files. */
  closeAll(): void {
    for (const id of [...this.#files.keys()]) this.close(id);
  }

  /**
   * Runs `work`, which moves `from` to `to`, while no source of this worker holds either open:
   * a file can be neither moved nor replaced under a handle. The sources then follow the move.
   */
  async duringMove<T>(from: string, to: string, work: () => Promise<T>): Promise<T> {
    const held = [...this.#files.values()].filter(({ path }) => path === from || path === to);
    let reopen = () => {};
    const gate = new Promise<void>((resolve) => {
      reopen = resolve;
    });
    for (const file of held) file.suspend(gate);
    try {
      const result = await work();
      for (const file of held) file.follow(to);
      return result;
    } finally {
      reopen();
    }
  }
}
