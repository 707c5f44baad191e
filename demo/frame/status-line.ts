import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { PondStats } from "tinypond";
import { formatBytes, formatCounted } from "../format.ts";
import type { ViewContext } from "../views/contract.ts";
import type { Explorer } from "./explorer.ts";
import { LightElement } from "./light-element.ts";

const MODE_NAMES = {
  opfs: "in the browser's private file system",
  indexeddb: "in the browser's database, since it has no private file system here",
  memory: "in memory only: gone when the page is closed",
};

const REFUSED =
  "The browser did not agree. It decides by how the page is used: bookmark it, or install it, and ask again.";

/** Figures wait so long for further commits. */
const SETTLE_MS = 150;

/** How much is stored, where, and whether the browser may throw it away. */
export class StatusLine extends LightElement {
  static override properties = { explorer: { attribute: false }, context: { attribute: false } };
  declare explorer: Explorer;
  declare context: ViewContext | undefined;
  #stats: PondStats | undefined;
  #isAsking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override firstUpdated(): void {
    const later = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#read(), SETTLE_MS);
    };
    this.explorer.on("commit", later);
    this.explorer.on("refresh", later);
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("context")) void this.#read();
  }

  override render(): TemplateResult {
    const { context } = this;
    if (!context || !this.#stats) return html`<p id="storage-figures">Opening the pond …</p>`;
    const { mode, persisted } = context.pond.storage;
    const [what, where] = figures(this.#stats, mode);
    return html`<p id="storage-figures">${what}<span class="only-wide">${where}</span></p>
      <p class="protection">
        ${persisted ? "Protected" : "Not protected"}<span class="only-wide">${persisted ? ": the browser keeps it" : ": the browser may clear it"}</span>
        ${
          persisted || mode === "memory"
            ? nothing
            : html`<button
                type="button"
                id="protect"
                ?disabled=${this.#isAsking}
                @click=${() => void this.#ask(context)}
              >${this.#isAsking ? "Waiting for the browser …" : "Protect it"}</button>`
        }
      </p>`;
  }

  async #read(): Promise<void> {
    const { context } = this;
    try {
      this.#stats = await context?.pond.stats();
    } catch (error) {
      if (context === this.context) this.explorer.fail(error, "Could not read how much is stored");
    }
    this.requestUpdate();
  }

  async #ask({ pond }: ViewContext): Promise<void> {
    this.#isAsking = true;
    this.requestUpdate();
    try {
      const isProtected = await pond.persist();
      if (isProtected) this.explorer.announce("The pond is protected");
      else this.explorer.notices.add({ kind: "info", title: "Not protected", advice: REFUSED });
    } catch (error) {
      this.explorer.fail(error, "Could not ask for protection");
    }
    this.#isAsking = false;
    this.requestUpdate();
  }
}

function figures(stats: PondStats, mode: keyof typeof MODE_NAMES): readonly [string, string] {
  const { files, liveBytes, historyBytes, quota } = stats;
  const history = historyBytes > 0 ? `, and ${formatBytes(historyBytes)} of history` : "";
  const room = quota === 0 ? "" : `; there is room for ${formatBytes(quota)}`;
  const what = `${formatCounted(files, "file")}, ${formatBytes(liveBytes)}${history}`;
  return [what, `, ${MODE_NAMES[mode]}${room}.`];
}

customElements.define("tp-status", StatusLine);
