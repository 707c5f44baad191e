import type { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { ThriftReader, thriftType } from "./footer-thrift.ts";
import { writeFieldHeader, writeListHeader, writeStructEnd } from "./footer-thrift-writing.ts";

/** What becomes of a field; those without a rule are copied byte for byte. */
export type FieldRule =
  | "drop"
  /** A file offset: a positive one moves by the shift (writers put 0 where there is none). */
  | "shift"
  | { readonly struct: StructRules }
  | { readonly listOf: StructRules };

/** Rules by field id. */
export type StructRules = { readonly [id: number]: FieldRule };

/** Copies a struct from `reader` to `writer` by rules. */
export function rewriteStruct(
  reader: ThriftReader,
  writer: ByteWriter,
  rules: StructRules,
  shift: number,
): void {
  let lastId = 0;
  reader.readStruct((id, type) => {
    const rule = rules[id];
    if (rule === "drop") return void reader.skip(type);
    writeFieldHeader(writer, id - lastId, id, type);
    lastId = id;
    if (rule === undefined) writer.appendBytes(reader.skip(type));
    else rewriteField(reader, writer, { type, rule, shift });
  });
  writeStructEnd(writer);
}

function rewriteField(
  reader: ThriftReader,
  writer: ByteWriter,
  { type, rule, shift }: { type: number; rule: Exclude<FieldRule, "drop">; shift: number },
): void {
  if (rule === "shift") {
    const offset = reader.readInteger(type);
    writer.appendZigZag(BigInt(offset > 0 ? offset + shift : offset));
  } else if ("struct" in rule) {
    rewriteStruct(reader, writer, rule.struct, shift);
  } else {
    const items: Uint8Array<ArrayBuffer>[] = [];
    reader.readStructs(type, () => items.push(reader.skip(thriftType.struct)));
    writeListHeader(writer, items.length, thriftType.struct);
    for (const item of items) rewriteStruct(new ThriftReader(item), writer, rule.listOf, shift);
  }
}
