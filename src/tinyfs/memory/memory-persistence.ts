import type { ByteSource } from "../byte-source.ts";
import type { CommitInfo, Head } from "../change.ts";
import { NO_TOTALS } from "../change.ts";
import { CommittedTree } from "../committed-tree.ts";
import { findConflict } from "../conflict.ts";
import type { Content, Entry, Place, RowRef, SegmentRow, SupersededEntry } from "../entry.ts";
import { ConflictError, HistoryTruncatedError, TinyFSError } from "../errors.ts";
import type { ContentWriter, File } from "../file.ts";
import { GlobMatcher } from "../glob-matcher.ts";
import type { NodeId } from "../node-id.ts";
import type { Committed, LogRange, PersistenceLayer, Pin } from "../persistence.ts";
import {
  DEFAULT_RETENTION,
  type DroppedVersion,
  type RetentionPolicy,
  type Tag,
  type VacuumOptions,
  type VacuumReport,
} from "../retention.ts";
import { checkPolicy, cutoffFor, horizonOf, versionsKept } from "../retention-rules.ts";
import { liveRows } from "../series.ts";
import type { SettledCommit } from "../settle.ts";
import { kindOfCommit, nextTime, settle } from "../settle.ts";
import { bytesToSource } from "../streams.ts";
import type { Page, RowScope, Tree } from "../tree.ts";
import type { WriteSet } from "../write-set.ts";
import type { MemoryContent } from "./memory-content.ts";
import { MemoryContentWriter, memoryContent } from "./memory-content.ts";
import { MemoryFile } from "./memory-file.ts";
import { MemoryHistory, purgeNodes, sweepRows } from "./memory-history.ts";
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
  readonly #history = new MemoryHistory();
  readonly #policy: RetentionPolicy;
  #logStart = 1;
  readonly #commits: MemoryCommit[] = [];
  readonly #files = new Map<string, MemoryFile>();
  readonly #listeners = new Set<() => void>();
  #isClosed = false;

  /** @param policy what `vacuum()` goes by */
  constructor(policy: RetentionPolicy = DEFAULT_RETENTION) {
    this.#policy = checkPolicy(policy);
  }

  async head(): Promise<Head> {
    return this.#head();
  }

  async seqAt(timeMicros: number): Promise<number> {
    this.#checkOpen();
    return this.#commits.findLast(({ info }) => info.time <= timeMicros)?.info.seq ?? 0;
  }

  async newestTree(): Promise<Tree> {
    return new CommittedTree(this, this.#head().seq);
  }

  async entryAt(place: Place, seq: number): Promise<Entry | undefined> {
    this.#checkOpen();
    this.#history.check(seq);
    return this.#rows.at(place, seq);
  }

  async entriesAt(dirId: NodeId, seq: number, page: Page): Promise<readonly Entry[]> {
    this.#checkOpen();
    this.#history.check(seq);
    return this.#rows.list(dirId, seq, page);
  }

  async previousEntry(entry: Entry): Promise<SupersededEntry | undefined> {
    return this.#rows.previous(entry);
  }

  async lastEnded(place: Place, seq: number): Promise<SupersededEntry | undefined> {
    return this.#rows.ended(place).findLast((row) => row.endSeq <= seq);
  }

  async segmentsAt(nodeId: NodeId, seq: number, scope?: RowScope): Promise<readonly SegmentRow[]> {
    this.#checkOpen();
    this.#history.check(seq);
    const rows = this.#rows.segments(nodeId, seq);
    return scope === "live" ? liveRows(rows) : rows;
  }

  async newestSegment(nodeId: NodeId, seq: number): Promise<SegmentRow | undefined> {
    this.#checkOpen();
    this.#history.check(seq);
    return this.#rows.segments(nodeId, seq)[0];
  }

  async commit(writeSet: WriteSet): Promise<Committed> {
    const head = this.#head(); // no await from here on: two commits must not meet
    this.#checkLog(writeSet.base + 1);
    const since = this.#commits.slice(writeSet.base).flatMap(({ settled }) => settled.changes);
    const newestSegments = new Map<NodeId, SegmentRow>();
    for (const { nodeId } of writeSet.series) {
      const newest = this.#rows.segments(nodeId, head.seq)[0];
      if (newest) newestSegments.set(nodeId, newest);
    }
    const conflict = findConflict(writeSet, since, newestSegments);
    if (conflict) throw new ConflictError(`Cannot commit transaction ${writeSet.id}: ${conflict}`);
    this.#checkSources(writeSet);

    const [seq, time] = [head.seq + 1, nextTime(head.time)];
    const settled = settle(writeSet, { seq, time, totals: head.totals, newestSegments });
    const info = describeCommit(writeSet, seq, time, settled);
    // Commit point: nothing above has changed anything, and nothing below can fail.
    this.#rows.apply(settled);
    this.#commits.push({ info, settled });
    this.#tell();
    return { info, settled };
  }

  async *commits(range: LogRange = {}): AsyncGenerator<CommitInfo> {
    this.#checkOpen();
    const { from = this.#logStart, to, reverse = false } = range;
    const isTagged = from === to && this.#history.kept().includes(from);
    if (!isTagged) this.#checkLog(Math.max(1, from));
    const found = this.#commits.slice(Math.max(0, from - 1), to).map(({ info }) => info);
    yield* reverse ? found.reverse() : found;
  }

  onCommit(listener: () => void): () => void {
    this.#checkOpen();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onSuspend(): () => void {
    return () => {}; // it holds nothing that a sleeping page must let go of
  }

  async pin(seq: number): Promise<Pin> {
    this.#checkOpen();
    return this.#history.pin(seq);
  }

  async tags(): Promise<readonly Tag[]> {
    this.#checkOpen();
    return this.#history.tags();
  }

  async tag(name: string, seq: number): Promise<void> {
    this.#history.tag(name, seq, this.#head().seq);
  }

  async untag(name: string): Promise<void> {
    this.#checkOpen();
    this.#history.untag(name);
  }

  async vacuum(
    policy: RetentionPolicy = this.#policy,
    { dryRun = false, paths, signal }: VacuumOptions = {},
  ): Promise<VacuumReport> {
    signal?.throwIfAborted();
    const history = this.#history;
    const { seq } = this.#head();
    const { keepFor = 0 } = checkPolicy(policy);
    const since = await this.seqAt((Date.now() - keepFor) * 1000);
    const horizon = Math.max(history.horizon, horizonOf(policy, seq, since));
    const rows = dryRun ? this.#rows.copy() : this.#rows;
    const rules = { horizon, kept: history.kept(), keepVersions: versionsKept(policy), cutoff: 0 };
    const matchers = paths?.map((path) => new GlobMatcher(path));
    const isWanted = (row: Place) => {
      return matchers?.some((matcher) => matcher.matches(rows.pathOf(row))) ?? true;
    };
    const before = this.#historyBytes(rows);
    const first = sweepRows(rows, rules, isWanted);
    const dropped = [...first.dropped];
    if (policy.maxBytes !== undefined) {
      const cutoff = cutoffFor(rows.sizesByEnd(), policy.maxBytes);
      const stricter = { ...rules, cutoff, horizon: Math.max(horizon, cutoff) };
      dropped.push(...sweepRows(rows, stricter, isWanted).dropped);
      rules.horizon = stricter.horizon;
    }
    const freedBytes = before - this.#historyBytes(rows);
    if (!dryRun) {
      history.horizon = rules.horizon;
      this.#takeFromTotals(dropped);
    }
    const droppedCommits = paths ? 0 : this.#dropCommits(dryRun, rules.horizon);
    return {
      droppedVersions: dropped.length,
      droppedCommits,
      freedBytes,
      horizon: rules.horizon,
      dropped: dryRun ? dropped : [],
    };
  }

  async purge(ref: RowRef): Promise<void> {
    const row = this.#rows.ended(ref).find(({ placedSeq }) => placedSeq === ref.placedSeq);
    if (!row) return;
    await this.checkUnused(row);
    this.#history.horizon = Math.max(this.#history.horizon, row.endSeq);
    this.#takeFromTotals(purgeNodes(this.#rows, this.#nodesBelow(row)));
  }

  async checkUnused(ref: RowRef): Promise<void> {
    this.#checkOpen();
    const row = this.#rows.all().find((one) => {
      const isThere = one.dirId === ref.dirId && one.name === ref.name;
      return isThere && one.placedSeq === ref.placedSeq;
    });
    if (!row) return;
    const nodes = this.#nodesBelow(row);
    const kept = this.#history.kept();
    const end = "endSeq" in row ? row.endSeq : Number.POSITIVE_INFINITY;
    const isShown = this.#rows.all().some((one) => {
      const { endSeq = end } = one as Partial<SupersededEntry>;
      return nodes.has(one.nodeId) && kept.some((seq) => one.placedSeq <= seq && seq < endSeq);
    });
    if (isShown) {
      const message = `Cannot purge "${row.name}": a tag, or somebody who reads, keeps a commit that shows it. Drop the tag or close the reader, and purge it again`;
      throw new TinyFSError("HISTORY_IN_USE", message, { path: row.name });
    }
  }

  async stage(): Promise<ContentWriter> {
    this.#checkOpen();
    return new MemoryContentWriter();
  }

  async stageBytes(bytes: Uint8Array<ArrayBuffer>): Promise<Content> {
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
    this.#tell(); // whoever waits for commits finds it closed
    this.#listeners.clear();
  }

  #nodesBelow({ nodeId }: Entry): Set<NodeId> {
    return new Set([nodeId, ...this.#rows.live(nodeId).keys()]);
  }

  #historyBytes(rows: MemoryRows): number {
    const contents = new Set(rows.all().flatMap(({ content }) => content ?? []));
    return [...contents].reduce((sum, { size }) => sum + size, 0);
  }

  #takeFromTotals(dropped: readonly DroppedVersion[]): void {
    const last = this.#commits.pop();
    if (!last) return;
    const { totals } = last.settled;
    const versions = totals.versions - dropped.length;
    const versionBytes = dropped.reduce((left, { size }) => left - size, totals.versionBytes);
    const settled = { ...last.settled, totals: { ...totals, versions, versionBytes } };
    this.#commits.push({ ...last, settled });
  }

  #dropCommits(dryRun: boolean, horizon: number): number {
    const until = Math.min(horizon, this.#history.logStart());
    const tagged = new Set(this.#history.tags().map(({ seq }) => seq));
    let count = 0;
    for (let seq = this.#logStart; seq < until; seq += 1) if (!tagged.has(seq)) count += 1;
    if (!dryRun) this.#logStart = Math.max(this.#logStart, until);
    return count;
  }

  #checkLog(from: number): void {
    if (from >= this.#logStart) return;
    throw new HistoryTruncatedError(
      `Cannot list the commits from ${from} on: that part of the history was dropped`,
    );
  }

  #head(): Head {
    this.#checkOpen();
    const last = this.#commits.at(-1);
    if (!last) return { seq: 0, time: 0, totals: NO_TOTALS };
    const { seq, time } = last.info;
    return { seq, time, totals: last.settled.totals };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
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
  settled: SettledCommit,
): CommitInfo {
  const { changes } = settled;
  return {
    seq,
    id,
    time,
    ...(label !== undefined && { label }),
    kind: kindOfCommit(settled),
    changeCount: changes.length,
    async *changes() {
      yield* changes;
    },
  };
}
