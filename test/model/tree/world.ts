import type { Operation } from "../../tinyfs/model/operation.ts";
import type { Evidence, ReferenceNode } from "../../tinyfs/model/reference.ts";
import {
  describeEntry,
  describeVersion,
  Reference,
  Refused,
} from "../../tinyfs/model/reference.ts";
import type { TreeRules } from "../rules.ts";
import { commitGroup } from "./commit.ts";
import type { Row } from "./oplog.ts";
import { liveSegments, Oplog, ROOT } from "./oplog.ts";
import { dropNodes, isShown, nodesBelow } from "./purge.ts";
import type { TreeStep } from "./schedule.ts";
import { CallRefused, ModelTransaction } from "./transaction.ts";
import { reachableAt, sizeOf, Vacuum } from "./vacuum.ts";

/** The tab in which purges remove what they purge. */
const PURGER = -1;
const POLICY = { commits: 2, versions: 2 };

interface Done {
  readonly operation: Operation;
  readonly evidence: Evidence;
}

interface Tab {
  readonly transaction: ModelTransaction;
  /** The tree as the transaction should see it. */
  readonly view: Reference;
  readonly done: Done[];
  /**
   * Whether retention ran since it brought something back. What is below a directory that was removed
   * is not kept for it: it may be gone from its view, and then the commit is refused.
   */
  isStale: boolean;
}

/** A promise of the protocol that a schedule has broken. */
class Violation extends Error {}

/**
 * Tabs that commit to one log, and retention beside them. After every step it is held against the
 * reference, which knows nothing of rows: a tree to which commits are replayed by path.
 */
export class TreeWorld {
  readonly oplog: Oplog;
  readonly tally = { commits: 0, conflicts: 0, vacuums: 0 };
  readonly #reference = new Reference();
  readonly #tabs = new Map<number, Tab>();
  /** The whole tree as of each commit. */
  readonly #history: string[] = [""];
  #number = 0;
  #vacuum: Vacuum | undefined;
  /** Nodes that were out of reach once: retention need not have kept their versions. */
  readonly #everGone = new Set<string>();
  /** A commit whose lock a reader has taken, before it has looked at the horizon and after. */
  #pinning: number | undefined;
  #pinned: number | undefined;

  constructor(rules: TreeRules) {
    this.oplog = new Oplog(rules);
  }

  run(steps: readonly TreeStep[]): void {
    for (const step of steps) this.#step(step);
    for (const tab of [...this.#tabs.keys()]) this.#commit([tab]);
    this.#checkVersions();
  }

  /** What is stored once all that may go has gone. */
  sizeAfterVacuum(): number {
    for (const act of ["vacuumBegin", "vacuumAll", "collect"] as const) this.#keep(act, 0);
    return sizeOf(this.oplog);
  }

  #step(step: TreeStep): void {
    switch (step.kind) {
      case "calls":
        for (const operation of step.operations) this.#call(step.tab, operation);
        return;
      case "together":
        this.#commit(step.tabs);
        return;
      case "leave":
        this.#leave(step.tab);
        return;
      case "purge":
        this.#purge(step.path);
        this.#checkRetained();
        return;
      case "history":
        this.#keep(step.act, step.back);
        this.#checkRetained();
    }
  }

  #open(tab: number): Tab {
    const known = this.#tabs.get(tab);
    if (known) return known;
    const view = this.#reference.clone();
    view.begin();
    const opened = {
      transaction: new ModelTransaction(this.oplog),
      view,
      done: [],
      isStale: false,
    };
    this.#tabs.set(tab, opened);
    return opened;
  }

  /** A rollback and the death of a tab are one: what it staged was seen by nobody. */
  #leave(tab: number): void {
    const opened = this.#tabs.get(tab);
    if (opened) this.oplog.unpin(opened.transaction.base);
    this.#tabs.delete(tab);
  }

  #call(tab: number, asked: Operation): void {
    const { transaction, view, done, isStale } = this.#open(tab);
    if (isStale) return;
    this.#number += 1;
    const number = this.#number;
    const nodeId = unless(CallRefused, () => transaction.call(asked, number));
    const operation = unless(Refused, () => view.resolve(asked));
    const seen =
      operation instanceof Error ? { copied: undefined, removed: "" } : view.look(operation);
    const made = nodeId instanceof Error ? "" : nodeId;
    const written = writtenBy(asked, number);
    const before = linesOf(view);
    const node =
      operation instanceof Error
        ? operation
        : unless(Refused, () => view.apply(operation, { nodeId: made, written, ...seen }));
    if (this.#isBeyondReference(asked, nodeId, node)) {
      this.#leave(tab);
      return;
    }
    expectSame(`outcome of ${JSON.stringify(asked)}`, outcomeOf(nodeId), outcomeOf(node));
    if (operation instanceof Error || node instanceof Error) return;
    const isSilent = asked.kind === "compact" || asked.kind === "attributes";
    if (isSilent || linesOf(view) !== before) {
      done.push({ operation, evidence: { nodeId: made, written, ...seen } });
    }
    const found = treeOf(transaction, (id) => transaction.segmentsOf(id));
    expectSame(`view after ${JSON.stringify(asked)}`, toText(found), expectedText(view, found));
  }

  /** Retention may have dropped what a restore asks for; the reference has everything. */
  #isBeyondReference(
    { kind }: Operation,
    nodeId: string | Error,
    node: ReferenceNode | Error | undefined,
  ): boolean {
    if (kind !== "restore" || this.oplog.horizon === 0) return false;
    if (nodeId instanceof Error || node instanceof Error) return nodeId instanceof Error;
    return node?.id !== nodeId;
  }

  #commit(tabs: readonly number[]): void {
    const group = tabs.flatMap((tab) => this.#tabs.get(tab) ?? []);
    const outcomes = commitGroup(
      this.oplog,
      group.map(({ transaction }) => transaction),
    );
    for (const tab of tabs) this.#leave(tab);
    for (const [index, outcome] of outcomes.entries()) {
      if (typeof outcome === "number") this.#replay(group[index]?.done ?? [], outcome);
      else if (outcome) this.tally.conflicts += 1;
    }
    const found = this.#treeAt(this.oplog.head);
    expectSame("head", toText(found), expectedText(this.#reference, found));
    this.#checkRetained();
  }

  #replay(done: readonly Done[], seq: number): void {
    this.tally.commits += 1;
    const before = nodesOf(this.#reference);
    this.#reference.begin(seq);
    for (const { operation, evidence } of done) {
      const what = `commit ${seq}: ${JSON.stringify(operation)}`;
      const { removed } = this.#reference.look(operation);
      expectSame(`removed unseen by ${what}`, removed, evidence.removed);
      const node = unless(Refused, () => this.#reference.apply(operation, evidence));
      if (node instanceof Error) throw new Violation(`no sense in ${what}: ${node.message}`);
    }
    this.#reference.end();
    const after = nodesOf(this.#reference);
    for (const id of before) if (!after.has(id)) this.#everGone.add(id);
    this.#history[seq] = expectedText(this.#reference, this.#treeAt(seq));
  }

  #purge(path: string): void {
    const { oplog } = this;
    this.#call(PURGER, { kind: "remove", path, recursive: true });
    const nodeId = this.#tabs.get(PURGER)?.done[0]?.evidence.nodeId;
    if (nodeId === undefined) {
      this.#leave(PURGER);
      return;
    }
    oplog.unpin(oplog.head); // its own pin is no reader's
    const nodes = nodesBelow(oplog, nodeId);
    this.#noteRetention();
    const isRead = oplog.rules.purgeSparesReaders && isShown(oplog, nodes);
    oplog.pin(oplog.head);
    if (isRead) {
      this.#leave(PURGER);
      return;
    }
    this.#commit([PURGER]);
    if (oplog.rules.purgeRaisesHorizon) oplog.horizon = oplog.head;
    dropNodes(oplog, nodes);
  }

  #keep(act: Extract<TreeStep, { kind: "history" }>["act"], back: number): void {
    const { oplog } = this;
    const seq = Math.max(0, oplog.head - back);
    switch (act) {
      case "lockPin":
        if (this.#pinning !== undefined || this.#pinned !== undefined) return;
        this.#pinning = seq;
        oplog.pin(seq);
        return;
      case "checkPin":
        this.#checkPin();
        return;
      case "unpin":
        if (this.#pinned !== undefined) oplog.unpin(this.#pinned);
        this.#pinned = undefined;
        return;
      case "tag":
        if (oplog.tags.size === 0 && seq >= oplog.horizon) oplog.tags.add(seq);
        return;
      case "untag":
        oplog.tags.clear();
        return;
      case "vacuumBegin":
        this.#vacuum ??= new Vacuum(oplog, POLICY);
        return;
      case "vacuumStep":
        this.#stepVacuum();
        return;
      case "vacuumAll":
        while (this.#vacuum) this.#stepVacuum();
        return;
      case "vacuumDies":
        this.#vacuum = undefined;
        return;
      case "collect":
        oplog.collect();
    }
  }

  #checkPin(): void {
    const seq = this.#pinning;
    this.#pinning = undefined;
    if (seq === undefined) return;
    if (this.oplog.isOpen(seq)) this.#pinned = seq;
    else this.oplog.unpin(seq);
  }

  #noteRetention(): void {
    for (const tab of this.#tabs.values()) {
      tab.isStale ||= tab.done.some(({ operation }) => operation.kind === "restore");
    }
  }

  #stepVacuum(): void {
    this.#vacuum?.step();
    this.#noteRetention();
    if (!this.#vacuum?.isDone) return;
    this.#vacuum = undefined;
    this.#checkVersions();
    this.tally.vacuums += 1;
  }

  /** Every commit that may be read shows what it showed, and its bytes are there. */
  #checkRetained(): void {
    const { oplog } = this;
    const open = [...this.#history.keys()].filter((seq) => oplog.isOpen(seq));
    for (const seq of new Set([...open, ...(this.#pinned === undefined ? [] : [this.#pinned])])) {
      expectSame(`snapshot ${seq}`, toText(this.#treeAt(seq)), this.#history[seq] ?? "");
      for (const content of contentsAt(oplog, seq)) this.#expectBytes(`snapshot ${seq}`, content);
    }
  }

  #expectBytes(what: string, content: string): void {
    if (!this.oplog.bytes.has(content))
      throw new Violation(`bytes of ${what} are gone: ${content}`);
  }

  /** Every version that is kept is there under its number, in order, with its bytes. */
  #checkVersions(): void {
    const hasVacuumed = this.oplog.horizon > 0;
    for (const row of liveRows(this.oplog, ROOT, "")) {
      if (row.kind !== "FileData") continue;
      const expected = this.#reference.versions(row.path) ?? [];
      const found = versionsOf(this.oplog, row);
      for (const { content } of found) this.#expectBytes(`a version of ${row.path}`, content);
      const lines = found.map(({ line }) => line);
      const promised = this.#everGone.has(row.nodeId) ? 1 : POLICY.versions;
      const kept = hasVacuumed ? promised : expected.length;
      const all = expected.filter((line, index) => index < kept || lines.includes(line));
      expectSame(`versions of ${row.path}`, lines.join("\n"), all.join("\n"));
    }
  }

  #treeAt(seq: number): Map<string, string> {
    const { oplog } = this;
    const tree = { rowsIn: (dirId: string) => oplog.rowsAt(dirId, seq) };
    return treeOf(
      tree,
      (nodeId) => liveSegments(oplog.segmentsAt(nodeId, seq), oplog.rules),
      (nodeId) => oplog.segmentsAt(nodeId, seq)[0],
    );
  }
}

/** All that a tree shows, by path. */
function treeOf(
  tree: { rowsIn(dirId: string): readonly Row[] },
  segmentsOf: (nodeId: string) => string[],
  newestOf?: (nodeId: string) => { version: number; total: number } | undefined,
): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (dirId: string, prefix: string, above: readonly string[]) => {
    if (above.includes(dirId)) throw new Violation(`a circle at ${prefix}`);
    for (const row of tree.rowsIn(dirId)) {
      const { name, nodeId, kind, version, content, attributes } = row;
      const isSeries = kind === "FileSeries";
      const hashes = isSeries ? segmentsOf(nodeId) : [content];
      const newest = isSeries ? newestOf?.(nodeId) : undefined;
      const size = newest?.total ?? (isSeries ? hashes.length : sizeOfContent(content));
      const shown = isSeries && !newest ? undefined : (newest?.version ?? version);
      const line = describeEntry({ entryType: kind, version: shown ?? 0, size, hashes });
      found.set(prefix + name, `${nodeId} ${line} ${attributes}`);
      if (kind === "Directory") walk(nodeId, `${prefix}${name}/`, [...above, dirId]);
    }
  };
  walk(ROOT, "", []);
  return found;
}

/** The same of the reference; nodes that no call has named are named as they were found. */
function expectedText(reference: Reference, found: ReadonlyMap<string, string>): string {
  const expected = new Map<string, string>();
  for (const [path, { node, text }] of reference.lines()) {
    node.id ||= found.get(path)?.split(" ")[0] ?? "";
    // Within a transaction a series' ordinal is not known yet.
    const isOpen = found.get(path)?.includes(" v0 ") ?? false;
    const line = isOpen ? text.replace(/ v\d+ /, " v0 ") : text;
    expected.set(path, `${node.id} ${line} ${Reference.attributesOf(node)}`);
  }
  return toText(expected);
}

function* contentsAt(oplog: Oplog, seq: number): Generator<string> {
  for (const dirId of reachableAt(oplog, seq)) {
    for (const { kind, nodeId, content } of oplog.rowsAt(dirId, seq)) {
      if (kind === "FileData") yield content;
      if (kind === "FileSeries") yield* liveSegments(oplog.segmentsAt(nodeId, seq), oplog.rules);
    }
  }
}

function liveRows(oplog: Oplog, dirId: string, prefix: string): (Row & { path: string })[] {
  return oplog.rowsAt(dirId, oplog.head).flatMap((row) => {
    const path = `${prefix}/${row.name}`;
    const below = row.kind === "Directory" ? liveRows(oplog, row.nodeId, path) : [];
    return [{ ...row, path }, ...below];
  });
}

function versionsOf(oplog: Oplog, newest: Row): { line: string; content: string }[] {
  const found: { line: string; content: string }[] = [];
  let last = Number.POSITIVE_INFINITY;
  for (let row: Row | undefined = newest; row; row = oplog.previous(row)) {
    if (row.version < last) {
      const { version, txnSeq: seq, content } = row;
      const bytes = { size: sizeOfContent(content), sha256: content };
      found.push({
        line: describeVersion({ version, seq, content: bytes, segments: [] }),
        content,
      });
    }
    last = row.version;
  }
  return found;
}

function writtenBy({ kind }: Operation, number: number): Evidence["written"] {
  if (kind === "createDir") return { size: 0, sha256: "" };
  return { size: 1, sha256: `c${number}` };
}

function sizeOfContent(content: string): number {
  return content === "" ? 0 : 1;
}

function nodesOf(reference: Reference): Set<string> {
  return new Set([...reference.lines().values()].map(({ node }) => node.id));
}

function linesOf(reference: Reference): string {
  return [...reference.lines()]
    .map(([path, { node, text }]) => `${path} ${node.id} ${text} ${Reference.attributesOf(node)}`)
    .join();
}

function toText(tree: ReadonlyMap<string, string>): string {
  return [...tree]
    .map(([path, text]) => `${path} ${text}`)
    .sort()
    .join("\n");
}

function outcomeOf(value: unknown): string {
  return value instanceof Error ? "refused" : "done";
}

function unless<Value, Kind extends Error>(
  kind: new (message?: string) => Kind,
  work: () => Value,
): Value | Kind {
  try {
    return work();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
}

function expectSame(what: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new Violation(`${what}\n--- found\n${found}\n--- expected\n${expected}`);
}
