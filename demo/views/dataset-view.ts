import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Stat } from "tinypond";
import { formatBytes, formatCount, formatCounted, formatTime, isoTime } from "../format.ts";
import type { ViewContext } from "./contract.ts";
import type { Description } from "./dataset/row-source.ts";
import { followLog } from "./shared/follow-log.ts";
import { waiting } from "./shared/nothing-yet.ts";
import { type Tab, tabBar, tabStyles } from "./shared/tab-bar.ts";
import { viewStyles } from "./shared/view-styles.ts";
import { Work } from "./shared/work.ts";

type Panel = "rows" | "schema" | "columns" | "layout" | "chart";

const TABS: readonly Tab<Panel>[] = [
  ["rows", "Rows"],
  ["schema", "Schema"],
  ["columns", "Columns"],
  ["layout", "Layout"],
  ["chart", "Chart"],
];

/** Each panel comes when it is opened first. */
const PANELS: Readonly<Record<Panel | "file", () => Promise<unknown>>> = {
  rows: () => import("./dataset/rows-panel.ts"),
  schema: () => import("./dataset/schema-panel.ts"),
  columns: () => import("./dataset/columns-panel.ts"),
  layout: () => import("./dataset/layout-panel.ts"),
  chart: () => import("./dataset/chart-panel.ts"),
  file: () => import("./dataset/file-preview.ts"),
};

/** A table, a series or a file: its rows or bytes, and what is known of it. */
export class DatasetView extends LitElement {
  static override properties = {
    context: { attribute: false },
    path: {},
    stat: { state: true },
    description: { state: true },
    panel: { state: true },
    newer: { state: true },
    isGone: { state: true },
  };
  static override styles = [
    viewStyles,
    tabStyles,
    css`
      .facts {
        min-height: 1.5em;
      }
      #panel {
        display: block;
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare path: string;
  declare stat: Stat | undefined;
  declare description: Description | undefined;
  declare panel: Panel;
  /** What the log tells of a version that is newer than the one shown. */
  declare newer: Stat | undefined;
  declare isGone: boolean;
  readonly #reading = new Work();
  readonly #watching = new Work();
  readonly #looking = new Work();
  readonly #isLoaded = new Set<string>();
  /** Panels that were opened stay as they were left: with their filter, their place, their columns. */
  readonly #opened = new Set<Panel>();

  constructor() {
    super();
    this.path = "";
    this.panel = "rows";
    this.isGone = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const work of [this.#reading, this.#watching, this.#looking]) work.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("context");
    const isOtherRoot = changed.has("context") && before?.root !== this.context?.root;
    if (!isOtherRoot && !changed.has("path")) return;
    this.stat = undefined;
    this.description = undefined;
    this.#opened.clear();
    this.#open();
  }

  override render(): TemplateResult {
    const { stat, description } = this;
    const isTable = stat?.entryType === "FileTable" || stat?.entryType === "FileSeries";
    return html`<p class="facts quiet">${stat ? this.#facts(stat, description) : "Opening …"}</p>
      ${this.#hint()}
      ${
        isTable || !stat
          ? html`${tabBar(TABS, this.panel, "Parts of the dataset", (panel) => this.#show(panel))}
            <div id="panel" role="tabpanel" aria-labelledby="tab-${this.panel}">
              ${description ? this.#panels(description) : waiting("Reading what is known of it …", "24rem")}
            </div>`
          : this.#load("file")
            ? html`<tp-file-preview .context=${this.context} .stat=${stat}></tp-file-preview>`
            : waiting("Reading the file …")
      }`;
  }

  #facts(stat: Stat, description: Description | undefined): TemplateResult {
    const kind = { FileTable: "Table", FileSeries: "Series", FileData: "File" }[
      stat.entryType as "FileData"
    ];
    const known = description && [
      formatCounted(description.rowCount, "row"),
      formatCounted(description.columns.length, "column"),
      stat.entryType === "FileSeries" && formatCounted(description.segments, "segment"),
    ];
    const facts = [
      kind,
      ...(known ?? []),
      formatBytes(stat.size),
      `version ${formatCount(stat.version)}`,
    ];
    return html`${facts.filter(Boolean).join(" · ")} ·
      <time datetime=${isoTime(stat.timestamp)}>${formatTime(stat.timestamp)}</time>`;
  }

  #hint(): TemplateResult | "" {
    if (this.isGone) return html`<p class="hint warn" role="status">It was moved or removed.</p>`;
    const { newer, stat, description } = this;
    if (!newer || !stat) return "";
    const more = (newer.rowCount ?? 0) - (description?.rowCount ?? 0);
    const isGrown = newer.entryType === "FileSeries" && description && more > 0;
    const what = isGrown
      ? `${formatCounted(more, "new row")} ${more === 1 ? "has" : "have"} been appended.`
      : `There is a newer version: ${formatCount(newer.version)}.`;
    return html`<div class="hint bar" role="status">
      <span class="grow">${what}</span>
      <button type="button" @click=${() => this.#open()}>${isGrown ? "Show them" : "Show it"}</button>
    </div>`;
  }

  #panels(description: Description): TemplateResult {
    this.#opened.add(this.panel);
    const opened = TABS.filter(([panel]) => this.#opened.has(panel));
    return html`${repeat(
      opened,
      ([panel]) => panel,
      ([panel]) =>
        html`<div ?hidden=${panel !== this.panel}>${this.#panel(panel, description)}</div>`,
    )}`;
  }

  #panel(panel: Panel, description: Description): TemplateResult {
    if (!this.#load(panel)) return waiting("Loading …", "24rem");
    const { context, path, stat } = this;
    switch (panel) {
      case "rows":
        return html`<tp-rows .context=${context} .path=${path} .description=${description}></tp-rows>`;
      case "schema":
        return html`<tp-schema .description=${description} .stat=${stat}></tp-schema>`;
      case "columns":
        return html`<tp-columns .context=${context} .path=${path} .description=${description}></tp-columns>`;
      case "layout":
        return html`<tp-layout .description=${description} .stat=${stat}></tp-layout>`;
      case "chart":
        return html`<tp-chart .context=${context} .path=${path} .description=${description}></tp-chart>`;
    }
  }

  #show(panel: Panel): void {
    this.panel = panel;
  }

  /** Whether the module of a panel is there; if not it is fetched, and the view shown again. */
  #load(panel: Panel | "file"): boolean {
    if (this.#isLoaded.has(panel)) return true;
    PANELS[panel]().then(
      () => {
        this.#isLoaded.add(panel);
        this.requestUpdate();
      },
      (error: unknown) => this.context?.fail(error, "Could not load this part of the page"),
    );
    return false;
  }

  #open(): void {
    const { context, path } = this;
    this.newer = undefined;
    this.isGone = false;
    this.#watching.end();
    if (!context || path === "") return;
    this.#load(this.panel); // while its rows are counted
    this.#reading.run(
      async (signal) => {
        const stat = await context.root.stat(path);
        const isTable = stat.entryType === "FileTable" || stat.entryType === "FileSeries";
        const { version } = stat;
        const description = isTable
          ? await context.root.describe(path, { version, signal })
          : undefined;
        if (signal.aborted) return;
        this.stat = stat;
        this.description = description;
        if (context.at === undefined) this.#watch(context, path);
      },
      (error) => context.fail(error, `Could not open “${path}”`),
    );
  }

  #watch(context: ViewContext, path: string): void {
    this.#watching.run(
      (signal) => followLog(context.pond, { path, signal }, () => this.#look(context, path)),
      (error) => context.fail(error, `Could not follow “${path}”`),
    );
    this.#look(context, path); // what came between reading it and following it
  }

  /** Looks what has become of it. */
  #look(context: ViewContext, path: string): void {
    const { root } = context;
    this.#looking.run(
      async (signal) => {
        const isThere = await root.exists(path);
        const newer = isThere ? await root.stat(path) : undefined;
        if (signal.aborted) return;
        this.isGone = newer === undefined;
        this.newer = newer && newer.version !== this.stat?.version ? newer : undefined;
      },
      (error) => context.fail(error, `Could not look for news of “${path}”`),
    );
  }
}

customElements.define("tp-dataset", DatasetView);
