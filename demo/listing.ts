import type { EntryType, ListEntry } from "tinypond";
import { button, element } from "./element.ts";
import { formatBytes, formatCount, formatCounted, formatTime, isoTime } from "./format.ts";
import { COLUMNS, type Order, sortEntries } from "./listing-order.ts";

const TYPE_NAMES: Record<EntryType, string> = {
  Directory: "Folder",
  Symlink: "Link",
  FileData: "File",
  FileTable: "Table",
  FileSeries: "Series",
};

/** What can be done with an entry. */
export interface ListingActions {
  readonly onOpen: (entry: ListEntry) => void;
  readonly onRemove: (entry: ListEntry) => void;
}

/** The table of datasets: sorted by any column, each to be opened or deleted. */
export class Listing {
  readonly #container: HTMLElement;
  readonly #actions: ListingActions;
  #entries: readonly ListEntry[] = [];
  #order: Order = { key: "name", descending: false };
  #openName: string | undefined;

  constructor(container: HTMLElement, actions: ListingActions) {
    this.#container = container;
    this.#actions = actions;
  }

  /** Shows these entries in place of those before. */
  show(entries: readonly ListEntry[]): void {
    this.#entries = entries;
    this.#render();
  }

  /** Marks the entry whose preview is open. */
  mark(name: string | undefined): void {
    this.#openName = name;
    for (const opener of this.#openers()) {
      opener.setAttribute("aria-expanded", String(opener.dataset["name"] === name));
    }
  }

  /** Puts the focus on an entry, or on the whole list when it is gone. */
  focus(name: string): void {
    const opener = this.#openers().find((candidate) => candidate.dataset["name"] === name);
    (opener ?? this.#container).focus();
  }

  #openers(): HTMLElement[] {
    return [...this.#container.querySelectorAll<HTMLElement>("[data-name]")];
  }

  #render(): void {
    const focused = document.activeElement;
    const key = focused instanceof HTMLElement ? focused.dataset["focusKey"] : undefined;
    this.#container.replaceChildren(this.#entries.length === 0 ? emptyHint() : this.#table());
    if (key === undefined) return;
    this.#container.querySelector<HTMLElement>(`[data-focus-key="${CSS.escape(key)}"]`)?.focus();
  }

  #table(): HTMLElement {
    const caption = `${formatCounted(this.#entries.length, "dataset")} in this browser`;
    const sorted = sortEntries(this.#entries, this.#order);
    return element("table", { class: "datasets" }, [
      element("caption", { class: "visually-hidden", text: caption }),
      element("thead", {}, [this.#headings()]),
      element(
        "tbody",
        {},
        sorted.map((entry) => this.#row(entry)),
      ),
    ]);
  }

  #headings(): HTMLElement {
    const headings = COLUMNS.map(({ key, title, class: className }) => {
      const isSorted = key === this.#order.key;
      const sort = this.#order.descending ? "descending" : "ascending";
      const attributes = { scope: "col", ...(isSorted && { "aria-sort": sort }) };
      return element("th", { class: className, attributes }, [
        button(title, () => this.#sortBy(key), {
          class: "sort",
          attributes: { "data-focus-key": `sort ${key}` },
        }),
      ]);
    });
    const actions = element("th", { attributes: { scope: "col" } }, [
      element("span", { class: "visually-hidden", text: "Actions" }),
    ]);
    return element("tr", {}, [...headings, actions]);
  }

  #sortBy(key: Order["key"]): void {
    const descending = key === this.#order.key && !this.#order.descending;
    this.#order = { key, descending };
    this.#render();
  }

  #row(entry: ListEntry): HTMLElement {
    const { name, entryType, size, version, timestamp, rowCount } = entry;
    const time = () =>
      element("time", {
        text: formatTime(timestamp),
        attributes: { datetime: isoTime(timestamp) },
      });
    const rows = rowCount === undefined ? "–" : formatCount(rowCount);
    const summary = element("span", { class: "only-narrow quiet" }, [
      new Text(`${TYPE_NAMES[entryType]}, ${formatBytes(size)}, version ${version}, `),
      time(),
    ]);
    return element("tr", {}, [
      element("th", { attributes: { scope: "row" } }, [this.#opener(entry), summary]),
      element("td", { class: "only-wide", text: TYPE_NAMES[entryType] }),
      element("td", { class: "number", text: rows }),
      element("td", { class: "number only-wide", text: formatBytes(size) }),
      element("td", { class: "only-wide" }, [time()]),
      element("td", { class: "number only-wide", text: String(version) }),
      element("td", { class: "row-actions" }, [
        button("Delete", () => this.#actions.onRemove(entry), {
          class: "plain",
          attributes: { "aria-label": `Delete ${name}`, "data-focus-key": `delete ${name}` },
        }),
      ]),
    ]);
  }

  #opener(entry: ListEntry): HTMLElement {
    const attributes = {
      "aria-controls": "preview",
      "aria-expanded": String(entry.name === this.#openName),
      "data-name": entry.name,
      "data-focus-key": `open ${entry.name}`,
    };
    const open = () => this.#actions.onOpen(entry);
    return button(entry.name, open, { class: "link-like", attributes });
  }
}

function emptyHint(): HTMLElement {
  return element("p", {
    class: "quiet",
    text: "Nothing here yet. Drop a file above, or load the sample.",
  });
}
