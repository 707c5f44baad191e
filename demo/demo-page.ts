import type { ListEntry, Pond } from "tinypond";
import { confirmDeletion } from "./confirm.ts";
import { watchDropZone } from "./drop-zone.ts";
import { byId } from "./element.ts";
import { ImportQueue } from "./import-queue.ts";
import { Listing } from "./listing.ts";
import { announce, showDone, showError } from "./notices.ts";
import { SAMPLE } from "./sample.ts";
import { StorageLine } from "./storage-line.ts";

/** The page over an open pond. */
export class DemoPage {
  readonly #pond: Pond;
  readonly #preview = byId("preview", HTMLElement);
  readonly #listing: Listing;
  readonly #storage: StorageLine;
  readonly #imports: ImportQueue;
  #openName: string | undefined;

  constructor(pond: Pond) {
    this.#pond = pond;
    this.#storage = new StorageLine(byId("storage", HTMLElement), pond);
    this.#listing = new Listing(byId("datasets", HTMLElement), {
      onOpen: (entry) => void this.#open(entry),
      onRemove: (entry) => void this.#remove(entry),
    });
    this.#imports = new ImportQueue(pond, () => this.refresh());
  }

  /** Takes files, and follows what other tabs do. */
  listen(): void {
    watchDropZone((files) => {
      for (const file of files) this.#imports.add({ name: file.name, open: () => file });
    });
    byId("sample-button", HTMLButtonElement).addEventListener("click", () => {
      this.#imports.add(SAMPLE);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.refresh();
    });
  }

  /** Reads the list and the storage line again. */
  async refresh(): Promise<void> {
    try {
      const entries: ListEntry[] = [];
      for await (const entry of this.#pond.root.list("/")) entries.push(entry);
      this.#listing.show(entries);
      if (!entries.some(({ name }) => name === this.#openName)) this.#close();
      await this.#storage.refresh();
    } catch (error) {
      showError("Could not read the pond", error);
    }
  }

  async #open(entry: ListEntry): Promise<void> {
    if (entry.name === this.#openName) return this.#close();
    this.#openName = entry.name;
    this.#listing.mark(entry.name);
    try {
      const { readPreview } = await import("./preview.ts");
      const content = await readPreview(this.#pond, entry, () => {
        this.#close();
        this.#listing.focus(entry.name);
      });
      if (this.#openName === entry.name) this.#show(content);
    } catch (error) {
      this.#close();
      showError(`Could not open “${entry.name}”`, error);
      await this.refresh();
    }
  }

  #show(content: readonly HTMLElement[]): void {
    this.#preview.replaceChildren(...content);
    this.#preview.hidden = false;
    byId("preview-heading", HTMLElement).focus({ preventScroll: true });
    this.#preview.scrollIntoView({ block: "nearest" });
  }

  #close(): void {
    this.#openName = undefined;
    this.#listing.mark(undefined);
    this.#preview.hidden = true;
    this.#preview.replaceChildren();
  }

  async #remove({ name }: ListEntry): Promise<void> {
    const consequence =
      "It leaves the list. You can undo this while the page is open: the pond keeps its history.";
    if (!(await confirmDeletion(`Delete “${name}”?`, consequence))) return;
    try {
      await this.#pond.root.remove(`/${name}`);
      showDone(`Deleted “${name}”`, () => void this.#restore(name));
    } catch (error) {
      showError(`Could not delete “${name}”`, error);
    }
    await this.refresh();
    this.#listing.focus(name);
  }

  async #restore(name: string): Promise<void> {
    try {
      await this.#pond.root.restore(`/${name}`);
      announce(`${name} is back`);
    } catch (error) {
      showError(`Could not bring back “${name}”`, error);
    }
    await this.refresh();
    this.#listing.focus(name);
  }
}
