import type { ByteSource } from "./byte-source.ts";
import type { Content, Entry, Place, SegmentRow, SupersededEntry } from "./entry.ts";
import type { NodeId } from "./node-id.ts";
import type { PersistenceLayer } from "./persistence.ts";
import type { Page, RowScope, Tree } from "./tree.ts";

/** The tree as of one commit. */
export class CommittedTree implements Tree {
  readonly seq: number;
  readonly #persistence: PersistenceLayer;

  constructor(persistence: PersistenceLayer, seq: number) {
    this.#persistence = persistence;
    this.seq = seq;
  }

  entry(place: Place): Promise<Entry | undefined> {
    return this.#persistence.entryAt(place, this.seq);
  }

  entries(dirId: NodeId, page: Page): Promise<readonly Entry[]> {
    return this.#persistence.entriesAt(dirId, this.seq, page);
  }

  segments(nodeId: NodeId, scope?: RowScope): Promise<readonly SegmentRow[]> {
    return this.#persistence.segmentsAt(nodeId, this.seq, scope);
  }

  newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined> {
    return this.#persistence.newestSegment(nodeId, this.seq);
  }

  previous(entry: Entry): Promise<SupersededEntry | undefined> {
    return this.#persistence.previousEntry(entry);
  }

  lastEnded(place: Place): Promise<SupersededEntry | undefined> {
    return this.#persistence.lastEnded(place, this.seq);
  }

  open(content: Content): Promise<ByteSource> {
    return this.#persistence.open(content);
  }
}
