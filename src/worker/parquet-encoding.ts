import { Table, type WriterProperties, writeParquet } from "parquet-wasm/esm";
import { TinyFSError } from "../tinyfs/errors.ts";
import { footerOf, notParquet } from "./footer-reading.ts";
import { assertFooterFits, MAGIC } from "./footer-writing.ts";
import type { Footer } from "./parquet-footer.ts";
import { type LeafColumn, leafColumns } from "./parquet-schema.ts";
import { summarise } from "./parquet-summary.ts";
import type { EncodeOptions, ParquetSummary } from "./parquet-types.ts";
import { callWasm } from "./parquet-wasm.ts";
import { assertColumnsExist, buildWriterProperties } from "./parquet-write-settings.ts";
import { assertSameSchema, bodyRange, shiftRowGroups } from "./splice.ts";
import {
  indexBytes,
  joinTail,
  MAX_INDEX_BYTES,
  pageIndexesOf,
  type SplicedRowGroup,
  shiftPageIndexes,
} from "./splice-indexes.ts";

/**
 * Makes one Parquet file of many batches. Each is written as a file of its own, of which the pages
 * are handed out at once and the row groups kept; the joined footer comes last. What it holds
 * between two batches is metadata.
 */
export class FileEncoder {
  readonly #options: EncodeOptions;
  readonly #rowGroups: SplicedRowGroup[] = [];
  #columns: readonly LeafColumn[] = [];
  #first: Footer | undefined;
  #sizeBytes = 0;
  #footerBytes = 0;
  #indexBytes = 0;
  #batchCount = 0;
  #rowCount = 0;

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  /**
   * Encodes the batches of an Arrow IPC stream; parquet-wasm must be loaded.
   * @returns the bytes to append to the file
   * @throws SCHEMA_MISMATCH, UNSUPPORTED_TYPE
   */
  encode(ipcStream: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const table = callWasm("UNSUPPORTED_TYPE", "read the batch", () =>
      Table.fromIPCStream(ipcStream),
    );
    const { rowCount, properties } = this.#prepare(table);
    // Consumes both arguments, also when it fails.
    const file = callWasm("UNSUPPORTED_TYPE", "encode the batch", () =>
      writeParquet(table, properties),
    );
    const bytes = this.#append(file as Uint8Array<ArrayBuffer>);
    this.#batchCount++;
    this.#rowCount += rowCount;
    return bytes;
  }

  /** @throws EMPTY_STREAM, and PARQUET_READ_FAILED where the footer is beyond 64 MB */
  async finish(): Promise<{ tail: Uint8Array<ArrayBuffer>; summary: ParquetSummary }> {
    if (!this.#first)
      throw new TinyFSError("EMPTY_STREAM", "Cannot finish a Parquet file without a batch");
    const { keyValueMetadata } = this.#options;
    const tail = joinTail(this.#first, this.#rowGroups, this.#sizeBytes, keyValueMetadata);
    const size = this.#sizeBytes + tail.length;
    const footer = footerOf(tail, size);
    // Nothing may be lost in silence: the one check that does not depend on how batches are joined.
    if (footer.rowCount !== this.#rowCount) {
      throw notParquet(`${this.#rowCount} rows went in and its footer counts ${footer.rowCount}`);
    }
    return { tail, summary: await summarise(footer, size) };
  }

  #prepare(table: Table): { rowCount: number; properties: WriterProperties } {
    try {
      if (!this.#first) this.#columns = this.#probe(table);
      return {
        rowCount: countRows(table),
        properties: buildWriterProperties(this.#options, this.#columns),
      };
    } catch (error) {
      freeAfterFailure(table);
      throw error;
    }
  }

  /** Writes a file without rows: how columns are to be written depends on their Parquet types. */
  #probe(table: Table): LeafColumn[] {
    const file = callWasm("UNSUPPORTED_TYPE", "write the columns", () =>
      writeParquet(Table.fromIPCStream(table.schema.intoIPCStream())),
    );
    const columns = leafColumns(footerOf(file as Uint8Array<ArrayBuffer>));
    assertColumnsExist(this.#options, columns);
    return columns;
  }

  #append(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const footer = footerOf(file);
    const { start, end } = bodyRange(footer);
    const isFirst = this.#first === undefined;
    this.#first ??= { ...footer, rowGroups: [] };
    assertSameSchema(this.#first, footer, `batch ${this.#batchCount + 1}`);
    const shift = isFirst ? 0 : this.#sizeBytes - start;
    const indexes = pageIndexesOf(footer, (range) => file.subarray(range.start, range.end));
    this.#indexBytes += indexBytes(indexes);
    const shifted = this.#indexBytes > MAX_INDEX_BYTES ? [] : shiftPageIndexes(indexes, shift);
    shiftRowGroups(footer, shift).forEach((group, index) => {
      this.#rowGroups.push({ ...group, indexes: shifted[index] ?? [] });
      this.#footerBytes += group.bytes.length;
    });
    assertFooterFits(this.#footerBytes);
    const bytes = file.slice(isFirst ? start - MAGIC.length : start, end);
    this.#sizeBytes += bytes.length;
    return bytes;
  }
}

function countRows(table: Table): number {
  let rowCount = 0;
  for (const batch of table.recordBatches()) {
    rowCount += batch.numRows;
    batch.free();
  }
  return rowCount;
}

function freeAfterFailure(table: Table): void {
  try {
    table.free();
  } catch {
    // after a panic nothing works, and the instance is replaced
  }
}
