import { cellText } from "../shared/cell-text.ts";
import type { RowSource } from "./row-source.ts";

export const ROW_HEIGHT = 28;

/** What of the rows is on screen. */
export interface Shown {
  readonly source: RowSource;
  /** Pixels of the list above the view. */
  readonly top: number;
  readonly height: number;
  /** The columns on screen, from one to before another. */
  readonly columns: readonly [from: number, to: number];
  readonly active: { readonly row: number; readonly column: number };
}

interface Line {
  readonly node: HTMLElement;
  readonly number: HTMLElement;
  readonly cells: readonly HTMLElement[];
  row: number;
  isRead: boolean;
  from: number;
  to: number;
}

/** The lines of a grid that are on screen: each is used again for the row that comes as it leaves. */
export class GridRows {
  readonly #parent: HTMLElement;
  #lines: Line[] = [];
  #columnCount = 0;
  #active: HTMLElement | undefined;

  constructor(parent: HTMLElement) {
    this.#parent = parent;
  }

  /** The rows mean something else now: all lines are filled anew. */
  forget(): void {
    for (const line of this.#lines) line.row = -1;
  }

  /** Shows the rows at their places. Returns the id of the active cell where it is on screen. */
  paint(shown: Shown): string | undefined {
    const { source, top, height } = shown;
    const first = Math.floor(top / ROW_HEIGHT);
    const end = Math.min(source.rowCount, Math.ceil((top + height) / ROW_HEIGHT));
    this.#fit(Math.ceil(height / ROW_HEIGHT) + 2, source.schema.fields.length);
    source.want(first, end);
    const used = new Set<Line>();
    for (let row = first; row < end; row += 1) {
      const line = this.#lines[row % this.#lines.length];
      if (!line) continue;
      used.add(line);
      if (line.row !== row || !line.isRead || !covers(line, shown)) fill(line, row, shown);
      line.node.style.transform = `translateY(${row * ROW_HEIGHT - top}px)`;
      line.node.hidden = false;
    }
    for (const line of this.#lines) if (!used.has(line)) line.node.hidden = true;
    return this.#markActive(shown);
  }

  #markActive({ active }: Shown): string | undefined {
    const line = active.row < 0 ? undefined : this.#lines[active.row % this.#lines.length];
    const cell = line?.row === active.row && !line.node.hidden && line.cells[active.column];
    if (this.#active && this.#active !== cell) this.#active.classList.remove("active");
    this.#active = cell || undefined;
    this.#active?.classList.add("active");
    return this.#active?.id;
  }

  #fit(count: number, columnCount: number): void {
    if (this.#columnCount === columnCount && this.#lines.length >= count) return;
    this.#columnCount = columnCount;
    this.#lines = Array.from({ length: count }, (_, index) => makeLine(index, columnCount));
    this.#parent.replaceChildren(...this.#lines.map(({ node }) => node));
  }
}

function covers(line: Line, { columns: [from, to] }: Shown): boolean {
  return line.from <= from && line.to >= to;
}

function fill(line: Line, row: number, { source, columns: [from, to] }: Shown): void {
  const place = source.at(row);
  if (line.row !== row) {
    line.number.textContent = String(row + 1);
    line.node.setAttribute("aria-rowindex", String(row + 2)); // the header is the first
  }
  Object.assign(line, { row, isRead: place !== undefined, from, to });
  line.node.classList.toggle("unread", !place);
  for (let column = from; column < to; column += 1) {
    const cell = line.cells[column];
    if (!cell) continue;
    const data = place?.batch.data.children[column];
    const { text, kind } = data && place ? cellText(data, place.index) : UNREAD;
    if (cell.firstChild) (cell.firstChild as Text).data = text;
    else cell.textContent = text;
    const className = cell.classList.contains("active") ? `${kind} active` : kind;
    if (cell.className !== className) cell.className = className;
  }
}

const UNREAD = { text: "", kind: "text" };

function makeLine(index: number, columnCount: number): Line {
  const node = document.createElement("div");
  node.className = "row";
  node.setAttribute("role", "row");
  const number = document.createElement("div");
  number.className = "row-number";
  number.setAttribute("role", "rowheader");
  const cells = Array.from({ length: columnCount }, (_, column) => {
    const cell = document.createElement("div");
    cell.id = `cell-${index}-${column}`;
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-colindex", String(column + 2));
    cell.dataset["column"] = String(column);
    return cell;
  });
  node.append(number, ...cells);
  return { node, number, cells, row: -1, isRead: false, from: 0, to: 0 };
}
