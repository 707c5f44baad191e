import type { RecordBatch, Schema } from "apache-arrow";
import { LRUCache } from "lru-cache";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { EncodingChoice } from "../worker/parquet-types.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { schemaDifference } from "./batch-schema.ts";

/** Series of which it is kept what was appended last. */
const MAX_PATHS = 1000;
/** So many appends are written as one before them: looking at values takes as long as half their encoding. */
const MAX_REUSES = 31;

/** How the columns of a batch are written, and of how many rows it was. */
export interface EncodingChoices {
  readonly columns: Readonly<Record<string, EncodingChoice>>;
  readonly rows: number;
  /** How often they have been used again. */
  readonly reuses: number;
}

/** What this page has appended last at a path. */
export interface Fitting {
  readonly nodeId: NodeId;
  readonly schema: Schema;
  readonly choices: EncodingChoices | undefined;
}

const byPond = new WeakMap<ArrowContext["parquet"], LRUCache<string, Fitting>>();

/** What was appended last at a path. Whether it is still there and fits, the commit finds out. */
export function lastFitting(context: ArrowContext, path: string): Fitting | undefined {
  return byPond.get(context.parquet)?.get(keyOf(context, path));
}

/**
 * Whether rows of such a schema were the last that this page appended at a path. Then nothing need be read
 * to expect that they fit again.
 */
export function fits(last: Fitting | undefined, schema: Schema): boolean {
  return last !== undefined && schemaDifference(last.schema, schema) === undefined;
}

/** Choices of an append before that do for a batch: it has half to twice the rows, and they are not old. */
export function choicesFor(
  last: Fitting | undefined,
  { schema, numRows }: RecordBatch,
): EncodingChoices | undefined {
  if (!last?.choices || !fits(last, schema)) return undefined;
  const { rows, reuses } = last.choices;
  const isAlike = 2 * numRows >= rows && numRows <= 2 * rows;
  return isAlike && reuses < MAX_REUSES ? { ...last.choices, reuses: reuses + 1 } : undefined;
}

/** Notes what has been appended. */
export function keepFitting(context: ArrowContext, path: string, fitting: Fitting): void {
  const { parquet } = context;
  const fittings = byPond.get(parquet) ?? new LRUCache<string, Fitting>({ max: MAX_PATHS });
  byPond.set(parquet, fittings);
  fittings.set(keyOf(context, path), fitting);
}

function keyOf({ base }: ArrowContext, path: string): string {
  return `${base}\n${path}`;
}
