import type { CreateMode, WD, WriteResult } from "../../../src/tinyfs/index.ts";
import { liveSegments, TinyFSError } from "../../../src/tinyfs/index.ts";
import { locateTaken } from "../../../src/tinyfs/wd-context.ts";
import { fakeParquet } from "../contract/bytes.ts";

/** One call on a `WD`. */
export type Operation =
  | { readonly kind: "write"; readonly path: string; readonly create: CreateMode }
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
      return wd.writeFile(path, `text ${number}`, { create: operation.create });
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
      return compact(wd, path);
    case "restore":
      return wd.restore(path, operation.version);
  }
}

function segment(number: number): Uint8Array {
  return fakeParquet(`segment ${number}`);
}

/** What a layer above does that joins the segments of a series: it lists them anew up to its base. */
async function compact(wd: WD, path: string): Promise<WriteResult> {
  const { context } = wd;
  return context.session.write(async (tree) => {
    const spot = await locateTaken(tree, context, path);
    const { nodeId, entryType } = spot.entry;
    if (entryType !== "FileSeries") throw new TinyFSError("WRONG_ENTRY_TYPE", "It is no series");
    const rows = await tree.segments(nodeId);
    const [newest] = rows;
    const result = { nodeId, version: newest?.version ?? 0, txnSeq: 0, size: 0, sha256: "" };
    if (!newest || isPending(newest.txnSeq)) return result;
    const { txnSeq, n } = newest;
    const segments = liveSegments(rows);
    tree.addSegments(spot, { kind: "compact", segments, coversTo: { txnSeq, n } });
    return result;
  });
}

function isPending(txnSeq: number): boolean {
  return txnSeq === Number.MAX_SAFE_INTEGER;
}
