/** A cell of a grid; the row -1 is the header. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** How large a grid is, and how many rows a page has. */
export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  readonly page: number;
}

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey">;

/** The cell that a key leads to; `undefined` for keys that lead nowhere. */
export function movedCell(
  { row, column }: Cell,
  { key, ctrlKey, metaKey }: Key,
  { rows, columns, page }: GridSize,
): Cell | undefined {
  const isFar = ctrlKey || metaKey;
  const to = (newRow: number, newColumn: number): Cell => ({
    row: Math.max(-1, Math.min(newRow, rows - 1)),
    column: Math.max(0, Math.min(newColumn, columns - 1)),
  });
  switch (key) {
    case "ArrowDown":
      return to(isFar ? rows - 1 : row + 1, column);
    case "ArrowUp":
      return to(isFar ? 0 : row - 1, column);
    case "ArrowRight":
      return to(row, isFar ? columns - 1 : column + 1);
    case "ArrowLeft":
      return to(row, isFar ? 0 : column - 1);
    case "PageDown":
      return to(row + page, column);
    case "PageUp":
      return to(Math.max(0, row - page), column);
    case "Home":
      return to(isFar ? 0 : row, 0);
    case "End":
      return to(isFar ? rows - 1 : row, columns - 1);
    default:
      return undefined;
  }
}
