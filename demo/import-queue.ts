import type { Pond } from "tinypond";
import { byId } from "./element.ts";
import { formatBytes, formatCounted } from "./format.ts";
import { importFile } from "./import-file.ts";
import { ImportRow } from "./import-row.ts";
import { announce, showError } from "./notices.ts";

/** A file to import, or how to get one. */
export interface ImportRequest {
  readonly name: string;
  /** Gives the file when its turn comes. */
  readonly open: (signal: AbortSignal) => File | Promise<File>;
}

/** Imports one file after the other, so that memory holds one at a time. */
export class ImportQueue {
  readonly #pond: Pond;
  readonly #onChange: () => Promise<void>;
  readonly #section = byId("imports-section", HTMLElement);
  readonly #list = byId("imports", HTMLUListElement);
  #last: Promise<void> = Promise.resolve();

  /** @param onChange is called after every import that ended, however it did */
  constructor(pond: Pond, onChange: () => Promise<void>) {
    this.#pond = pond;
    this.#onChange = onChange;
    this.#list.addEventListener("dismissed", (event) => {
      if (event.target instanceof Element) event.target.remove();
      this.#section.hidden = this.#list.children.length === 0;
    });
  }

  /** Shows the import at once and runs it when those before it have ended. */
  add(request: ImportRequest): void {
    const controller = new AbortController();
    const row = new ImportRow(request.name, () => controller.abort());
    this.#list.prepend(row.item);
    this.#section.hidden = false;
    this.#last = this.#last.then(() => this.#run(request, row, controller.signal));
  }

  async #run(request: ImportRequest, row: ImportRow, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      const file = await request.open(signal);
      row.start(file.size);
      const onProgress = row.show.bind(row);
      const path = await importFile(this.#pond.root, file, { signal, onProgress });
      await this.#finish(row, path, file.size);
    } catch (error) {
      fail(row, request.name, signal, error);
    }
    await this.#onChange();
  }

  async #finish(row: ImportRow, path: string, bytes: number): Promise<void> {
    const { rowCount } = await this.#pond.root.stat(path);
    const rows = rowCount === undefined ? [] : [formatCounted(rowCount, "row")];
    const summary = [...rows, formatBytes(bytes)].join(", ");
    row.end("done", `Imported as ${path.slice(1)}: ${summary}`);
    announce(`Imported ${path.slice(1)}: ${summary}`);
  }
}

function fail(row: ImportRow, name: string, signal: AbortSignal, error: unknown): void {
  if (signal.aborted) {
    row.end("cancelled", "Cancelled; nothing was stored");
    announce(`The import of ${name} was cancelled`);
    return;
  }
  row.end("failed", "Not imported; see the message above");
  showError(`Could not import “${name}”`, error);
}
