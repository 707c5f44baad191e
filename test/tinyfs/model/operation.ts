import type { SegmentRow } from "../../../src/tinyfs/entry.ts";
import { stagedResult } from "../../../src/tinyfs/entry-result.ts";
import type { CreateMode, WD, WriteResult } from "../../../src/tinyfs/index.ts";
import { liveSegments, TinyFSError } from "../../../src/tinyfs/index.ts";
import { locateTaken } from "../../../src/tinyfs/wd-context.ts";
import type { StagedSegmentRow } from "../../../src/tinyfs/write-set.ts";
import { fakeParquet } from "../contract/bytes.ts";

/** One call on a `WD`. */
export type Operation =
  | {
      readonly kind: "write";
      readonly path: string;
      readonly create: CreateMode;
      /** How long the file is; without it a few bytes. Files of one length and hue are equal. */
      readonly size?: number;
      readonly hue?: number;
    }
  | { readonly kind: "createDir"; readonly path: string }
  | { readonly kind: "remove"; readonly path: string; readonly recursive: boolean }
  | {
      readonly kind: "rename" | "copy";
      readonly path: string;
      readonly to: string;
      readonly replace: boolean;
    }
  | {
      readonly kind: "createSeries" | "append" | "replaceSeries" | "compact";
      readonly path: string;
    }
  | { readonly kind: "trim"; readonly path: string; readonly keep: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | { readonly kind: "attributes"; readonly path: string; readonly value: number }
  | { readonly kind: "restore"; readonly path: string; readonly version: number | undefined };

/** Makes the call. What is written differs from number to number. */
export async function run(
  wd: WD,
  operation: Operation,
  number: number,
): Promise<WriteResult | undefined> {
  const { kind, path } = operation;
  switch (kind) {
    case "write":
      return wd.writeFile(path, bytesOf(operation, number), { create: operation.create });
    case "createDir":
      return wd.createDir(path);
    case "remove":
      await wd.remove(path, { recursive: operation.recursive });
      return undefined;
    case "rename":
      return wd.rename(path, operation.to, { replace: operation.replace });
    case "copy":
      return wd.copy(path, operation.to, { replace: operation.replace });
    case "createSeries":
      return wd.writeFile(path, segment(number), { entryType: "FileSeries", create: "new" });
    case "append":
      return wd.writeFile(path, segment(number), { append: true });
    case "replaceSeries":
      return wd.writeFile(path, segment(number), { entryType: "FileSeries", create: "replace" });
    case "compact":
      return rewriteSeries(wd, path, (rows) => compaction(rows));
    case "trim":
      return rewriteSeries(wd, path, (rows) => trimmed(rows, operation.keep));
    case "symlink":
      return wd.createSymlink(path, operation.target);
    case "attributes":
      return wd.setAttributes(path, { value: operation.value });
    case "restore":
      return wd.restore(path, operation.version);
  }
}

/** The bytes that an operation writes; none where it writes none. */
export function contentOf(operation: Operation, number: number): Uint8Array<ArrayBuffer> {
  switch (operation.kind) {
    case "write":
      return bytesOf(operation, number);
    case "createSeries":
    case "append":
    case "replaceSeries":
      return segment(number);
    case "symlink":
      return new TextEncoder().encode(operation.target);
    default:
      return new Uint8Array(0);
  }
}

function segment(number: number): Uint8Array<ArrayBuffer> {
  return fakeParquet(`segment ${number}`);
}

/** What a layer above does with the segments of a series: it lists them anew, all or some. */
async function rewriteSeries(
  wd: WD,
  path: string,
  rewrite: (rows: readonly SegmentRow[]) => StagedSegmentRow | undefined,
): Promise<WriteResult> {
  const { context } = wd;
  return context.session.write(async (tree) => {
    const spot = await locateTaken(tree, context, path);
    if (spot.entry.entryType !== "FileSeries")
      throw new TinyFSError("WRONG_ENTRY_TYPE", "It is no series");
    const row = rewrite(await tree.segments(spot.entry.nodeId));
    if (row) tree.addSegments(spot, row);
    return stagedResult(tree, spot.entry);
  });
}

/** All segments up to the base; nothing where the transaction has added some of its own. */
function compaction(rows: readonly SegmentRow[]): StagedSegmentRow | undefined {
  const [newest] = rows;
  if (!newest || isPending(newest.txnSeq)) return undefined;
  const { txnSeq, n } = newest;
  return { kind: "compact", segments: liveSegments(rows), coversTo: { txnSeq, n } };
}

function trimmed(rows: readonly SegmentRow[], keep: number): StagedSegmentRow {
  return { kind: "replace", segments: liveSegments(rows).slice(-keep) };
}

function isPending(txnSeq: number): boolean {
  return txnSeq === Number.MAX_SAFE_INTEGER;
}

function bytesOf(
  { size, hue }: { readonly size?: number; readonly hue?: number },
  number: number,
): Uint8Array<ArrayBuffer> {
  if (size !== undefined) return new Uint8Array(size).fill(hue ?? number);
  return new TextEncoder().encode(`text ${number}`);
}
