import type { RecordBatch } from "apache-arrow";
import type { ReadOptions, RowRange } from "../../worker/parquet-types.ts";
import { countRows } from "../../worker/row-ranges.ts";
import { cachesOf } from "../arrow-caches.ts";
import type { ArrowContext } from "../arrow-context.ts";
import type { BatchKey } from "../batch-cache.ts";
import { sliceRows } from "../cut-batch.ts";
import { schemaMetadata, withMetadata } from "../evolution/schema-metadata.ts";
import type { SeriesSchema } from "../evolution/series-schema.ts";
import type { Arrow } from "../load-arrow.ts";
import { batchesOf, type RowsInBatches } from "./decoded-rows.ts";
import { rowsFrom } from "./page-rows.ts";
import type { OpenRowGroup } from "./row-groups.ts";
import type { RowSelection } from "./row-selection.ts";

/** Row groups up to this size are kept decoded even where all of a file is read. */
const SMALL_GROUP_ROWS = 16_384;

/** Makes batches of row groups, in the schema and with the rows that are asked for. */
export class RowGroupDecoder {
  readonly #arrow: Arrow;
  readonly #context: ArrowContext;
  readonly #columns: readonly string[] | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #selection: RowSelection | undefined;
  readonly #series: SeriesSchema | undefined;

  constructor(
    { arrow, context }: { arrow: Arrow; context: ArrowContext },
    wanted: {
      readonly columns: readonly string[] | undefined;
      readonly signal: AbortSignal | undefined;
      readonly selection: RowSelection | undefined;
      readonly series: SeriesSchema | undefined;
    },
  ) {
    this.#arrow = arrow;
    this.#context = context;
    this.#columns = wanted.selection ? wanted.selection.columns : wanted.columns;
    this.#signal = wanted.signal;
    this.#selection = wanted.selection;
    this.#series = wanted.series?.select(this.#columns);
  }

  /** @throws PARQUET_READ_FAILED, SCHEMA_MISMATCH and what sources throw */
  async decode(open: OpenRowGroup): Promise<RecordBatch[]> {
    const columns = this.columnsIn(open);
    const { batches, rows } = await this.#read(open, columns);
    let skip = countRows(rows) - countRows(rowsFrom(rows, open.skipRows));
    return batches.flatMap((batch) => {
      const start = Math.min(skip, batch.numRows);
      skip -= start;
      const wanted = sliceRows(this.#arrow, batch, start, batch.numRows);
      const whole = this.#series ? this.#series.adapt(wanted) : wanted;
      const selected = this.#selection ? this.#selection.select(whole) : whole;
      return selected && selected.numRows > 0 ? selected : [];
    });
  }

  /** The columns of a file that must be read: a segment may lack some of the series'. */
  columnsIn({ summary }: OpenRowGroup): readonly string[] | undefined {
    const wanted = this.#columns;
    if (!wanted || !this.#series) return wanted;
    const known = new Set(summary.columns.map(({ path: [name = ""] }) => name));
    return [...known].filter((name) => wanted.includes(name));
  }

  async #read(open: OpenRowGroup, columns: readonly string[] | undefined): Promise<RowsInBatches> {
    const { group, rows } = open;
    const all = [{ start: 0, end: group.rowCount }];
    if (this.#series && columns?.length === 0)
      return { batches: [this.#series.nulls(group.rowCount)], rows: all };
    const isPart = rows !== undefined && countRows(rows) < group.rowCount;
    if (isPart && !this.#isInMemory(open, columns)) return this.#readPages(open, columns, rows);
    const decode = async () =>
      (await open.reader.get()).readRowGroup(open.index, this.#options(columns));
    const { batches } = cachesOf(this.#context);
    const bytes = await (this.#isKept(open)
      ? batches.read(keyOf(open, columns), decode)
      : decode());
    const decoded = this.#arrow.tableFromIPC(bytes).batches;
    return {
      batches: this.#series ? decoded : await this.#withMetadata(open, decoded),
      rows: all,
    };
  }

  /** Reads pages that may hold rows that are wanted. */
  async #readPages(
    open: OpenRowGroup,
    columns: readonly string[] | undefined,
    rows: readonly RowRange[],
  ): Promise<RowsInBatches> {
    const { batches } = cachesOf(this.#context);
    const decoded = await batches.readRows({ ...keyOf(open, columns), rows }, async () =>
      (await open.reader.get()).readPages(open.index, rows, this.#options(columns)),
    );
    const names = open.summary.columns.map(({ path: [name = ""] }) => name);
    const found = batchesOf(this.#arrow, decoded, rows, names);
    return this.#series
      ? found
      : { ...found, batches: await this.#withMetadata(open, found.batches) };
  }

  /** Whether all of a row group is kept already. */
  #isInMemory(open: OpenRowGroup, columns: readonly string[] | undefined): boolean {
    return cachesOf(this.#context).batches.has(keyOf(open, columns));
  }

  #options(columns: readonly string[] | undefined): ReadOptions {
    return { ...(columns && { columns }), signal: this.#signal };
  }

  /** The metadata of the schema, which a series has from the schema that its segments have together. */
  async #withMetadata(
    { summary, reader }: OpenRowGroup,
    batches: readonly RecordBatch[],
  ): Promise<readonly RecordBatch[]> {
    const open = () => reader.get();
    const reading = schemaMetadata(this.#context, summary.schemaFingerprint, open, this.#signal);
    const metadata = await reading;
    return batches.map((batch) => withMetadata(this.#arrow, batch, metadata));
  }

  /** A scan of all that is there would only push out what is read again and again. */
  #isKept({ group }: OpenRowGroup): boolean {
    return group.rowCount <= SMALL_GROUP_ROWS || this.#selection?.isFiltered === true;
  }
}

function keyOf({ part, ordinal }: OpenRowGroup, columns: readonly string[] | undefined): BatchKey {
  return { sha256: part.content.sha256, rowGroup: ordinal, columns };
}
