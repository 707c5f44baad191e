import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import { damagedFooter } from "./footer-reading.ts";
import { ThriftReader } from "./footer-thrift.ts";
import { MAGIC } from "./footer-writing.ts";
import { arrowSchemaOf, type Footer, type FooterRowGroup } from "./parquet-footer.ts";
import { type LeafColumn, leafColumns } from "./parquet-schema.ts";
import { rewriteStruct, type StructRules } from "./splice-rewriting.ts";

// Page indexes and bloom filters hold offsets of their own or stand behind the pages: they are
// dropped, and so is the ordinal, which has 16 bits.
const columnMetaData: StructRules = {
  9: "shift",
  10: "shift",
  11: "shift",
  14: "drop",
  15: "drop",
};
const columnChunk: StructRules = {
  2: "shift",
  3: { struct: columnMetaData },
  4: "drop",
  5: "drop",
  6: "drop",
  7: "drop",
};
const rowGroup: StructRules = { 1: { listOf: columnChunk }, 5: "shift", 7: "drop" };

/** The bytes of a file that its row groups need: pages, no index behind them, no footer. */
export function bodyRange(footer: Footer): { start: number; end: number } {
  const start = MAGIC.length;
  return { start, end: footer.rowGroups.reduce((end, group) => Math.max(end, group.end), start) };
}

/**
 * A file's row groups as they read once its body stands `shift` bytes further on.
 * @throws NOT_PARQUET
 */
export function shiftRowGroups(footer: Footer, shift: number): FooterRowGroup[] {
  return footer.rowGroups.map((group) => {
    const { start, end } = group;
    return { ...group, bytes: shiftOffsets(group, shift), start: start + shift, end: end + shift };
  });
}

function shiftOffsets({ bytes }: FooterRowGroup, shift: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(bytes.length + 64);
  try {
    rewriteStruct(new ThriftReader(bytes), writer, rowGroup, shift);
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
  const message = `The schema of ${what} differs from the first: ${differenceOf(first, other)}`;
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

function equalBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
