import { html, nothing, type TemplateResult } from "lit";
import { formatBytes, formatCount, formatTime, isoTime } from "../format.ts";
import type { Row } from "./folder.ts";
import type { SortKey } from "./order.ts";
import { TYPE_NAMES, typeIcon } from "./type-names.ts";

/** The columns of the files, in their order. */
export const COLUMNS: readonly { key: SortKey; title: string; class: string }[] = [
  { key: "name", title: "Name", class: "cell-name" },
  { key: "entryType", title: "Type", class: "cell-type" },
  { key: "rowCount", title: "Rows", class: "cell-rows number" },
  { key: "size", title: "Size", class: "cell-size number" },
  { key: "timestamp", title: "Modified", class: "cell-time" },
  { key: "version", title: "Version", class: "cell-version number" },
];

/** How a row is shown. */
export interface RowState {
  readonly index: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  /** Whether a folder's entries are shown below it; undefined where it cannot be unfolded. */
  readonly isOpen: boolean | undefined;
  readonly isDropTarget: boolean;
  readonly isDraggable: boolean;
}

/** One row of the grid, at its place by its index. Everything it is asked for bubbles to the grid. */
export function fileRow(row: Row, state: RowState): TemplateResult {
  const { index, isActive, isSelected, isOpen, isDropTarget, isDraggable } = state;
  return html`<div
    class="row ${isActive ? "is-active" : ""} ${isDropTarget ? "is-target" : ""}"
    role="row"
    id="row-${index}"
    data-index=${index}
    data-name=${row.name}
    aria-rowindex=${index + 2}
    aria-level=${row.depth + 1}
    aria-selected=${isSelected}
    aria-expanded=${isOpen ?? nothing}
    draggable=${isDraggable}
    style="transform:translateY(calc(var(--row-height)*${index}))"
  >
    <span class="cell-name" role="rowheader" style="--depth:${row.depth}">
      <span class="check" data-do="toggle" aria-hidden="true"></span>
      ${isOpen === undefined ? html`<span class="twisty"></span>` : twisty(isOpen)}
      ${typeIcon(row.entryType)}
      <span class="name" data-do="open" title=${row.name}>${row.name}</span>
    </span>
    ${detailCells(row)}
  </div>`;
}

function twisty(isOpen: boolean): TemplateResult {
  return html`<span class="twisty ${isOpen ? "is-open" : ""}" data-do="fold" aria-hidden="true">›</span>`;
}

function detailCells({ entryType, line }: Row): TemplateResult {
  const isFolder = entryType === "Directory";
  const rows = line?.rowCount === undefined ? "–" : formatCount(line.rowCount);
  const size = line === undefined || isFolder ? "–" : formatBytes(line.size);
  return html`<span class="cell-type" role="gridcell">${TYPE_NAMES[entryType]}</span>
    <span class="cell-rows number" role="gridcell">${rows}</span>
    <span class="cell-size number" role="gridcell">${size}</span>
    <span class="cell-time" role="gridcell">${line ? timeOf(line.timestamp) : "–"}</span>
    <span class="cell-version number" role="gridcell">${line?.version ?? "–"}</span>`;
}

function timeOf(micros: number): TemplateResult {
  return html`<time datetime=${isoTime(micros)}>${formatTime(micros)}</time>`;
}
