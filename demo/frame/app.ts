import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { formatTime } from "../format.ts";
import "../files/files-view.ts";
import { importDock } from "../importing/import-dock.ts";
import { ImportQueue } from "../importing/import-queue.ts";
import type { ViewContext } from "../views/contract.ts";
import { tabBar } from "../views/shared/tab-bar.ts";
import type { Explorer } from "./explorer.ts";
import { LightElement } from "./light-element.ts";
import { noticeList } from "./notice-list.ts";
import { TABS, type TabName } from "./place.ts";
import "./status-line.ts";

const TITLES: Readonly<Record<TabName, string>> = {
  files: "Files",
  history: "History",
  storage: "Storage",
  console: "Console",
};

/** What a tab needs comes with its first use. */
const LAZY: Readonly<Record<Exclude<TabName, "files">, () => Promise<unknown>>> = {
  history: () => import("../views/history-view.ts"),
  storage: () => import("../views/storage-view.ts"),
  console: () => import("./console-panel.ts"),
};

/** The page: header, tabs, messages, what is imported, and how much is stored. */
export class ExplorerApp extends LightElement {
  static override properties = { explorer: { attribute: false } };
  declare explorer: Explorer;
  #imports: ImportQueue | undefined;
  /** Once opened a tab stays, with what was typed and where it was scrolled to. */
  readonly #opened = new Set<TabName>();
  #announced = "";

  get imports(): ImportQueue | undefined {
    return this.#imports;
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("explorer")) this.#listen();
    const { tab } = this.explorer.place;
    if (this.#opened.has(tab)) return;
    this.#opened.add(tab);
    if (tab === "files") return;
    LAZY[tab]().catch((error: unknown) => {
      this.explorer.fail(error, `Could not load “${TITLES[tab]}”`);
    });
  }

  override render(): TemplateResult {
    const { explorer } = this;
    const { tab, pond } = explorer.place;
    const tabs = TABS.map((name) => [name, TITLES[name]] as const);
    return html`
      <header class="app-head">
        <h1><span class="logo" aria-hidden="true"></span>TinyPond</h1>
        <button
          type="button"
          id="ponds"
          aria-haspopup="dialog"
          title="Open, make and delete ponds"
          @click=${() => void this.#showPonds()}
        >
          <span class="visually-hidden">Pond: </span><span class="pond-name">${pond}</span>
          <span aria-hidden="true">▾</span>
        </button>
        ${tabBar(tabs, tab, "Parts", (name) => explorer.showTab(name))}
      </header>
      ${this.#banner()}
      ${noticeList(explorer.notices)}
      <p id="announcer" class="visually-hidden" role="status">${this.#announced}</p>
      <main id="panel" role="tabpanel" aria-labelledby="tab-${tab}" tabindex="-1">
        ${TABS.map((name) => this.#panel(name))}
      </main>
      ${this.#imports ? importDock(this.#imports, (path) => explorer.openPath(path)) : nothing}
      <footer class="app-foot">
        <tp-status .explorer=${explorer} .context=${explorer.context}></tp-status>
      </footer>
    `;
  }

  #panel(name: TabName): TemplateResult | typeof nothing {
    const { context } = this.explorer;
    if (!this.#opened.has(name)) return nothing;
    const isShown = name === this.explorer.place.tab;
    return html`<div class="panel panel-${name}" ?hidden=${!isShown}>
      ${this.#view(name, context)}
    </div>`;
  }

  #view(name: TabName, context: ViewContext | undefined): TemplateResult | typeof nothing {
    const { explorer } = this;
    if (name === "files") {
      return html`<tp-files
        .explorer=${explorer}
        .imports=${this.#imports}
        .context=${context}
        .path=${explorer.place.path}
      ></tp-files>`;
    }
    if (!context) return nothing;
    if (name === "history") return html`<tp-history .context=${context}></tp-history>`;
    if (name === "storage") return html`<tp-storage .context=${context}></tp-storage>`;
    return html`<tp-console .context=${context}></tp-console>`;
  }

  #banner(): TemplateResult | typeof nothing {
    const { snapshot } = this.explorer;
    if (!snapshot) return nothing;
    const when = snapshot.time === 0 ? "" : `, ${formatTime(snapshot.time)}`;
    return html`<div class="time-banner" role="status">
      <p>
        You see the pond as of <strong>commit ${snapshot.seq}</strong>${when}. Nothing can be changed
        here.
      </p>
      <button type="button" id="back-to-now" @click=${() => void this.explorer.goTo(undefined)}>
        Back to the present
      </button>
    </div>`;
  }

  async #showPonds(): Promise<void> {
    try {
      const { showPonds } = await import("./pond-dialog.ts");
      await showPonds(this.explorer);
    } catch (error) {
      this.explorer.fail(error, "Could not show the ponds");
    }
  }

  #listen(): void {
    const { explorer } = this;
    const draw = () => this.requestUpdate();
    this.#imports = new ImportQueue(explorer, draw);
    explorer.on("change", draw);
    explorer.on("announce", ({ detail }) => {
      this.#announced = detail;
      draw();
    });
  }
}

customElements.define("tp-app", ExplorerApp);
