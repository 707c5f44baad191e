import type { RecordBatch, Schema } from "apache-arrow";
import type { ListEntry, Pond } from "tinypond";
import { boundText, cellText, columnKind } from "./cell-text.ts";
import { button, element } from "./element.ts";
import { formatBytes, formatCount, formatCounted } from "./format.ts";

/** How many rows are read and shown. */
const PREVIEW_ROWS = 50;

type Description = Awaited<ReturnType<Pond["root"]["describe"]>>;

/** Reads a dataset's first rows, to be shown with its schema. @throws what reading throws */
export async function readPreview(
  pond: Pond,
  entry: ListEntry,
  onClose: () => void,
): Promise<HTMLElement[]> {
  const title = element("h2", {
    text: entry.name,
    attributes: { id: "preview-heading", tabindex: "-1" },
  });
  const close = button("Close", onClose, { attributes: { "aria-label": "Close the preview" } });
  const path = `/${entry.name}`;
  const description = await pond.root.describe(path);
  // Never more than the first rows: a dataset may be larger than the memory.
  const { schema, batches, numRows } = await pond.root.readTable(path, { limit: PREVIEW_ROWS });
  return [
    element("div", { class: "panel-head" }, [title, close]),
    element("p", { class: "quiet", text: factsOf(entry, description) }),
    element("h3", { text: "Columns", attributes: { id: "schema-heading" } }),
    scrollable("schema-heading", schemaTable(description)),
    element("h3", {
      text: numRows === 0 ? "No rows" : `First ${formatCounted(numRows, "row")}`,
      attributes: { id: "rows-heading" },
    }),
    scrollable("rows-heading", rowsTable(schema, batches)),
  ];
}

function factsOf({ size, version, sha256 }: ListEntry, description: Description): string {
  return [
    formatCounted(description.rowCount, "row"),
    formatCounted(description.columns.length, "column"),
    formatCounted(description.rowGroups.length, "row group"),
    formatBytes(size),
    `version ${version}`,
    `SHA-256 ${sha256.slice(0, 12)}…`,
  ].join(" · ");
}

/** A region that scrolls sideways on its own, by keyboard too. */
function scrollable(labelledBy: string, table: HTMLElement): HTMLElement {
  const attributes = { role: "region", tabindex: "0", "aria-labelledby": labelledBy };
  return element("div", { class: "scroll", attributes }, [table]);
}

function schemaTable({ schema, columns }: Description): HTMLElement {
  const rows = schema.fields.map(({ name, type, nullable }, index) => {
    const { nullCount, min, max } = columns[index] ?? {};
    const bound = (value: unknown) => (value === undefined ? "–" : boundText(type, value));
    return element("tr", {}, [
      element("th", { text: name, attributes: { scope: "row" } }),
      element("td", { text: String(type) }),
      element("td", { text: nullable ? "yes" : "no" }),
      element("td", { text: nullCount === undefined ? "–" : formatCount(nullCount) }),
      element("td", { text: bound(min) }),
      element("td", { text: bound(max) }),
    ]);
  });
  const titles = ["Column", "Type", "Nullable", "Nulls", "Least", "Greatest"];
  return dataTable(
    "data schema",
    titles.map((title) => heading(title)),
    rows,
  );
}

function rowsTable(schema: Schema, batches: readonly RecordBatch[]): HTMLElement {
  const rows = batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) => element("tr", {}, cells(batch, row))),
  );
  const headings = schema.fields.map(({ name, type }) => heading(name, columnKind(type)));
  return dataTable("data", headings, rows);
}

function cells(batch: RecordBatch, row: number): HTMLElement[] {
  return batch.data.children.map((column) => {
    const { text, kind } = cellText(column, row);
    return element("td", { class: kind, text });
  });
}

function heading(text: string, kind?: string): HTMLElement {
  return element("th", { text, class: kind, attributes: { scope: "col" } });
}

function dataTable(
  className: string,
  headings: readonly HTMLElement[],
  rows: readonly HTMLElement[],
): HTMLElement {
  return element("table", { class: className }, [
    element("thead", {}, [element("tr", {}, headings)]),
    element("tbody", {}, rows),
  ]);
}
