import type { SegmentRow } from "../tinyfs/entry.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import { NewestTree } from "./newest-tree.ts";

/**
 * What a commit is drafted on within its own transaction. The newest row of a series, which several look
 * at in turn, is asked for once: each request is a round trip to another process.
 */
export class DraftTree extends NewestTree {
  readonly #newest = new Map<NodeId, Promise<SegmentRow | undefined>>();

  override newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined> {
    const asked = this.#newest.get(nodeId) ?? super.newestSegment(nodeId);
    this.#newest.set(nodeId, asked);
    return asked;
  }
}
