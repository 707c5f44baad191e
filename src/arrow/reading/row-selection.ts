import type { RecordBatch, Schema } from "apache-arrow";
import type { ContentDetails } from "../../tinyfs/entry.ts";
import { SchemaMismatchError } from "../../tinyfs/errors.ts";
import type {
  PageBounds,
  ParquetRowGroup,
  ParquetSummary,
  RowRange,
} from "../../worker/parquet-types.ts";
import { listOf } from "../../worker/parquet-write-settings.ts";
import type { Arrow } from "../load-arrow.ts";
import type { ReadRowsOptions } from "../read-options.ts";
import type { ColumnRef, Condition } from "./condition.ts";
import { columnsOf } from "./condition.ts";
import { mayMatch } from "./filter-bounds.ts";
import { checkFilter } from "./filter-check.ts";
import { matchRows } from "./filter-rows.ts";
import { rowsWithin } from "./page-rows.ts";
import { StoredBounds } from "./stored-bounds.ts";
import { takeRows } from "./take-rows.ts";
import { checkTimeSpan, hasNulls } from "./time-span.ts";

/** Which rows and columns of a schema are asked for: what can be left out, and what is left of a batch. */
export class RowSelection {
  /** The columns that must be read: those asked for and those that rows are chosen by; absent: all. */
  readonly columns: readonly string[] | undefined;
  /** The columns that rows are chosen by. */
  readonly testedColumns: readonly string[];
  readonly #arrow: Arrow;
  /** The columns that are given, where more are read. */
  readonly #given: readonly string[] | undefined;
  readonly #condition: Condition | undefined;
  readonly #time: ColumnRef | undefined;
  readonly #bounds: StoredBounds;

  /** @throws SCHEMA_MISMATCH for what the schema does not have */
  constructor(arrow: Arrow, schema: Schema, options: ReadRowsOptions) {
    const { columns } = options;
    assertColumns(schema, columns);
    const asked = conditionOf(arrow, schema, options);
    const needed = asked ? columnsOf(asked.condition) : [];
    this.testedColumns = [...needed];
    this.columns = columns && [...new Set([...columns, ...needed])];
    this.#given = this.columns?.every((name) => columns?.includes(name)) ? undefined : columns;
    // Batches have the columns that are read, which stand in other places than in the whole schema.
    const read = this.columns;
    const fields = read ? schema.fields.filter(({ name }) => read.includes(name)) : schema.fields;
    const ofBatches = asked && conditionOf(arrow, new arrow.Schema(fields), options);
    this.#condition = ofBatches?.condition;
    this.#time = ofBatches?.time;
    this.#bounds = new StoredBounds(arrow, schema, fields);
    this.#arrow = arrow;
  }

  /** Whether rows are chosen by their values. */
  get isFiltered(): boolean {
    return this.#condition !== undefined;
  }

  /** Whether a segment may have rows that match. @throws SCHEMA_MISMATCH for times that are null */
  mayBeInSegment(details: ContentDetails): boolean {
    if (!this.#condition) return true;
    const bounds = this.#bounds.ofDetails(details);
    if (this.#time) this.#assertTimes(bounds(this.#time)?.nullCount);
    return mayMatch(this.#condition, bounds);
  }

  /** Whether a row group may have rows that match. @throws SCHEMA_MISMATCH for times that are null */
  mayBeInRowGroup(summary: ParquetSummary, group: ParquetRowGroup): boolean {
    if (!this.#condition) return true;
    const bounds = this.#bounds.ofRowGroup(summary, group);
    if (this.#time) this.#assertTimes(bounds(this.#time)?.nullCount);
    return mayMatch(this.#condition, bounds);
  }

  /**
   * The rows of a row group that may match by what is known of pages, in order.
   * @throws SCHEMA_MISMATCH for times that are null
   */
  rowsIn(
    summary: ParquetSummary,
    group: ParquetRowGroup,
    pages: readonly PageBounds[],
  ): RowRange[] {
    return rowsWithin(group, pages, (piece) => this.mayBeInRowGroup(summary, piece));
  }

  /**
   * The rows that match with the columns that are given; `undefined` where there are none.
   * @throws SCHEMA_MISMATCH for times that are null
   */
  select(batch: RecordBatch): RecordBatch | undefined {
    if (!this.#condition) return batch.numRows > 0 ? this.#give(batch) : undefined;
    const [index = -1] = this.#time?.indexes ?? [];
    this.#assertTimes(batch.data.children[index]?.nullCount);
    const mask = matchRows(this.#arrow, batch, this.#condition);
    return takeRows(this.#arrow, this.#give(batch), mask);
  }

  #give(batch: RecordBatch): RecordBatch {
    const given = this.#given;
    if (!given) return batch;
    const { fields, metadata } = batch.schema;
    const places = fields.flatMap(({ name }, index) => (given.includes(name) ? index : []));
    const chosen = places.flatMap((index) => fields[index] ?? []);
    const children = places.flatMap((index) => batch.data.children[index] ?? []);
    const type = new this.#arrow.Struct(chosen);
    const data = this.#arrow.makeData({ type, length: batch.numRows, nullCount: 0, children });
    return new this.#arrow.RecordBatch(new this.#arrow.Schema(chosen, metadata), data);
  }

  #assertTimes(nullCount: number | undefined): void {
    if (this.#time && nullCount !== undefined && nullCount > 0) throw hasNulls(this.#time);
  }
}

function conditionOf(
  arrow: Arrow,
  schema: Schema,
  { filter, timeRange, timestampColumn }: ReadRowsOptions,
): { readonly condition: Condition; readonly time?: ColumnRef } | undefined {
  const time = timeRange && checkTimeSpan(arrow, schema, timeRange, timestampColumn);
  const condition = filter && checkFilter(arrow, schema, filter);
  if (!time) return condition && { condition };
  return {
    time: time.column,
    condition: condition ? { all: [time.condition, condition] } : time.condition,
  };
}

function assertColumns({ fields }: Schema, columns: readonly string[] = []): void {
  const known = fields.map(({ name }) => name);
  const unknown = columns.find((column) => !known.includes(column));
  if (unknown === undefined) return;
  const message = `Cannot read column "${unknown}": the columns are ${listOf(known)}`;
  throw new SchemaMismatchError(message);
}
