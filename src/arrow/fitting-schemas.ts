import type { Schema } from "apache-arrow";
import { LRUCache } from "lru-cache";
import type { ArrowContext } from "./arrow-context.ts";
import { schemaDifference } from "./batch-schema.ts";

/** Series of which it is kept what was appended last. */
const MAX_PATHS = 1000;

const byPond = new WeakMap<ArrowContext["parquet"], LRUCache<string, Schema>>();

/**
 * Whether rows of such a schema were the last that this page appended at a path. Then nothing need be read
 * to expect that they fit again: whether they still do, the commit finds out.
 */
export function hasFitted(context: ArrowContext, path: string, schema: Schema): boolean {
  const last = byPond.get(context.parquet)?.get(keyOf(context, path));
  return last !== undefined && schemaDifference(last, schema) === undefined;
}

/** Notes the schema of rows that have been appended. */
export function keepFitting(context: ArrowContext, path: string, schema: Schema): void {
  const { parquet } = context;
  const fitting = byPond.get(parquet) ?? new LRUCache<string, Schema>({ max: MAX_PATHS });
  byPond.set(parquet, fitting);
  fitting.set(keyOf(context, path), schema);
}

function keyOf({ base }: ArrowContext, path: string): string {
  return `${base}\n${path}`;
}
