import type { PondTotals } from "../change.ts";
import type { SupersededEntry } from "../entry.ts";
import { HistoryTruncatedError, TinyFSError } from "../errors.ts";
import type { NodeId } from "../node-id.ts";
import type { Pin } from "../persistence.ts";
import type { DroppedVersion, Tag } from "../retention.ts";
import { checkTagName, keepsRow, type RetentionRules } from "../retention-rules.ts";
import type { AnyRow, MemoryRows } from "./memory-rows.ts";

/** Tags, pins and the horizon of a memory persistence. */
export class MemoryHistory {
  readonly #tags = new Map<string, number>();
  readonly #pins = new Map<number, number>();
  horizon = 0;

  /** @throws HISTORY_TRUNCATED */
  check(seq: number): void {
    if (seq >= this.horizon || this.kept().includes(seq)) return;
    throw new HistoryTruncatedError(
      `Cannot read commit ${seq}: retention has dropped some of what it shows. Tag a commit to keep it`,
    );
  }

  pin(seq: number): Pin {
    this.check(seq);
    this.#pins.set(seq, (this.#pins.get(seq) ?? 0) + 1);
    let isReleased = false;
    return {
      release: async () => {
        if (isReleased) return;
        isReleased = true;
        const count = (this.#pins.get(seq) ?? 0) - 1;
        if (count > 0) this.#pins.set(seq, count);
        else this.#pins.delete(seq);
      },
    };
  }

  tags(): Tag[] {
    const tags = [...this.#tags].map(([name, seq]) => ({ name, seq }));
    return tags.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  tag(name: string, seq: number, head: number): void {
    checkTagName(name);
    if (!Number.isInteger(seq) || seq < 0 || seq > head) {
      const message = `Cannot tag commit ${seq}: the commits are 1 to ${head}`;
      throw new TinyFSError("NOT_FOUND", message);
    }
    this.check(seq);
    this.#tags.set(name, seq);
  }

  untag(name: string): void {
    checkTagName(name);
    if (this.#tags.delete(name)) return;
    throw new TinyFSError("NOT_FOUND", `Cannot drop tag "${name}": there is none of this name`);
  }

  /** Tagged and pinned commits. */
  kept(): number[] {
    return [...new Set([...this.#tags.values(), ...this.#pins.keys()])].sort((a, b) => a - b);
  }

  /** The first commit that the log needs. */
  logStart(): number {
    return Math.min(this.horizon, ...this.#pins.keys());
  }
}

/** Drops what the rules do not keep. Returns what went, and what it takes from the totals. */
export function sweepRows(
  rows: MemoryRows,
  rules: RetentionRules,
  isWanted: (row: SupersededEntry) => boolean,
): {
  readonly dropped: DroppedVersion[];
  readonly taken: Pick<PondTotals, "versions" | "versionBytes">;
} {
  const dropped: DroppedVersion[] = [];
  const drop = (row: AnyRow) => {
    if (rows.drop(row)) {
      const { version, txnSeq, size } = row;
      dropped.push({ path: rows.pathOf(row), version, txnSeq, size });
    }
    const isLast = !rows.all().some(({ nodeId }) => nodeId === row.nodeId);
    if (isLast && row.entryType === "FileSeries") rows.dropSeries(row.nodeId);
    if (isLast && row.entryType === "Directory")
      for (const below of rows.current(row.nodeId)) drop(below);
  };
  const sweep = () => {
    const live = rows.live();
    for (const row of rows.allEnded()) {
      const now = live.get(row.nodeId);
      const isRepeated = rows.all().some((other) => isNewerOfSame(other, row));
      const version = row.content && !isRepeated ? now?.version : undefined;
      if (!keepsRow(rules, row, version) && isWanted(row)) drop(row);
    }
  };
  // What is below a removed directory has no live node once the directory has gone.
  sweep();
  sweep();
  const versionBytes = dropped.reduce((sum, { size }) => sum + size, 0);
  return { dropped, taken: { versions: dropped.length, versionBytes } };
}

/** Drops every row of nodes. */
export function purgeNodes(rows: MemoryRows, nodes: ReadonlySet<NodeId>): DroppedVersion[] {
  const dropped: DroppedVersion[] = [];
  for (const row of rows.all().filter(({ nodeId }) => nodes.has(nodeId))) {
    const { version, txnSeq, size } = row;
    if (rows.drop(row)) dropped.push({ path: rows.pathOf(row), version, txnSeq, size });
  }
  for (const nodeId of nodes) rows.dropSeries(nodeId);
  return dropped;
}

function isNewerOfSame(other: AnyRow, row: AnyRow): boolean {
  return (
    other.nodeId === row.nodeId &&
    other.version === row.version &&
    other.placedSeq > row.placedSeq &&
    other.content !== undefined
  );
}
