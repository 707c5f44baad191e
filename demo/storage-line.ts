import type { Pond } from "tinypond";
import { deleteEverything } from "./delete-pond.ts";
import { button, element } from "./element.ts";
import { formatBytes, formatCounted } from "./format.ts";
import { announce, showError } from "./notices.ts";

const MODE_NAMES = {
  opfs: "in the browser's private file system",
  indexeddb: "in the browser's database, since it has no private file system here",
  memory: "in memory only: gone when the page is closed",
};

const PROTECTED = "Protected: the browser will not clear it by itself.";
const NOT_PROTECTED = "Not protected: the browser may clear it when space runs out.";

/** How much is stored, where, and whether the browser may throw it away. */
export class StorageLine {
  readonly #container: HTMLElement;
  readonly #pond: Pond;

  constructor(container: HTMLElement, pond: Pond) {
    this.#container = container;
    this.#pond = pond;
  }

  /** Reads the figures again. @throws what `stats()` throws */
  async refresh(): Promise<void> {
    const { files, liveBytes, historyBytes, quota } = await this.#pond.stats();
    const size = formatBytes(liveBytes);
    const history = historyBytes === 0 ? "" : `, and ${formatBytes(historyBytes)} of history`;
    const room = quota === 0 ? "" : `; there is room for ${formatBytes(quota)}`;
    const mode = MODE_NAMES[this.#pond.storage.mode];
    const text = `${formatCounted(files, "file")}, ${size}${history}, ${mode}${room}.`;
    this.#container.replaceChildren(
      element("p", { text, attributes: { id: "storage-figures" } }),
      element("p", { text: this.#pond.storage.persisted ? PROTECTED : NOT_PROTECTED }),
      element("div", { class: "actions" }, this.#buttons()),
    );
  }

  #buttons(): HTMLElement[] {
    const ask = () => {
      protect.textContent = "Waiting for the browser …";
      void this.#ask();
    };
    const protect = button("Protect it", ask, { attributes: { id: "protect" } });
    const empty = button("Delete everything", () => void deleteEverything(this.#pond));
    return this.#pond.storage.persisted ? [empty] : [protect, empty];
  }

  async #ask(): Promise<void> {
    try {
      const isPersisted = await this.#pond.persist();
      announce(isPersisted ? "The pond is protected" : "The browser did not agree to protect it");
      await this.refresh();
      if (!isPersisted) this.#explainRefusal();
    } catch (error) {
      showError("Could not ask for protection", error);
    }
  }

  #explainRefusal(): void {
    const text =
      "The browser did not agree. It decides by how you use the page: add a bookmark, or install it, and ask again.";
    this.#container.append(element("p", { class: "quiet", text }));
  }
}
