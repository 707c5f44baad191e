import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { assertFooterFits } from "./footer-limit.ts";
import { thriftType } from "./footer-thrift.ts";
import { writeFieldHeader, writeListHeader, writeStructEnd } from "./footer-thrift-writing.ts";
import type { Footer, FooterRowGroup } from "./parquet-footer.ts";

/** What of a row group goes into a footer. */
export type JoinableRowGroup = Pick<FooterRowGroup, "bytes" | "rowCount">;

/** How a Parquet file starts and ends. */
export const MAGIC: Uint8Array<ArrayBuffer> = new TextEncoder().encode("PAR1");

/**
 * The tail of a joined file: its footer with schema, metadata and column orders of `first`, the
 * footer's length and "PAR1".
 * @throws PARQUET_READ_FAILED where the footer would be beyond 64 MB
 */
export function joinFooters(
  first: Footer,
  rowGroups: readonly JoinableRowGroup[],
  keyValueMetadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  assertFooterFits(rowGroups.reduce((sum, group) => sum + group.bytes.length, 0));
  const writer = new ByteWriter();
  writeFieldHeader(writer, 1, 1, thriftType.i32);
  writer.appendZigZag(first.version);
  writeFieldHeader(writer, 1, 2, thriftType.list);
  writer.appendBytes(first.schema);
  writeFieldHeader(writer, 1, 3, thriftType.i64);
  writer.appendZigZag(BigInt(rowGroups.reduce((sum, group) => sum + group.rowCount, 0)));
  writeFieldHeader(writer, 1, 4, thriftType.list);
  writeStructs(writer, rowGroups);
  writeOptionalFields(writer, first, keyValueMetadata);
  const length = writer.offset;
  assertFooterFits(length);
  writer.appendUint32(length);
  writer.appendBytes(MAGIC);
  return new Uint8Array(writer.getBuffer());
}

function writeOptionalFields(
  writer: ByteWriter,
  { keyValues, createdBy, columnOrders }: Footer,
  keyValueMetadata: Readonly<Record<string, string>>,
): void {
  const structs = [...keyValues, ...Object.entries(keyValueMetadata).map(keyValueStruct)];
  let lastId = 4;
  const header = (id: number, type: number) => {
    writeFieldHeader(writer, id - lastId, id, type);
    lastId = id;
  };
  if (structs.length > 0) {
    header(5, thriftType.list);
    writeStructs(writer, structs);
  }
  if (createdBy) {
    header(6, thriftType.binary);
    writer.appendVarInt(createdBy.length);
    writer.appendBytes(createdBy);
  }
  if (columnOrders) {
    header(7, thriftType.list);
    writer.appendBytes(columnOrders);
  }
  writeStructEnd(writer);
}

function writeStructs(writer: ByteWriter, structs: readonly { bytes: Uint8Array }[]): void {
  writeListHeader(writer, structs.length, thriftType.struct);
  for (const { bytes } of structs) writer.appendBytes(bytes);
}

function keyValueStruct([key, value]: [string, string]): { bytes: Uint8Array } {
  const writer = new ByteWriter();
  for (const text of [key, value]) {
    const bytes = new TextEncoder().encode(text);
    writeFieldHeader(writer, 1, 1, thriftType.binary);
    writer.appendVarInt(bytes.length);
    writer.appendBytes(bytes);
  }
  writeStructEnd(writer);
  return { bytes: writer.getBytes() };
}
