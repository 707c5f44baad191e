import type { Schema } from "apache-arrow";
import type { FileType } from "../tinyfs/entry-type.ts";
import { openPathWriter } from "../tinyfs/path-writer.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import type { InspectedTarget, WriteOptions } from "../tinyfs/write-options.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { BatchInput } from "./batch-input.ts";
import { BatchSource } from "./batch-source.ts";
import { type Encoded, encodeBatches } from "./encode-batches.ts";
import { fits, keepFitting, lastFitting } from "./fitting-schemas.ts";
import { loadArrow } from "./load-arrow.ts";
import { checkFits, type NewSegment } from "./series-schema.ts";
import type { AppendOptions, CreateOptions } from "./write-options.ts";

/** Writes batches as a file of a type, new unless `create` says otherwise. */
export function createFromBatches(
  context: ArrowContext,
  path: string,
  input: BatchInput,
  { entryType, ...options }: CreateOptions & { readonly entryType: FileType },
): Promise<WriteResult> {
  const { create = "new", attributes, ifVersion } = options;
  return writeBatches(context, path, input, {
    options,
    write: { entryType, create, attributes, ifVersion },
  });
}

/** Writes batches as one more segment of a series. */
export function appendBatches(
  context: ArrowContext,
  path: string,
  input: BatchInput,
  options: AppendOptions,
): Promise<WriteResult> {
  return writeBatches(context, path, input, {
    options,
    write: { entryType: "FileSeries", append: true, ifVersion: options.ifVersion },
    check: (segment) => checkFits(context, path, segment, options.signal),
  });
}

interface WritePlan {
  readonly options: AppendOptions;
  readonly write: WriteOptions;
  /** Is asked before anything is encoded, and has the last word before the file is linked. */
  readonly check?: (segment: NewSegment) => Promise<void>;
}

/**
 * Not by `writeFile` and a stream: that tells the transaction that its function cannot run again,
 * which batches in memory do not deserve.
 */
async function writeBatches(
  context: ArrowContext,
  path: string,
  input: BatchInput,
  { options, write, check }: WritePlan,
): Promise<WriteResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const arrow = await loadArrow();
  const source = new BatchSource(arrow, input, path);
  const isOneShot = source.isOneShot;
  const last = check && lastFitting(context, path);
  let encoded: Encoded | undefined;
  const inspect = async (_: unknown, target: InspectedTarget) => {
    if (!encoded) return {};
    const { schema, details } = encoded;
    const { schemaFingerprint } = details;
    await check?.({ schema, schemaFingerprint, target });
    return details;
  };
  const writer = await openPathWriter(context, path, {
    ...write,
    durability: options.durability,
    inspect,
    signal,
    // What is read of a stream is gone: then it is worth a look whether it may be written at all.
    expected: isOneShot ? undefined : last?.nodeId,
  });
  if (isOneShot) context.session.consumed();
  try {
    const take = (bytes: Uint8Array) => writer.write(bytes);
    const { parquet } = context;
    const accept = async (schema: Schema) => {
      if (check && !fits(last, schema)) await check({ schema });
    };
    const encoding = { arrow, parquet, path, options, take, accept, last };
    encoded = await encodeBatches(encoding, source);
    signal?.throwIfAborted();
  } catch (error) {
    await writer.fail(error);
    throw error;
  }
  const result = await writer.close();
  const { schema, choices } = encoded;
  if (check) keepFitting(context, path, { nodeId: result.nodeId, schema, choices });
  return result;
}
