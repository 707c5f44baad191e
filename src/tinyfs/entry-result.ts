import type { Entry, SegmentRow } from "./entry.ts";
import { committedSeq } from "./entry-info.ts";
import type { WriteResult } from "./session.ts";
import type { Tree } from "./tree.ts";

/** What a call reports that found an entry as it was to be. A series' version is its newest segment's. */
export async function entryResult(tree: Tree, entry: Entry): Promise<WriteResult> {
  const { nodeId, version, txnSeq, size, sha256 } = entry;
  const newest = entry.entryType === "FileSeries" ? await tree.newestSegment(nodeId) : undefined;
  return newest ? segmentResult(newest) : { nodeId, version, txnSeq, size, sha256 };
}

/** What a call reports that staged a change: the number is given at the commit. */
export async function stagedResult(tree: Tree, entry: Entry): Promise<WriteResult> {
  return { ...(await entryResult(tree, entry)), txnSeq: 0 };
}

function segmentResult(row: SegmentRow): WriteResult {
  const content = row.segments.at(-1)?.content;
  return {
    nodeId: row.nodeId,
    version: row.version,
    txnSeq: committedSeq(row.txnSeq),
    size: content?.size ?? 0,
    sha256: content?.sha256 ?? "",
  };
}
