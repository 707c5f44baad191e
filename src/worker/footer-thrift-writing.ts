import type { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { STOP } from "./footer-thrift.ts";

/** Writes the header of a field that stands `delta` ids behind the one before it. */
export function writeFieldHeader(
  writer: ByteWriter,
  delta: number,
  id: number,
  type: number,
): void {
  if (delta > 0 && delta < 16) {
    writer.appendUint8((delta << 4) | type);
  } else {
    writer.appendUint8(type);
    writer.appendZigZag(id);
  }
}

/** Writes the header of a list. */
export function writeListHeader(writer: ByteWriter, count: number, type: number): void {
  if (count < 15) {
    writer.appendUint8((count << 4) | type);
  } else {
    writer.appendUint8(0xf0 | type);
    writer.appendVarInt(count);
  }
}

/** Ends a struct. */
export function writeStructEnd(writer: ByteWriter): void {
  writer.appendUint8(STOP);
}
