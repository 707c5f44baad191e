import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import { equalBytes } from "./equal-bytes.ts";
import { damagedFooter } from "./footer-reading.ts";
import { ThriftReader } from "./footer-thrift.ts";
import { MAGIC } from "./footer-writing.ts";
import {
  arrowSchemaOf,
  type FileRange,
  type Footer,
  type FooterRowGroup,
} from "./parquet-footer.ts";
import { type LeafColumn, leafColumns } from "./parquet-schema.ts";
import { rewriteStruct, type StructRules } from "./splice-rewriting.ts";

// Page indexes hold offsets of their own: they are joined apart (`splice-indexes.ts`). The ordinal
// has 16 bits and is left out.
const columnMetaData: StructRules = { 9: "shift", 10: "shift", 11: "shift", 14: "shift" };
const withoutBloomFilters: StructRules = { ...columnMetaData, 14: "drop", 15: "drop" };

function rowGroupRules(columns: StructRules): StructRules {
  const columnChunk: StructRules = {
    2: "shift",
    3: { struct: columns },
    4: "drop",
    5: "drop",
    6: "drop",
    7: "drop",
  };
  return { 1: { listOf: columnChunk }, 5: "shift", 7: "drop" };
}

/** The bytes of a file that its row groups need: pages and bloom filters, no footer. */
export function bodyRange(footer: Footer): FileRange {
  const start = MAGIC.length;
  let end = start;
  for (const group of footer.rowGroups) {
    end = Math.max(end, group.end);
    for (const { bloomEnd = 0 } of keepsBloomFilters(footer) ? group.extras : []) {
      end = Math.max(end, bloomEnd);
    }
  }
  return { start, end };
}

/**
 * A file's row groups as they read once its body stands `shift` bytes further on, without the places
 * of page indexes.
 * @throws NOT_PARQUET
 */
export function shiftRowGroups(footer: Footer, shift: number): FooterRowGroup[] {
  const rules = rowGroupRules(keepsBloomFilters(footer) ? columnMetaData : withoutBloomFilters);
  return footer.rowGroups.map((group) => {
    const { start, end } = group;
    const bytes = rewriteRowGroup(group, rules, shift);
    return { ...group, bytes, start: start + shift, end: end + shift };
  });
}

/** Whether it is known where all of its bloom filters end: others are left behind. */
function keepsBloomFilters({ rowGroups }: Footer): boolean {
  return rowGroups.every(({ extras }) =>
    extras.every(({ bloomStart, bloomEnd }) => bloomStart === undefined || bloomEnd !== undefined),
  );
}

function rewriteRowGroup(
  { bytes }: FooterRowGroup,
  rules: StructRules,
  shift: number,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(bytes.length + 64);
  try {
    rewriteStruct(new ThriftReader(bytes), writer, rules, shift);
  } catch (cause) {
    throw damagedFooter(cause);
  }
  return new Uint8Array(writer.getBuffer());
}

/**
 * Whether two files can be spliced: same Parquet schema, same Arrow schema, same order of bounds.
 * @param what names the second file: "batch 3"
 * @throws SCHEMA_MISMATCH that names the first column that differs
 */
export function assertSameSchema(first: Footer, other: Footer, what: string): void {
  const same =
    equalBytes(first.schema, other.schema) &&
    equalBytes(arrowSchemaOf(first), arrowSchemaOf(other)) &&
    equalBytes(first.columnOrders, other.columnOrders);
  if (same) return;
  const message = `The schema of ${what} differs from the first: ${differenceOf(first, other)}; exportParquet() writes them anew as one file`;
  throw new SchemaMismatchError(message);
}

function differenceOf(first: Footer, other: Footer): string {
  const [expected, found] = [first, other].map((footer) => leafColumns(footer).map(columnText));
  const length = Math.max(expected?.length ?? 0, found?.length ?? 0);
  for (let index = 0; index < length; index++) {
    const [was, is] = [expected?.[index] ?? "no column", found?.[index] ?? "no column"];
    if (was !== is) return `${is}, expected ${was}`;
  }
  return "the Arrow types, the metadata or the order of bounds of its columns are others";
}

function columnText(column: LeafColumn): string {
  const { name, physicalType, logicalType, nullable } = column;
  const annotation = logicalType ? ` ${JSON.stringify(logicalType)}` : "";
  return `"${name}" ${physicalType}${annotation}${nullable ? "" : " not null"}`;
}
