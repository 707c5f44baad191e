import type { ByteSource } from "../byte-source.ts";
import type { Change, CommitInfo, Head } from "../change.ts";
import { NO_TOTALS } from "../change.ts";
import { findConflict } from "../conflict.ts";
import type { Content, Entry, Place, SegmentRow, SupersededEntry } from "../entry.ts";
import { ConflictError, TinyFSError } from "../errors.ts";
import type { ContentWriter, File } from "../file.ts";
import type { NodeId } from "../node-id.ts";
import type { Committed, LogRange, Page, PersistenceLayer } from "../persistence.ts";
import type { SettledCommit } from "../settle.ts";
import { nextTime, settle } from "../settle.ts";
import { bytesToSource } from "../streams.ts";
import type { WriteSet } from "../write-set.ts";
import type { MemoryContent } from "./memory-content.ts";
import { MemoryContentWriter, memoryContent } from "./memory-content.ts";
import { MemoryFile } from "./memory-file.ts";
import { MemoryRows } from "./memory-rows.ts";

interface MemoryCommit {
  readonly info: CommitInfo;
  readonly settled: SettledCommit;
}

/**
 * The reference persistence: everything in memory, nothing shared with other tabs and gone with the
 * page. What it does is what a persistence layer has to do.
 */
export class MemoryPersistence implements PersistenceLayer {
  readonly #rows = new MemoryRows();
  readonly #commits: MemoryCommit[] = [];
  readonly #files = new Map<string, MemoryFile>();
  #isClosed = false;

  async head(): Promise<Head> {
    return this.#head();
  }

  async seqAt(timeMicros: number): Promise<number> {
    this.#checkOpen();
    return this.#commits.findLast(({ info }) => info.time <= timeMicros)?.info.seq ?? 0;
  }

  async entryAt(place: Place, seq: number): Promise<Entry | undefined> {
    this.#checkOpen();
    return this.#rows.at(place, seq);
  }

  async entriesAt(dirId: NodeId, seq: number, page: Page): Promise<readonly Entry[]> {
    this.#checkOpen();
    return this.#rows.list(dirId, seq, page);
  }

  async previousEntry({ nodeId, from, ...entry }: Entry): Promise<SupersededEntry | undefined> {
    const rows = this.#rows.ended(from ?? entry);
    return rows.find((row) => {
      if (from) return row.placedSeq === from.placedSeq;
      return row.endSeq === entry.placedSeq && row.nodeId === nodeId;
    });
  }

  async lastEnded(place: Place, seq: number): Promise<SupersededEntry | undefined> {
    return this.#rows.ended(place).findLast((row) => row.endSeq <= seq);
  }

  async segmentsAt(nodeId: NodeId, seq: number): Promise<readonly SegmentRow[]> {
    this.#checkOpen();
    return this.#rows.segments(nodeId, seq);
  }

  async newestSegment(nodeId: NodeId, seq: number): Promise<SegmentRow | undefined> {
    this.#checkOpen();
    return this.#rows.segments(nodeId, seq)[0];
  }

  async commit(writeSet: WriteSet): Promise<Committed> {
    const head = this.#head(); // no await from here on: two commits must not meet
    const since = this.#commits.slice(writeSet.base).flatMap(({ settled }) => settled.changes);
    const conflict = findConflict(writeSet, since);
    if (conflict) throw new ConflictError(`Cannot commit transaction ${writeSet.id}: ${conflict}`);
    this.#checkSources(writeSet);

    const [seq, time] = [head.seq + 1, nextTime(head.time)];
    const newestSegments = new Map<NodeId, SegmentRow>();
    for (const { nodeId } of writeSet.series) {
      const newest = this.#rows.segments(nodeId, head.seq)[0];
      if (newest) newestSegments.set(nodeId, newest);
    }
    const settled = settle(writeSet, { seq, time, totals: head.totals, newestSegments });
    const info = describeCommit(writeSet, seq, time, settled.changes);
    // Commit point: nothing above has changed anything, and nothing below can fail.
    this.#rows.apply(settled);
    this.#commits.push({ info, settled });
    return { info, settled };
  }

  async *commits({ from = 1, to, reverse = false }: LogRange = {}): AsyncGenerator<CommitInfo> {
    const range = this.#commits.slice(Math.max(0, from - 1), to).map(({ info }) => info);
    yield* reverse ? range.reverse() : range;
  }

  async stage(): Promise<ContentWriter> {
    this.#checkOpen();
    return new MemoryContentWriter();
  }

  async stageBytes(bytes: Uint8Array): Promise<Content> {
    this.#checkOpen();
    return memoryContent(bytes);
  }

  async discard(): Promise<void> {} // the garbage collector of the language has it

  async open(content: Content): Promise<ByteSource> {
    this.#checkOpen();
    return bytesToSource((content as MemoryContent).bytes);
  }

  fileAt({ dirId, name }: Place): File {
    const key = `${dirId}/${name}`;
    const file = this.#files.get(key) ?? new MemoryFile(() => this.stage());
    this.#files.set(key, file);
    return file;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #head(): Head {
    this.#checkOpen();
    const last = this.#commits.at(-1);
    if (!last) return { seq: 0, time: 0, totals: NO_TOTALS };
    const { seq, time } = last.info;
    return { seq, time, totals: last.settled.totals };
  }

  #checkSources({ sources }: WriteSet): void {
    const missing = sources.find((source) => !this.#rows.has(source));
    if (!missing) return;
    const { name } = missing;
    throw new TinyFSError(
      "VERSION_PRUNED",
      `Cannot commit: the version of "${name}" it uses is gone`,
    );
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TinyFSError("POND_CLOSED", "Cannot use the pond: it is closed");
  }
}

function describeCommit(
  { id, label }: WriteSet,
  seq: number,
  time: number,
  changes: readonly Change[],
): CommitInfo {
  return {
    seq,
    id,
    time,
    ...(label !== undefined && { label }),
    kind: "user",
    changeCount: changes.length,
    async *changes() {
      yield* changes;
    },
  };
}
