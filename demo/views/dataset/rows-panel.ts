import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { ReadPlan, RowFilter } from "tinypond";
import { formatCount, formatCounted } from "../../format.ts";
import type { ViewContext } from "../contract.ts";
import { cellText } from "../shared/cell-text.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";
import "./data-grid.ts";
import type { DataGrid } from "./data-grid.ts";
import "./filter-builder.ts";
import { GatheredRows, MOST_ROWS } from "./gathered-rows.ts";
import type { Cell } from "./grid-keys.ts";
import { PagedRows } from "./paged-rows.ts";
import { planWords } from "./plan-words.ts";
import type { Description, RowSource, SortBy } from "./row-source.ts";

/** So many columns are read at once; of a wider table one takes them in turns. */
const MOST_COLUMNS = 48;
const LONGEST_VALUE = 4000;

/** The rows of a dataset: a grid, a filter with what it costs, an order. */
export class RowsPanel extends LitElement {
  static override properties = {
    context: { attribute: false },
    path: {},
    description: { attribute: false },
    filter: { state: true },
    sort: { state: true },
    firstColumn: { state: true },
    plan: { state: true },
    isFiltering: { state: true },
    cell: { state: true },
  };
  static override styles = [
    viewStyles,
    css`
      .status {
        min-height: 1.5em;
      }
      .plan li::before {
        content: "· ";
      }
      .value {
        min-height: 2.1rem;
        max-height: 7rem;
        overflow: auto;
        padding: var(--_1) var(--_2);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare path: string;
  declare description: Description | undefined;
  declare filter: RowFilter | undefined;
  declare sort: SortBy | undefined;
  declare firstColumn: number;
  declare plan: ReadPlan | undefined;
  declare isFiltering: boolean;
  declare cell: Cell | undefined;
  readonly #explaining = new Work();
  #source: PagedRows | GatheredRows | undefined;
  #keepsPlace = false;
  #refusal = "";

  constructor() {
    super();
    this.firstColumn = 0;
    this.isFiltering = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#explaining.end();
    this.#source?.close();
    this.#source = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate("description", undefined);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const asked = ["filter", "sort", "firstColumn"] as const;
    const isOther = asked.some((name) => changed.has(name));
    if (!isOther && !changed.has("description")) return;
    this.#keepsPlace = !isOther && changed.get("description") !== undefined;
    if (!this.#keepsPlace) this.cell = undefined;
    this.#open();
  }

  override render(): TemplateResult {
    const { description, plan } = this;
    if (!description) return html``;
    return html`<div class="bar">
        <button
          type="button"
          aria-expanded=${this.isFiltering}
          aria-controls="filter"
          @click=${() => {
            this.isFiltering = !this.isFiltering;
          }}
        >
          Filter${this.filter ? " (on)" : ""}
        </button>
        ${
          this.sort
            ? html`<button type="button" @click=${() => this.#sortBy(undefined)}>
              In the order of ${this.sort.column} ✕
            </button>`
            : ""
        }
        ${this.#columnPages(description)}
        <p class="status quiet grow" role="status">${this.#status(description)}</p>
      </div>
      <div id="filter" ?hidden=${!this.isFiltering}>
        <tp-filter-builder
          .schema=${description.schema}
          @tp-filter=${(event: CustomEvent<RowFilter | undefined>) => {
            this.filter = event.detail;
          }}
        ></tp-filter-builder>
      </div>
      ${
        plan
          ? html`<ul class="hint plan" aria-label="What the planner does">
            ${planWords(plan).map((words) => html`<li>${words}</li>`)}
          </ul>`
          : ""
      }
      <p class="hint warn" role="alert" ?hidden=${this.#refusal === ""}>${this.#refusal}</p>
      <tp-data-grid
        label="Rows of ${this.path}"
        .source=${this.#source}
        .sort=${this.sort}
        .keepsPlace=${this.#keepsPlace}
        @tp-sort=${(event: CustomEvent<string>) => this.#toggleSort(event.detail)}
        @tp-cell=${(event: CustomEvent<Cell>) => {
          this.cell = event.detail;
        }}
      ></tp-data-grid>
      <p class="value mono panel" aria-live="polite">${this.#valueOf(this.cell)}</p>`;
  }

  #columnPages({ schema }: Description): TemplateResult | "" {
    const { length } = schema.fields;
    if (length <= MOST_COLUMNS) return "";
    const starts = Array.from(
      { length: Math.ceil(length / MOST_COLUMNS) },
      (_, at) => at * MOST_COLUMNS,
    );
    return html`<label>
      Columns
      <select
        @change=${({ target }: Event) => {
          this.firstColumn = Number((target as HTMLSelectElement).value);
        }}
      >
        ${starts.map(
          (start) => html`<option value=${start}>
            ${start + 1} to ${Math.min(length, start + MOST_COLUMNS)} of ${formatCount(length)}
          </option>`,
        )}
      </select>
    </label>`;
  }

  #status({ rowCount }: Description): string {
    const source = this.#source;
    if (source instanceof GatheredRows) {
      const found = formatCounted(source.found, "row");
      const what = this.filter ? `${found} match` : found;
      if (!source.isDone) return `${what} so far …`;
      if (source.isCut)
        return `The first ${what}${this.sort ? ", sorted among themselves" : ""}; there may be more, of which ${formatCount(MOST_ROWS)} are kept at most. Filter further to see all.`;
      return this.sort ? `${what}, all of them sorted` : `${what} of ${formatCount(rowCount)}`;
    }
    return formatCounted(rowCount, "row");
  }

  #valueOf(cell: Cell | undefined): string {
    const place = cell && this.#source?.at(cell.row);
    const data = cell && place?.batch.data.children[cell.column];
    if (!cell || !place || !data) return "Choose a cell to see its whole value.";
    const name = place.batch.schema.fields[cell.column]?.name ?? "";
    return `${name}: ${cellText(data, place.index, LONGEST_VALUE).text}`;
  }

  #toggleSort(column: string): void {
    const { sort } = this;
    if (sort?.column !== column) this.#sortBy({ column, isDescending: false });
    else this.#sortBy(sort.isDescending ? undefined : { column, isDescending: true });
  }

  #sortBy(sort: SortBy | undefined): void {
    const rowCount = this.description?.rowCount ?? 0;
    this.#refusal = "";
    if (sort && !this.filter && rowCount > MOST_ROWS) {
      this.#refusal = `Sorting compares all rows in memory, which is done for up to ${formatCount(MOST_ROWS)}. There are ${formatCount(rowCount)}: filter them first.`;
      this.requestUpdate();
      return;
    }
    this.sort = sort;
    if (!sort) this.context?.announce("Rows are in their own order");
    else
      this.context?.announce(`Sorted by ${sort.column}${sort.isDescending ? ", descending" : ""}`);
  }

  #open(): void {
    const { context, description, filter, sort, path } = this;
    this.#source?.close();
    this.#source = undefined;
    if (!context || !description) return;
    const { root } = context;
    const columns = this.#columns(description.schema.fields.map(({ name }) => name));
    const wanted = { root, path, description, columns };
    const listener = {
      onChange: () => this.#rowsChanged(),
      onError: (error: unknown) => context.fail(error, `Could not read rows of “${path}”`),
    };
    this.#source =
      filter || sort
        ? new GatheredRows({ ...wanted, filter, sort }, listener)
        : new PagedRows(wanted, listener);
    this.#explain(root, { ...wanted, filter });
  }

  #columns(names: readonly string[]): readonly string[] | undefined {
    if (names.length <= MOST_COLUMNS) return undefined;
    const shown = names.slice(this.firstColumn, this.firstColumn + MOST_COLUMNS);
    const sorted = this.sort && !shown.includes(this.sort.column) ? [this.sort.column] : [];
    return [...shown, ...sorted];
  }

  #explain(
    root: ViewContext["root"],
    {
      path,
      columns,
      filter,
      description,
    }: {
      readonly path: string;
      readonly columns: readonly string[] | undefined;
      readonly filter: RowFilter | undefined;
      readonly description: Description;
    },
  ): void {
    if (!filter) {
      this.#explaining.end();
      this.plan = undefined;
      return;
    }
    const { version } = description;
    this.#explaining.run(
      async (signal) => {
        const plan = await root.explain(path, { columns, filter, version, signal });
        if (!signal.aborted) this.plan = plan;
      },
      () => {}, // the read itself has the same error
    );
  }

  #rowsChanged(): void {
    this.requestUpdate();
    const grid = this.renderRoot.querySelector<DataGrid & { source?: RowSource }>("tp-data-grid");
    if (grid?.source === this.#source) grid?.rowsChanged();
  }
}

customElements.define("tp-rows", RowsPanel);
