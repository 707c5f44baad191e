import { askText } from "../frame/dialogs.ts";
import type { Explorer } from "../frame/explorer.ts";
import { chosenFiles, type FoundFile, transferredFiles } from "../importing/dropped.ts";
import type { ImportQueue } from "../importing/import-queue.ts";
import { SAMPLE } from "../importing/sample.ts";
import { urlFile } from "../importing/url-file.ts";

/** The ways in: picker, drop, paste, address, sample. */
export class FileImports {
  readonly #queue: ImportQueue;
  readonly #explorer: Explorer;

  constructor(queue: ImportQueue, explorer: Explorer) {
    this.#queue = queue;
    this.#explorer = explorer;
  }

  addChosen(input: HTMLInputElement, folder: string): void {
    const files = chosenFiles(input);
    input.value = ""; // so that the same file can be chosen again
    this.#add(files, folder);
  }

  /** What was dropped or pasted. */
  async addTransferred(transfer: DataTransfer, folder: string): Promise<void> {
    try {
      this.#add(await transferredFiles(transfer), folder);
    } catch (error) {
      this.#explorer.fail(error, "Could not read what was dropped");
    }
  }

  async addAddress(folder: string): Promise<void> {
    const [address] = (await askText({
      title: "Import from an address",
      label: "Address",
      hint: "A file of this server, or of one that allows it to other pages (CORS).",
      confirm: "Import",
      check: (text) => (URL.canParse(text, location.href) ? undefined : "This is no address"),
    })) ?? [undefined];
    if (address !== undefined) this.#add([urlFile(address)], folder);
  }

  addSample(folder: string): void {
    this.#add([SAMPLE], folder);
  }

  #add(files: readonly FoundFile[], folder: string): void {
    if (files.length === 0) return;
    if (this.#explorer.context?.at !== undefined) {
      const advice = "Go back to the present, and import it again.";
      this.#explorer.notices.add({ kind: "info", title: "The past cannot be changed", advice });
      return;
    }
    this.#queue.add(files, folder);
  }
}
