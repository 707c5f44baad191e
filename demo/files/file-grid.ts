import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { LightElement } from "../frame/light-element.ts";
import { COLUMNS, fileRow } from "./file-row.ts";
import type { Row } from "./folder.ts";
import { commandOf, type GridCommand, TypeAhead } from "./grid-keys.ts";
import { scrollToRow, type Viewport, windowOf } from "./grid-window.ts";
import type { Order } from "./order.ts";
import { Selection } from "./selection.ts";

/** What the grid asks of those who show it. */
export interface GridActions {
  open(row: Row): void;
  up(): void;
  unfold(row: Row): void;
  fold(row: Row): void;
  rename(row: Row): void;
  remove(): void;
  sortBy(order: Order): void;
  selected(): void;
  isOpen(path: string): boolean;
}

const TOUCH_ROW = 44;
const MOUSE_ROW = 32;

/** Any number of rows, of which those in sight are rendered; used by mouse, touch and keyboard. */
export class FileGrid extends LightElement {
  static override properties = {
    rows: { attribute: false },
    order: { attribute: false },
    canUnfold: { attribute: false },
    canDrag: { attribute: false },
    dropTarget: { attribute: false },
    busy: { attribute: false },
  };
  declare rows: readonly Row[];
  declare order: Order;
  declare canUnfold: boolean;
  declare canDrag: boolean;
  declare busy: boolean;
  /** The path of the row that something is dragged over. */
  declare dropTarget: string | undefined;
  actions: GridActions | undefined;
  readonly selection: Selection = new Selection();
  readonly #typeAhead = new TypeAhead();
  readonly #rowHeight = matchMedia("(pointer: coarse)").matches ? TOUCH_ROW : MOUSE_ROW;
  #active = 0;
  #activePath: string | undefined;
  #height = 600;
  readonly #resizes = new ResizeObserver(([entry]) => {
    this.#height = entry?.contentRect.height ?? this.#height;
    this.requestUpdate();
  });

  constructor() {
    super();
    this.rows = [];
    this.order = { key: "name", descending: false };
    this.canUnfold = true;
    this.canDrag = true;
    this.busy = false;
    this.dropTarget = undefined;
  }

  get activeRow(): Row | undefined {
    return this.rows[this.#active];
  }

  /** The row at an element of the grid. */
  rowAt(target: EventTarget | null): Row | undefined {
    const element = target instanceof Element ? target.closest<HTMLElement>(".row") : null;
    return element ? this.rows[Number(element.dataset["index"])] : undefined;
  }

  /** Moves the keyboard to a path, or to the first row, and the focus with it. */
  activate(path: string | undefined, focus: boolean): void {
    this.#activePath = path;
    this.#active = Math.max(
      0,
      this.rows.findIndex((row) => row.path === path),
    );
    this.#reveal();
    if (focus) this.#scroller?.focus({ preventScroll: true });
    this.requestUpdate();
  }

  /** Back to the top with nothing selected: another folder is shown. */
  reset(): void {
    this.selection.clear();
    this.#active = 0;
    this.#activePath = undefined;
    if (this.#scroller) this.#scroller.scrollTop = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizes.disconnect();
  }

  override firstUpdated(): void {
    if (this.#scroller) this.#resizes.observe(this.#scroller);
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("rows") || this.rows[this.#active]?.path === this.#activePath) return;
    const at = this.rows.findIndex(({ path }) => path === this.#activePath);
    this.#active = at < 0 ? Math.min(this.#active, Math.max(0, this.rows.length - 1)) : at;
    this.#activePath = this.rows[this.#active]?.path;
  }

  override render(): TemplateResult {
    const { first, end } = windowOf(this.#viewport, this.rows.length);
    const isActiveShown = this.#active >= first && this.#active < end;
    return html`<div
      class="file-grid"
      role="treegrid"
      tabindex="0"
      aria-label="Files"
      aria-multiselectable="true"
      aria-busy=${this.busy}
      aria-rowcount=${this.rows.length + 1}
      aria-activedescendant=${isActiveShown ? `row-${this.#active}` : nothing}
      style="--row-height:${this.#rowHeight}px"
      @scroll=${() => this.requestUpdate()}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
      @click=${(event: MouseEvent) => this.#onClick(event)}
      @dblclick=${(event: MouseEvent) => this.#onDoubleClick(event)}
    >
      <div class="grid-head" role="rowgroup">
        <div class="head-row" role="row" aria-rowindex="1">
          ${COLUMNS.map((column) => this.#heading(column))}
        </div>
      </div>
      <div
        class="grid-body"
        role="rowgroup"
        style="height:calc(var(--row-height)*${this.rows.length})"
      >
        ${this.rows.slice(first, end).map((row, at) => this.#row(row, first + at))}
      </div>
    </div>`;
  }

  #heading({ key, title, class: className }: (typeof COLUMNS)[number]): TemplateResult {
    const isSorted = key === this.order.key;
    const sort = this.order.descending ? "descending" : "ascending";
    const descending = isSorted && !this.order.descending;
    return html`<span class=${className} role="columnheader" aria-sort=${isSorted ? sort : nothing}>
      <button
        type="button"
        class="sort"
        data-sort=${key}
        @click=${() => this.actions?.sortBy({ key, descending })}
      >
        ${title}
      </button>
    </span>`;
  }

  #row(row: Row, index: number): TemplateResult {
    const isOpen = this.canUnfold && row.isFolder ? this.actions?.isOpen(row.path) : undefined;
    return fileRow(row, {
      index,
      isOpen,
      isActive: index === this.#active,
      isSelected: this.selection.has(row.path),
      isDropTarget: row.path === this.dropTarget,
      isDraggable: this.canDrag,
    });
  }

  get #scroller(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".file-grid");
  }

  get #viewport(): Viewport {
    const scrollTop = this.#scroller?.scrollTop ?? 0;
    return { scrollTop, height: this.#height, rowHeight: this.#rowHeight };
  }

  #reveal(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    scroller.scrollTop = scrollToRow(this.#viewport, this.#active, this.#rowHeight);
  }

  #onClick(event: MouseEvent): void {
    const row = this.rowAt(event.target);
    if (!row) return;
    const wish = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset["do"];
    const isModified = event.shiftKey || event.ctrlKey || event.metaKey;
    this.#setActive(this.rows.indexOf(row));
    if (event.shiftKey) this.selection.extendTo(row.path, this.rows);
    else if (wish === "toggle" || isModified) this.selection.toggle(row.path);
    else if (wish === "open") this.actions?.open(row);
    else if (wish === "fold") this.#foldOrUnfold(row);
    else this.selection.only(row.path);
    this.#selectionChanged();
  }

  #onDoubleClick(event: MouseEvent): void {
    const row = this.rowAt(event.target);
    const isButton = (event.target as Element).closest("[data-do]") !== null;
    if (row && !isButton) this.actions?.open(row);
  }

  #onKey(event: KeyboardEvent): void {
    if ((event.target as Element).closest("button")) return;
    const page = Math.max(1, Math.floor(this.#height / this.#rowHeight) - 2);
    const at = { active: this.#active, count: this.rows.length, page };
    const command = commandOf(event, at);
    if (!command || (this.rows.length === 0 && command.kind !== "up")) return;
    event.preventDefault();
    this.#run(command);
  }

  #run(command: GridCommand): void {
    const row = this.activeRow;
    if (command.kind === "up") this.actions?.up();
    else if (command.kind === "move") this.#move(command);
    else if (command.kind === "type") this.#type(command.letter);
    else if (row) this.#runOn(row, command.kind);
  }

  #runOn(row: Row, kind: Exclude<GridCommand["kind"], "up" | "move" | "type">): void {
    const { actions, selection, rows } = this;
    const commands: Readonly<Record<typeof kind, () => void>> = {
      open: () => actions?.open(row),
      rename: () => actions?.rename(row),
      unfold: () => row.isFolder && actions?.unfold(row),
      fold: () => this.#foldOrLeave(row),
      toggle: () => selection.toggle(row.path),
      all: () => selection.all(rows),
      clear: () => selection.clear(),
      remove: () => {
        if (selection.size === 0) selection.only(row.path);
        actions?.remove();
      },
    };
    commands[kind]();
    this.#selectionChanged();
  }

  #move({ to, extend, keep }: Extract<GridCommand, { kind: "move" }>): void {
    const from = this.activeRow;
    if (extend && from && this.selection.size === 0) this.selection.only(from.path);
    this.#setActive(to);
    const row = this.activeRow;
    if (row && extend) this.selection.extendTo(row.path, this.rows);
    else if (!keep) this.selection.clear();
    this.#reveal();
    this.#selectionChanged();
  }

  #type(letter: string): void {
    const found = this.#typeAhead.find(letter, this.rows, this.#active);
    if (found < 0) return;
    this.#setActive(found);
    this.#reveal();
    this.requestUpdate();
  }

  #foldOrUnfold(row: Row): void {
    if (this.actions?.isOpen(row.path)) this.actions.fold(row);
    else this.actions?.unfold(row);
  }

  /** Left folds a folder; on what cannot be folded it leads to the folder it lies in. */
  #foldOrLeave(row: Row): void {
    if (row.isFolder && this.actions?.isOpen(row.path)) {
      this.actions.fold(row);
      return;
    }
    const isAbove = (other: Row | undefined) => other !== undefined && other.depth < row.depth;
    const above = this.rows.findLastIndex((other, at) => at < this.#active && isAbove(other));
    if (above >= 0) this.#move({ kind: "move", to: above, extend: false, keep: false });
  }

  #setActive(index: number): void {
    this.#active = index;
    this.#activePath = this.rows[index]?.path;
  }

  #selectionChanged(): void {
    this.requestUpdate();
    this.actions?.selected();
  }
}

customElements.define("tp-file-grid", FileGrid);
