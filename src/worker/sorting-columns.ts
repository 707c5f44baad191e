import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { ThriftReader, thriftType } from "./footer-thrift.ts";
import { writeFieldHeader, writeListHeader, writeStructEnd } from "./footer-thrift-writing.ts";
import type { LeafColumn } from "./parquet-schema.ts";
import type { SortColumn } from "./parquet-types.ts";

/** The field of a row group that holds them. */
const SORTING_COLUMNS = 4;

/** The Thrift list of a row group that says how its rows are sorted. The columns must be there. */
export function sortingColumns(
  sortedBy: readonly SortColumn[],
  leaves: readonly LeafColumn[],
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeListHeader(writer, sortedBy.length, thriftType.struct);
  for (const { column, descending = false, nullsFirst = false } of sortedBy) {
    const index = leaves.findIndex(({ path }) => path.length === 1 && path[0] === column);
    writeFieldHeader(writer, 1, 1, thriftType.i32);
    writer.appendZigZag(index);
    writeFieldHeader(writer, 1, 2, descending ? thriftType.true : thriftType.false);
    writeFieldHeader(writer, 1, 3, nullsFirst ? thriftType.true : thriftType.false);
    writeStructEnd(writer);
  }
  return new Uint8Array(writer.getBuffer());
}

/** A row group that says how it is sorted. parquet-wasm never says it. */
export function withSortingColumns(
  rowGroup: Uint8Array<ArrayBuffer>,
  sorting: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const reader = new ThriftReader(rowGroup);
  const writer = new ByteWriter(rowGroup.length + sorting.length + 16);
  let lastId = 0;
  let isWritten = false;
  const put = (id: number, type: number, value: Uint8Array) => {
    writeFieldHeader(writer, id - lastId, id, type);
    writer.appendBytes(value);
    lastId = id;
  };
  const putSorting = () => {
    if (!isWritten) put(SORTING_COLUMNS, thriftType.list, sorting);
    isWritten = true;
  };
  reader.readStruct((id, type) => {
    if (id > SORTING_COLUMNS) putSorting();
    if (id !== SORTING_COLUMNS) put(id, type, reader.skip(type));
    else reader.skip(type);
  });
  putSorting();
  writeStructEnd(writer);
  return new Uint8Array(writer.getBuffer());
}
