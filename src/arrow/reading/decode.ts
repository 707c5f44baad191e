import type { RecordBatch } from "apache-arrow";
import { cachesOf } from "../arrow-caches.ts";
import type { ArrowContext } from "../arrow-context.ts";
import { sliceRows } from "../cut-batch.ts";
import { schemaMetadata, withMetadata } from "../evolution/schema-metadata.ts";
import type { SeriesSchema } from "../evolution/series-schema.ts";
import type { Arrow } from "../load-arrow.ts";
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
    const read = await this.#read(open, columns);
    let skip = open.skipRows;
    return read.flatMap((batch) => {
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

  async #read(
    open: OpenRowGroup,
    columns: readonly string[] | undefined,
  ): Promise<readonly RecordBatch[]> {
    const { part, group, ordinal, index, reader } = open;
    if (this.#series && columns?.length === 0) return [this.#series.nulls(group.rowCount)];
    const decode = async () => {
      const options = { ...(columns && { columns }), signal: this.#signal };
      return (await reader.get()).readRowGroup(index, options);
    };
    const { batches } = cachesOf(this.#context);
    const key = { sha256: part.content.sha256, rowGroup: ordinal, columns };
    const bytes = await (this.#isKept(open) ? batches.read(key, decode) : decode());
    const decoded = this.#arrow.tableFromIPC(bytes).batches;
    return this.#series ? decoded : this.#withMetadata(open, decoded);
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
