import { printable } from "./printable.ts";
import { type Screen, type Style, styled } from "./screen.ts";
import { fitText, padText, textWidth } from "./text-width.ts";

/** A column of a table. */
export interface TableColumn {
  /** Its heading. */
  readonly title: string;
  /** Numbers stand right. */
  readonly align?: "left" | "right";
  /** One text a row. */
  readonly values: readonly string[];
  /** How its values stand out. */
  readonly style?: Style | ((row: number) => Style | undefined);
  /** Where there is no room it is left out before others are cut: those of the highest rank first. */
  readonly extra?: number;
}

/** Columns are not cut below this, and those that do not fit then are left out. */
const LEAST_WIDTH = 8;
const GAP = 2;

/** Columns side by side, cut and left out so that they fit the screen. */
export function formatTable(screen: Screen, all: readonly TableColumn[]): string {
  const columns = withoutExtras(screen, all);
  const shown = columns.map((column) => ({ ...column, values: column.values.map(printable) }));
  const widths = fitWidths(
    shown.map(({ title, values }) => widest([printable(title), ...values])),
    screen.columns,
  );
  const fitting = shown.slice(0, widths.length);
  const lines = [fitting.map(({ title }, index) => cell(title, index, "bold"))];
  const rows = columns[0]?.values.length ?? 0;
  for (let row = 0; row < rows; row += 1) {
    lines.push(
      fitting.map(({ values, style }, index) =>
        cell(values[row] ?? "", index, typeof style === "function" ? style(row) : style),
      ),
    );
  }
  const text = lines.map((cells) => cells.join(" ".repeat(GAP)).trimEnd()).join("\n");
  const hidden = columns.length - fitting.length;
  return hidden === 0 ? text : `${text}\n${leftOut(hidden, shown, fitting.length, screen)}`;

  function cell(value: string, index: number, style?: Style): string {
    const width = widths[index] ?? 0;
    const text = fitText(printable(value), width);
    const padding = " ".repeat(Math.max(0, width - textWidth(text)));
    const inked = styled(screen, text, style);
    if (fitting[index]?.align === "right") return padding + inked;
    return index === fitting.length - 1 ? inked : inked + padding;
  }
}

/** Names beside their values, those without a value left out. */
export function formatFields(
  screen: Screen,
  fields: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const told = fields.filter((field): field is [string, string] => field[1] !== undefined);
  const width = widest(told.map(([name]) => name));
  return told
    .map(
      ([name, value]) =>
        `${styled(screen, padText(name, width, "left"), "dim")}  ${printable(value)}`,
    )
    .join("\n");
}

/** Short texts in as many columns as fit, from top to bottom. */
export function formatGrid(
  screen: Screen,
  texts: readonly string[],
  style: (index: number) => Style | undefined,
): string {
  const shown = texts.map(printable);
  const width = widest(shown) + GAP;
  const count = Math.max(1, Math.floor(((screen.columns ?? 0) + GAP) / width));
  const rows = Math.ceil(shown.length / count);
  const lines = Array.from({ length: rows }, (_, row) => {
    const cells: string[] = [];
    for (let index = row; index < shown.length; index += rows) {
      const isLast = index + rows >= shown.length;
      const text = shown[index] ?? "";
      const padding = isLast ? "" : " ".repeat(width - textWidth(text));
      cells.push(styled(screen, text, style(index)) + padding);
    }
    return cells.join("");
  });
  return lines.join("\n");
}

function withoutExtras(screen: Screen, columns: readonly TableColumn[]): readonly TableColumn[] {
  const rank = Math.max(0, ...columns.map(({ extra = 0 }) => extra));
  if (screen.columns === undefined || rank === 0) return columns;
  const widths = columns.map(({ title, values }) => widest([title, ...values.map(printable)]));
  const total = widths.reduce((sum, width) => sum + width + GAP, -GAP);
  if (total <= screen.columns) return columns;
  return withoutExtras(
    screen,
    columns.filter(({ extra }) => extra !== rank),
  );
}

/** Cuts the widest columns until all fit; where that is not enough the last ones go. */
function fitWidths(natural: readonly number[], limit: number | undefined): number[] {
  const widths = [...natural];
  if (limit === undefined) return widths;
  const total = () => widths.reduce((sum, width) => sum + width + GAP, -GAP);
  for (let over = total() - limit; over > 0; over = total() - limit) {
    const most = Math.max(...widths);
    const next = Math.max(LEAST_WIDTH, ...widths.filter((width) => width < most));
    const wide = widths.flatMap((width, index) => (width === most ? [index] : []));
    if (most > LEAST_WIDTH) {
      const cut = Math.min(most - next, Math.max(1, Math.ceil(over / wide.length)));
      for (const index of wide) widths[index] = most - cut;
    } else if (widths.length > 1) widths.pop();
    else break;
  }
  return widths;
}

function leftOut(
  count: number,
  columns: readonly { readonly title: string }[],
  from: number,
  screen: Screen,
): string {
  const names = columns.slice(from).map(({ title }) => printable(title));
  const text = `… ${count} more ${count === 1 ? "column" : "columns"}: ${names.join(", ")}`;
  return styled(screen, fitText(text, screen.columns ?? text.length), "dim");
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);
}
