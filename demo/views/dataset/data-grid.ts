import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { columnKind } from "../shared/cell-text.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { columnWidths } from "./column-widths.ts";
import { type Cell, movedCell } from "./grid-keys.ts";
import { GridRows, ROW_HEIGHT } from "./grid-rows.ts";
import { gridStyles } from "./grid-styles.ts";
import type { RowSource, SortBy } from "./row-source.ts";
import { ScaledScroll } from "./scaled-scroll.ts";

const HEAD_HEIGHT = 48;
const NUMBER_WIDTH = 76;
/** When scrolling has come to rest, the box is put where the list is. */
const REST_MS = 150;

/** A grid over any number of rows. It asks its source for those on screen and for no others. */
export class DataGrid extends LitElement {
  static override properties = {
    source: { attribute: false },
    sort: { attribute: false },
    label: {},
    keepsPlace: { attribute: false },
  };
  static override styles = [viewStyles, gridStyles];

  declare source: RowSource | undefined;
  declare sort: SortBy | undefined;
  declare label: string;
  /** Whether another source continues the one before: the same rows, and more after them. */
  declare keepsPlace: boolean;
  readonly #scroll = new ScaledScroll();
  readonly #observer = new ResizeObserver(() => this.#resize());
  #rows: GridRows | undefined;
  #widths: readonly number[] = [];
  #hasWidthsOfRows = false;
  #active: Cell = { row: 0, column: 0 };
  #frame = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.label = "Rows";
    this.keepsPlace = false;
  }

  /** More rows are in memory, or more is known of them. */
  rowsChanged(): void {
    const isFirst = !this.#hasWidthsOfRows && this.source?.at(0) !== undefined;
    if (isFirst) this.requestUpdate("source", this.source);
    this.#resize();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#rest);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#observer.observe(this.#view);
  }

  override firstUpdated(): void {
    this.#rows = new GridRows(this.#find(".rows"));
    this.#observer.observe(this.#view);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (this.hasUpdated) this.#takeScroll();
    const { source } = this;
    if (!changed.has("source") || !source) return;
    const isOther = changed.get("source") !== source;
    this.#hasWidthsOfRows = source.at(0) !== undefined;
    this.#widths = columnWidths(source);
    if (!isOther || this.keepsPlace) return;
    this.#rows?.forget();
    this.#scroll.scrollTo(0);
    this.#active = { row: 0, column: 0 };
  }

  override updated(): void {
    this.#rows?.forget();
    this.#resize();
    this.#syncBox();
  }

  override render(): TemplateResult {
    const fields = this.source?.schema.fields ?? [];
    const columns = `${NUMBER_WIDTH}px ${this.#widths.map((width) => `${width}px`).join(" ")}`;
    return html`<div
      class="view"
      role="grid"
      tabindex="0"
      aria-label=${this.label}
      aria-readonly="true"
      aria-colcount=${fields.length + 1}
      @scroll=${this.#onScroll}
      @keydown=${this.#onKey}
      @click=${this.#onClick}
    >
      <div class="box" role="presentation" style="width:${this.#width}px">
        <div class="layer" role="presentation" style="--columns:${columns}">
          <div class="row head" role="row" aria-rowindex="1">
            <div class="row-number" role="columnheader"><span class="visually-hidden">Row</span></div>
            ${fields.map((field, column) => this.#heading(field, column))}
          </div>
          <div class="rows" role="rowgroup"></div>
        </div>
      </div>
    </div>`;
  }

  #heading(field: RowSource["schema"]["fields"][number], column: number): TemplateResult {
    const { sort } = this;
    const isSorted = sort?.column === field.name;
    const order = isSorted ? (sort.isDescending ? "descending" : "ascending") : undefined;
    const mark = order && (order === "ascending" ? "▲" : "▼");
    const active = this.#active.row < 0 && this.#active.column === column ? "active" : "";
    return html`<div
      role="columnheader"
      id="head-${column}"
      class="${columnKind(field.type)} ${active}"
      aria-colindex=${column + 2}
      aria-sort=${order ?? nothing}
      data-head=${column}
      title="${field.name}: ${field.type}. Press to sort."
    >
      <span class="name">${field.name}${mark ? html` <span class="mark">${mark}</span>` : ""}</span>
      <span class="type">${String(field.type)}</span>
    </div>`;
  }

  #onScroll(): void {
    this.#takeScroll();
    this.#schedule();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#takeScroll();
      this.#syncBox();
    }, REST_MS);
  }

  /** The list goes where the box was scrolled to. The event comes a frame later: whoever moves the box asks first. */
  #takeScroll(): void {
    this.#scroll.boxScrolled(this.#view.scrollTop);
  }

  /** Puts the box where the list is, so that neither ends before the other. */
  #syncBox(): void {
    const view = this.#view;
    const { boxTop } = this.#scroll;
    if (Math.abs(view.scrollTop - boxTop) >= 1) view.scrollTop = boxTop;
    this.#scroll.boxIsAt(view.scrollTop);
  }

  #resize(): void {
    const { source, isConnected } = this;
    if (!source || !isConnected || !this.#rows) return;
    const view = this.#view;
    this.#scroll.resize(source.rowCount * ROW_HEIGHT + HEAD_HEIGHT, view.clientHeight);
    this.#find(".box").style.height = `${this.#scroll.boxHeight}px`;
    this.#find(".layer").style.height = `${view.clientHeight}px`;
    view.setAttribute("aria-rowcount", String(source.rowCount + 1));
    this.#schedule();
  }

  #schedule(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const { source } = this;
    const view = this.#view;
    if (!source || !this.isConnected) return;
    const height = Math.max(0, view.clientHeight - HEAD_HEIGHT);
    const columns = this.#columnsWithin(view.scrollLeft, view.scrollLeft + view.clientWidth);
    const active = this.#active;
    const id = this.#rows?.paint({ source, top: this.#scroll.top, height, columns, active });
    const described = active.row < 0 ? `head-${active.column}` : id;
    if (described) view.setAttribute("aria-activedescendant", described);
    else view.removeAttribute("aria-activedescendant");
  }

  #columnsWithin(left: number, right: number): [number, number] {
    let [from, to, at] = [this.#widths.length, 0, NUMBER_WIDTH];
    for (const [column, width] of this.#widths.entries()) {
      if (at + width > left && at < right) {
        from = Math.min(from, column);
        to = column + 1;
      }
      at += width;
    }
    return [Math.min(from, to), to];
  }

  #onClick(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const head = target.closest<HTMLElement>("[data-head]")?.dataset["head"];
    if (head !== undefined) {
      this.#askSort(Number(head));
      return;
    }
    const column = target.closest<HTMLElement>("[data-column]")?.dataset["column"];
    const row = target.closest(".row")?.getAttribute("aria-rowindex");
    if (column && row) this.#activate({ row: Number(row) - 2, column: Number(column) });
  }

  #onKey(event: KeyboardEvent): void {
    const { source } = this;
    if (!source) return;
    if (event.key === "Enter" && this.#active.row < 0) {
      this.#askSort(this.#active.column);
      return;
    }
    const page = Math.max(1, Math.floor((this.#view.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    const moved = movedCell(this.#active, event, {
      rows: source.rowCount,
      columns: source.schema.fields.length,
      page,
    });
    if (!moved) return;
    event.preventDefault();
    this.#activate(moved);
  }

  #activate(cell: Cell): void {
    const wasHead = this.#active.row < 0;
    this.#active = cell;
    this.#reveal(cell);
    if (wasHead || cell.row < 0) this.requestUpdate();
    else this.#schedule();
    this.dispatchEvent(new CustomEvent("tp-cell", { detail: cell }));
  }

  #reveal({ row, column }: Cell): void {
    this.#takeScroll();
    const view = this.#view;
    const height = view.clientHeight - HEAD_HEIGHT;
    const top = row * ROW_HEIGHT;
    if (row >= 0 && top < this.#scroll.top) this.#scroll.scrollTo(top);
    else if (top + ROW_HEIGHT > this.#scroll.top + height)
      this.#scroll.scrollTo(top + ROW_HEIGHT - height);
    this.#syncBox();
    const left = this.#widths.slice(0, column).reduce((sum, width) => sum + width, 0);
    const right = left + (this.#widths[column] ?? 0) + NUMBER_WIDTH;
    if (left < view.scrollLeft) view.scrollLeft = left;
    else if (right > view.scrollLeft + view.clientWidth) view.scrollLeft = right - view.clientWidth;
  }

  #askSort(column: number): void {
    const detail = this.source?.schema.fields[column]?.name;
    if (detail) this.dispatchEvent(new CustomEvent("tp-sort", { detail }));
  }

  get #width(): number {
    return this.#widths.reduce((sum, width) => sum + width, NUMBER_WIDTH);
  }

  get #view(): HTMLElement {
    return this.#find(".view");
  }

  #find(selector: string): HTMLElement {
    const found = this.renderRoot.querySelector<HTMLElement>(selector);
    if (found) return found;
    throw new Error(`The grid has no ${selector}`);
  }
}

customElements.define("tp-data-grid", DataGrid);
