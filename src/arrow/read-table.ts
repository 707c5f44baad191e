import type { RecordBatch, Table } from "apache-arrow";
import type { ArrowContext } from "./arrow-context.ts";
import { concatBatches, emptyBatch } from "./concat-batches.ts";
import { loadArrow } from "./load-arrow.ts";
import { readBatches, readSchema } from "./read-batches.ts";
import type { ReadRowsOptions } from "./read-options.ts";

/** All rows at a path. */
export async function readTable(
  context: ArrowContext,
  path: string,
  options: ReadRowsOptions,
): Promise<Table> {
  const arrow = await loadArrow();
  const batches = await collect(readBatches(context, path, { ...options, follow: false }));
  const [first] = batches;
  if (first) return new arrow.Table(first.schema, batches);
  return new arrow.Table(await readSchema(context, path, options));
}

/** All rows at a path in one batch. */
export async function readTableAsBatch(
  context: ArrowContext,
  path: string,
  options: ReadRowsOptions,
): Promise<RecordBatch> {
  const arrow = await loadArrow();
  const batches = await collect(readBatches(context, path, { ...options, follow: false }));
  const [first] = batches;
  if (first) return concatBatches(arrow, batches, first.schema);
  return emptyBatch(arrow, await readSchema(context, path, options));
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
