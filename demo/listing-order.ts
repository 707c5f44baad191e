import type { ListEntry } from "tinypond";

type SortKey = "name" | "entryType" | "rowCount" | "size" | "timestamp" | "version";

/** By which column the list is sorted, and which way. */
export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** The columns of the list, in their order. */
export const COLUMNS: readonly { key: SortKey; title: string; class: string }[] = [
  { key: "name", title: "Name", class: "" },
  { key: "entryType", title: "Type", class: "only-wide" },
  { key: "rowCount", title: "Rows", class: "number" },
  { key: "size", title: "Size", class: "number only-wide" },
  { key: "timestamp", title: "Modified", class: "only-wide" },
  { key: "version", title: "Version", class: "number only-wide" },
];

const names = new Intl.Collator("en", { numeric: true });

/** The entries in an order; those that are equal in it are sorted by name. */
export function sortEntries(
  entries: readonly ListEntry[],
  { key, descending }: Order,
): readonly ListEntry[] {
  const direction = descending ? -1 : 1;
  return entries.toSorted(
    (left, right) =>
      direction * compare(left[key], right[key]) || names.compare(left.name, right.name),
  );
}

function compare(left: string | number | undefined, right: string | number | undefined): number {
  if (typeof left === "string" && typeof right === "string") return names.compare(left, right);
  return Number(left ?? -1) - Number(right ?? -1);
}
