import { formatBytes, formatCounted, formatPercent, formatSeconds } from "../format.ts";
import type { FoundFile } from "./dropped.ts";
import type { Imported } from "./import-file.ts";
import type { ImportProgress } from "./import-progress.ts";

/** How far an import is. */
export type ImportState = "waiting" | "running" | "done" | "cancelled" | "failed";

/** A rate over less than this says nothing. */
const FIRST_RATE_SECONDS = 0.2;

/** One import: what is read, how far it is, how fast, and a way to stop it. */
export class ImportJob {
  readonly file: FoundFile;
  /** Where it goes: names below this folder. */
  readonly folder: string;
  readonly #onChange: () => void;
  readonly #controller = new AbortController();
  #state: ImportState = "waiting";
  #text = "Waiting …";
  #path: string | undefined;
  #totalBytes = 0;
  #bytes = 0;
  #startedAt = 0;

  constructor(file: FoundFile, folder: string, onChange: () => void) {
    this.file = file;
    this.folder = folder;
    this.#onChange = onChange;
  }

  get name(): string {
    return this.file.relativePath;
  }

  get state(): ImportState {
    return this.#state;
  }

  get isEnded(): boolean {
    return this.#state !== "waiting" && this.#state !== "running";
  }

  /** Says how far it is, or how it ended. */
  get text(): string {
    return this.#text;
  }

  /** Where the file was put. */
  get path(): string | undefined {
    return this.#path;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    this.#controller.abort();
    if (this.#state === "waiting") this.end("cancelled", "Cancelled; nothing was stored");
  }

  /** The import begins; from here on the time counts. */
  start(totalBytes: number): void {
    this.#totalBytes = totalBytes;
    this.#startedAt = performance.now();
    this.#enter("running", "Starting …");
  }

  progress({ bytes, rows }: ImportProgress): void {
    this.#bytes = bytes;
    const seconds = this.#seconds();
    const rate = seconds < FIRST_RATE_SECONDS ? [] : [`${formatBytes(bytes / seconds)}/s`];
    const parts = [
      `${formatBytes(bytes)} of ${formatBytes(this.#totalBytes)}`,
      formatPercent(bytes, this.#totalBytes),
      ...(rows > 0 ? [formatCounted(rows, "row")] : []),
      ...rate,
    ];
    this.#enter("running", parts.join(" · "));
  }

  done({ path, note }: Imported, rowCount: number | undefined): void {
    this.#path = path;
    const rows = rowCount === undefined ? [] : [formatCounted(rowCount, "row")];
    const summary = [...rows, formatBytes(this.#totalBytes)].join(", ");
    const seconds = this.#seconds();
    const rate = `${formatBytes(this.#totalBytes / Math.max(seconds, 0.001))}/s`;
    const words = `Imported as ${path.slice(1)}: ${summary} in ${formatSeconds(seconds)} (${rate})`;
    this.#enter("done", note === undefined ? words : `${words}; ${note}`);
  }

  end(state: "cancelled" | "failed", text: string): void {
    this.#enter(state, text);
  }

  #enter(state: ImportState, text: string): void {
    this.#state = state;
    this.#text = text;
    this.#onChange();
  }

  #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }
}
