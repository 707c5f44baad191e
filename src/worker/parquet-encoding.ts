import { Table, type WriterProperties, writeParquet } from "parquet-wasm/esm";
import { footerOf } from "./footer-reading.ts";
import { MAGIC } from "./footer-writing.ts";
import type { Footer } from "./parquet-footer.ts";
import { type LeafColumn, leafColumns } from "./parquet-schema.ts";
import { callWasm } from "./parquet-wasm.ts";
import {
  assertColumnsFit,
  buildWriterProperties,
  type PieceSettings,
} from "./parquet-write-settings.ts";
import { assertSameSchema, bodyRange } from "./splice.ts";

/** So many schemas a worker knows the Parquet columns of; those it was asked for first go first. */
const MAX_SCHEMAS = 64;

const latin1 = new TextDecoder("latin1");
const columnsOfSchemas = new Map<string, LeafColumn[]>();

/** One batch as a part of a file: where it comes to stand does not matter to its pages. */
export interface EncodedPiece {
  /** The pages, to be appended to the file; of the first piece with "PAR1" before them. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** What follows the pages where the batch is a file of its own: page indexes and footer. */
  readonly tail: Uint8Array<ArrayBuffer>;
  /** Length of that file. */
  readonly size: number;
  readonly rowCount: number;
  /** What its row groups will take in the footer. */
  readonly footerBytes: number;
}

/**
 * Encodes batches of one file, each as a file of its own that is taken apart: several workers can do
 * that side by side. What it keeps between two batches is the schema.
 */
export class PieceEncoder {
  readonly #settings: PieceSettings;
  #columns: readonly LeafColumn[] | undefined;
  #first: Footer | undefined;

  constructor(settings: PieceSettings) {
    this.#settings = settings;
  }

  /**
   * Encodes the batches of an Arrow IPC stream; parquet-wasm must be loaded.
   * @param index which batch of the file it is, from 0
   * @throws SCHEMA_MISMATCH, UNSUPPORTED_TYPE
   */
  encode(ipcStream: Uint8Array<ArrayBuffer>, index: number): EncodedPiece {
    const table = callWasm("UNSUPPORTED_TYPE", "read the batch", () =>
      Table.fromIPCStream(ipcStream),
    );
    const { rowCount, properties } = this.#prepare(table, ipcStream);
    // Consumes both arguments, also when it fails.
    const file = callWasm("UNSUPPORTED_TYPE", "encode the batch", () =>
      writeParquet(table, properties),
    );
    return this.#takeApart(file as Uint8Array<ArrayBuffer>, rowCount, index);
  }

  #prepare(
    table: Table,
    ipcStream: Uint8Array<ArrayBuffer>,
  ): { rowCount: number; properties: WriterProperties } {
    try {
      this.#columns ??= this.#probe(table, ipcStream);
      const rowCount = countRows(table);
      return {
        rowCount,
        properties: buildWriterProperties(this.#settings, this.#columns, rowCount),
      };
    } catch (error) {
      freeAfterFailure(table);
      throw error;
    }
  }

  #probe(table: Table, ipcStream: Uint8Array<ArrayBuffer>): LeafColumn[] {
    const schema = schemaOf(ipcStream);
    const columns = columnsOfSchemas.get(schema) ?? leafColumnsOf(table);
    columnsOfSchemas.set(schema, columns);
    const [oldest] = columnsOfSchemas.keys();
    if (oldest !== undefined && columnsOfSchemas.size > MAX_SCHEMAS)
      columnsOfSchemas.delete(oldest);
    assertColumnsFit(this.#settings.options, columns);
    return columns;
  }

  #takeApart(file: Uint8Array<ArrayBuffer>, rowCount: number, index: number): EncodedPiece {
    const footer = footerOf(file);
    const { start, end } = bodyRange(footer);
    this.#first ??= { ...footer, rowGroups: [] };
    assertSameSchema(this.#first, footer, `batch ${index + 1}`);
    return {
      body: file.slice(index === 0 ? start - MAGIC.length : start, end),
      tail: file.slice(end),
      size: file.length,
      rowCount,
      footerBytes: footer.rowGroups.reduce((sum, { bytes }) => sum + bytes.length, 0),
    };
  }
}

/** Writes a file without rows: how columns are to be written depends on their Parquet types. */
function leafColumnsOf(table: Table): LeafColumn[] {
  const file = callWasm("UNSUPPORTED_TYPE", "write the columns", () =>
    writeParquet(Table.fromIPCStream(table.schema.intoIPCStream())),
  );
  return leafColumns(footerOf(file as Uint8Array<ArrayBuffer>));
}

/** The first message of an Arrow IPC stream, after its marker and length: one text for one schema. */
function schemaOf(ipcStream: Uint8Array<ArrayBuffer>): string {
  const length = new DataView(ipcStream.buffer, ipcStream.byteOffset).getInt32(4, true);
  return latin1.decode(ipcStream.subarray(8, 8 + length));
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
