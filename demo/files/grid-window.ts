/** Rows beyond the edge that are there already when scrolling reaches them. */
const OVERSCAN = 8;

/** The rows that are rendered: from `first` until before `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** Where a list of rows of one height stands. */
export interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
}

/** Which of so many rows are in sight, and some more at both ends. */
export function windowOf({ scrollTop, height, rowHeight }: Viewport, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN);
  return { first: Math.min(first, end), end };
}

/** How far to scroll so that a row is in sight, below a header that covers some of it. */
export function scrollToRow(
  { scrollTop, height, rowHeight }: Viewport,
  index: number,
  headerHeight: number,
): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const least = top + rowHeight + headerHeight - height;
  return Math.max(least, scrollTop);
}
