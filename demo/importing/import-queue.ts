import type { Explorer } from "../frame/explorer.ts";
import type { FoundFile } from "./dropped.ts";
import { importFile } from "./import-file.ts";
import { ImportJob } from "./import-job.ts";
import { UnfinishedImports } from "./unfinished.ts";

/** Imports one file after the other, so that memory holds one at a time. */
export class ImportQueue {
  readonly #explorer: Explorer;
  readonly #onChange: () => void;
  readonly #unfinished = new UnfinishedImports();
  #jobs: readonly ImportJob[] = [];
  #last: Promise<void> = Promise.resolve();

  /** @param onChange is told whenever a line of an import has to be drawn again */
  constructor(explorer: Explorer, onChange: () => void) {
    this.#explorer = explorer;
    this.#onChange = onChange;
  }

  /** All that is shown, in the order in which it was asked for. */
  get jobs(): readonly ImportJob[] {
    return this.#jobs;
  }

  /** Shows the imports at once and runs them when those before have ended. */
  add(files: readonly FoundFile[], folder: string): void {
    const jobs = files.map((file) => new ImportJob(file, folder, this.#onChange));
    for (const { name } of jobs) this.#unfinished.begin(name);
    this.#jobs = [...this.#jobs, ...jobs];
    this.#onChange();
    this.#last = this.#last.then(async () => {
      for (const job of jobs) await this.#run(job);
    });
  }

  dismiss(job: ImportJob): void {
    this.#jobs = this.#jobs.filter((one) => one !== job);
    this.#onChange();
  }

  /** Takes away the lines of all imports that have ended. */
  dismissEnded(): void {
    this.#jobs = this.#jobs.filter(({ isEnded }) => !isEnded);
    this.#onChange();
  }

  cancelAll(): void {
    for (const job of this.#jobs) if (!job.isEnded) job.cancel();
  }

  async #run(job: ImportJob): Promise<void> {
    const root = this.#explorer.context?.pond.root;
    try {
      job.signal.throwIfAborted();
      if (!root) throw new Error("No pond is open");
      const file = await job.file.open(job.signal);
      job.start(file.size);
      const { signal } = job;
      const onProgress = job.progress.bind(job);
      const { relativePath } = job.file;
      const options = { signal, onProgress };
      const done = await importFile(root, job.folder, relativePath, file, options);
      job.done(done, (await root.stat(done.path)).rowCount);
      this.#explorer.announce(`${job.name}: ${job.text}`);
    } catch (error) {
      this.#fail(job, error);
    }
    this.#unfinished.end(job.name);
  }

  #fail(job: ImportJob, error: unknown): void {
    if (job.signal.aborted) {
      job.end("cancelled", "Cancelled; nothing was stored");
      this.#explorer.announce(`The import of ${job.name} was cancelled`);
      return;
    }
    job.end("failed", "Not imported; see the message");
    this.#explorer.fail(error, `Could not import “${job.name}”`);
  }
}
