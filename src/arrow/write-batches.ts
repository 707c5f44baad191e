import type { FileType } from "../tinyfs/entry-type.ts";
import { openPathWriter } from "../tinyfs/path-writer.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import type { WriteOptions } from "../tinyfs/write-options.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { AppendOptions, CreateOptions } from "./arrow-options.ts";
import type { BatchInput } from "./batch-input.ts";
import { BatchSource } from "./batch-source.ts";
import { type Encoded, encodeBatches } from "./encode-batches.ts";
import { loadArrow } from "./load-arrow.ts";
import { checkFits } from "./series-schema.ts";

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
    check: (encoded) => checkFits(context, path, encoded),
  });
}

interface WritePlan {
  readonly options: AppendOptions;
  readonly write: WriteOptions;
  /** Has the last word before the file is linked. */
  readonly check?: (encoded: Encoded) => Promise<void>;
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
  let encoded: Encoded | undefined;
  const inspect = async () => {
    if (encoded) await check?.(encoded);
    return encoded?.details ?? {};
  };
  const writer = await openPathWriter(context, path, {
    ...write,
    durability: options.durability,
    inspect,
    signal,
  });
  if (isOneShot) context.session.consumed();
  try {
    const take = (bytes: Uint8Array) => writer.write(bytes);
    const { parquet } = context;
    encoded = await encodeBatches({ arrow, parquet, path, options, take }, source);
    signal?.throwIfAborted();
  } catch (error) {
    await writer.fail(error);
    throw error;
  }
  return writer.close();
}
