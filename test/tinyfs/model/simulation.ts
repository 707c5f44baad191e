import { readTree as heldRead } from "../../../src/tinyfs/held-read.ts";
import type {
  CommitInfo,
  FS,
  Head,
  NodeId,
  PondTotals,
  Transaction,
  WD,
  WriteResult,
} from "../../../src/tinyfs/index.ts";
import { isTinyFSError, liveSegments } from "../../../src/tinyfs/index.ts";
import { sha256Of } from "../contract/bytes.ts";
import type { Operation } from "./operation.ts";
import { contentOf, run } from "./operation.ts";
import type { Evidence, ReferenceNode } from "./reference.ts";
import { describeEntry, describeVersion, Reference, Refused } from "./reference.ts";
import type { Event, Step } from "./schedule.ts";

/** What a schedule runs on. */
export interface Subject {
  /** The file system as a tab has it. */
  fs(tab: number): FS;
  /** The newest commit with its totals, where a test can ask for it. */
  head?: (() => Promise<Head>) | undefined;
  /** Ends a tab as a crash does, and opens another in its place. */
  crash?(tab: number): Promise<void>;
  /** Deletes what nothing names. */
  gc?(tab: number): Promise<void>;
  /** Drops old versions but for the newest, and says how many of each file it keeps. */
  vacuum?(tab: number): Promise<number>;
}

/** What an operation in a transaction did, to be replayed. */
interface Done {
  readonly operation: Operation;
  readonly evidence: Evidence;
}

interface Tab {
  readonly tx: Transaction<WD>;
  readonly root: WD;
  /** The tree as the transaction should see it. */
  readonly view: Reference;
  readonly done: Done[];
  /**
   * Whether retention ran since it brought something back. What is below a directory that was removed
   * is not kept for it: it may be gone from its view, and then the commit is refused.
   */
  isStale: boolean;
}

/** A call that commits by itself, and what came of it; nothing where its tab died in the middle. */
interface Call {
  readonly operation: Operation;
  readonly number: number;
  readonly result: WriteResult | Refused | "unknown" | undefined;
}

/** How often what happened. */
export interface Tally {
  commits: number;
  conflicts: number;
  crashes: number;
}

/** Where in a file system a schedule is run, and how much of it is looked at. */
export interface SimulationOptions {
  /** The directory that stands for the root; it is made. */
  readonly directory?: string;
  /** Every how many commits their snapshot is compared in the end. Default 1. */
  readonly stride?: number;
}

/** Runs schedules on a file system and compares it with the reference after every call and commit. */
export class Simulation {
  readonly tally: Tally = { commits: 0, conflicts: 0, crashes: 0 };
  readonly #subject: Subject;
  readonly #directory: string | undefined;
  readonly #stride: number;
  readonly #tabs = new Map<number, Tab>();
  /** The whole tree as of each commit. */
  readonly #history = new Map<number, string>([[0, ""]]);
  #reference = new Reference();
  /** What the pond held before. */
  #before: PondTotals | undefined;
  #seq = 0;
  #number = 0;
  /** Whether old commits may have become unreadable. */
  #hasHorizon = false;
  /** Versions of each file that retention has left; all of them before the first vacuum. */
  #kept = Number.POSITIVE_INFINITY;
  /** Nodes that were out of reach once: retention need not have kept their versions. */
  readonly #everGone = new Set<string>();
  #lastNodes = new Set<string>();
  /** What stands at paths that calls have named. */
  readonly #named = new Set<string>();

  constructor(subject: Subject, { directory, stride = 1 }: SimulationOptions = {}) {
    this.#subject = subject;
    this.#directory = directory;
    this.#stride = stride;
  }

  /** Does what every tab shall find, as one commit. */
  async prepare(operations: readonly Operation[]): Promise<void> {
    if (this.#directory !== undefined) await this.#makeDirectory(this.#directory);
    await this.run([
      { kind: "calls", tab: 0, operations },
      { kind: "end", tab: 0, how: "commit" },
    ]);
  }

  /** Runs steps, and commits what is open at the end. */
  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#step(step);
    for (const tab of [...this.#tabs.keys()]) await this.#commit(tab);
  }

  /** Compares snapshots and every history of versions. */
  async checkHistory(): Promise<void> {
    for (const [seq, expected] of this.#history) {
      if (seq % this.#stride === 0) await this.#checkSnapshot(seq, expected);
    }
    await this.#checkAttributes();
    const places = [...this.#reference.lines().keys()].map((path) => `/${path}`);
    for (const place of new Set([...places, ...this.#named])) await this.#checkVersions(place);
  }

  async #makeDirectory(path: string): Promise<void> {
    await this.#subject.fs(0).root.createDir(path);
    const head = await this.#subject.head?.();
    this.#seq = head?.seq ?? 1;
    this.#before = head?.totals;
    this.#history.clear();
    this.#history.set(this.#seq, "");
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case "calls":
        for (const operation of step.operations) await this.#act(step.tab, operation);
        await this.#checkView(step.tab);
        return;
      case "end":
        return step.how === "commit" ? this.#commit(step.tab) : this.#rollback(step.tab);
      case "race":
        return this.#race(step.calls);
      case "crash":
        return this.#crash(step);
      case "purge":
        return this.#purge(step.tab, step.path);
      case "event":
        return this.#event(step.tab, step.event);
    }
  }

  async #event(tab: number, event: Event): Promise<void> {
    const { gc, vacuum } = this.#subject;
    if (event === "gc") await gc?.call(this.#subject, tab);
    if (event === "vacuum" && vacuum) {
      this.#noteRetention();
      this.#kept = Math.min(this.#kept, await vacuum.call(this.#subject, tab));
    }
    if (event === "snapshot") {
      const seqs = [...this.#history.keys()];
      const seq = seqs[Math.floor(seqs.length / 2)] as number;
      await this.#checkSnapshot(seq, this.#history.get(seq) ?? "");
    }
    await this.#checkTree(`head after ${event}`, await this.#root(tab), this.#reference);
  }

  #noteRetention(): void {
    this.#hasHorizon = true;
    for (const tab of this.#tabs.values()) {
      tab.isStale ||= tab.done.some(({ operation }) => operation.kind === "restore");
    }
  }

  /** What a tag or a transaction still shows is not purged. */
  async #purge(tab: number, path: string): Promise<void> {
    const root = await this.#root(tab);
    const result = await attempt(() => root.purge(path), this.#hasHorizon);
    this.#noteRetention();
    if (result !== "pruned") {
      const reference = this.#reference.clone();
      const purged = allowed(() => reference.purge(path, this.#seq + 1));
      const isForgotten = result instanceof Refused && purged === false; // dropped by retention
      if (!isForgotten)
        expectSame(`outcome of purging ${path}`, outcomeOf(result), outcomeOf(purged));
      if (!(result instanceof Refused)) this.#reference = reference;
      if (!(result instanceof Refused) && purged === true) this.#seq += 1;
    }
    expectSame("head after a purge", String(await this.#newestSeq()), String(this.#seq));
    await this.#checkHead(tab);
  }

  /** The directory of the schedule, in which calls commit by themselves. */
  #root(tab: number): Promise<WD> {
    return this.#within(this.#subject.fs(tab).root);
  }

  async #within(root: WD): Promise<WD> {
    return this.#directory === undefined ? root : root.openDir(this.#directory);
  }

  async #open(tab: number): Promise<Tab> {
    const known = this.#tabs.get(tab);
    if (known) return known;
    const view = this.#reference.clone();
    view.begin();
    const tx = await this.#subject.fs(tab).begin();
    const opened = { tx, root: await this.#within(tx.root), view, done: [], isStale: false };
    this.#tabs.set(tab, opened);
    return opened;
  }

  async #act(tab: number, asked: Operation): Promise<void> {
    const { root, view, done, isStale } = await this.#open(tab);
    if (isStale) return;
    this.#number += 1;
    this.#name(asked);
    const what = `call ${this.#number}: ${JSON.stringify(asked)}`;
    const operation = allowed(() => view.resolve(asked));
    const seen = operation instanceof Refused ? NOTHING_SEEN : view.look(operation);
    const before = linesOf(view);
    const result = await attempt(() => run(root, asked, this.#number), this.#hasHorizon);
    if (result === "pruned" || this.#mayBeDropped(asked, result)) return;
    const evidence = evidenceOf(result, seen);
    const node =
      operation instanceof Refused ? operation : allowed(() => view.apply(operation, evidence));
    expectSame(`outcome of ${what}`, outcomeOf(result), outcomeOf(node));
    if (operation instanceof Refused || result instanceof Refused || node instanceof Refused)
      return;
    if (result && node) expectVersion(what, result, node);
    // A call that had nothing to do has only read: others may change what it saw.
    if (isSilent(operation) || linesOf(view) !== before) done.push({ operation, evidence });
  }

  async #checkView(tab: number): Promise<void> {
    const opened = this.#tabs.get(tab);
    if (opened && !opened.isStale)
      await this.#checkTree(`view after call ${this.#number}`, opened.root, opened.view);
  }

  /** Whether retention may have dropped what a restore asks for: the reference has everything. */
  #mayBeDropped({ kind }: Operation, result: unknown): boolean {
    return kind === "restore" && this.#hasHorizon && result instanceof Refused;
  }

  async #rollback(tab: number): Promise<void> {
    await this.#tabs.get(tab)?.tx.rollback();
    this.#tabs.delete(tab);
  }

  async #commit(tab: number): Promise<void> {
    const opened = this.#tabs.get(tab);
    if (!opened) return;
    this.#tabs.delete(tab);
    const info = await this.#outcome(opened.tx);
    if (info === "conflict") return;
    if (info) {
      this.tally.commits += 1;
      expectSame("number of the commit", String(info.seq), String(this.#seq + 1));
      this.#replay(opened.done, info.seq);
    }
    await this.#checkHead(tab);
  }

  async #outcome(tx: Transaction<WD>): Promise<CommitInfo | undefined | "conflict"> {
    try {
      return await tx.commit();
    } catch (error) {
      const isPruned = this.#hasHorizon && isTinyFSError(error, "VERSION_PRUNED");
      if (!isPruned && !isTinyFSError(error, "CONFLICT")) throw error;
      this.tally.conflicts += 1;
      return "conflict";
    }
  }

  #replay(done: readonly Done[], seq: number): void {
    this.#reference.begin(seq);
    for (const { operation, evidence } of done) {
      const what = `commit ${seq}: ${JSON.stringify(operation)}`;
      const { removed } = this.#reference.look(operation);
      expectSame(`unseen by ${what}`, removed, evidence.removed);
      const node = allowed(() => this.#reference.apply(operation, evidence));
      if (node instanceof Refused) throw new Error(`no sense in ${what}: ${node.message}`);
    }
    this.#reference.end();
    this.#seq = seq;
  }

  /** Calls of several tabs at once, each of which commits by itself. */
  async #race(calls: readonly { tab: number; operation: Operation }[]): Promise<void> {
    const running = calls.map(async ({ tab, operation }): Promise<Call> => {
      this.#number += 1;
      const number = this.#number;
      this.#name(operation);
      const root = await this.#root(tab);
      const result = await attempt(() => run(root, operation, number), this.#hasHorizon);
      return { operation, number, result: result === "pruned" ? new Refused("pruned") : result };
    });
    await this.#explain(await Promise.all(running));
  }

  /** Kills a tab in the middle of a call, of its commit, or of nothing. */
  async #crash({ tab, during, turns }: Extract<Step, { kind: "crash" }>): Promise<void> {
    const { crash } = this.#subject;
    if (!crash) return;
    this.tally.crashes += 1;
    const opened = this.#tabs.get(tab);
    this.#tabs.delete(tab);
    this.#number += 1;
    const number = this.#number;
    const root = await this.#root(tab);
    const work = during === "commit" ? opened?.tx.commit() : during && run(root, during, number);
    const settled = Promise.allSettled([work]);
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    await crash.call(this.#subject, tab);
    await settled;
    if (during === "commit") await this.#findCommit(tab, opened);
    else if (during) await this.#explain([{ operation: during, number, result: "unknown" }]);
    await this.#checkHead(tab);
  }

  /** Looks into the log for a commit whose tab has died. */
  async #findCommit(tab: number, opened: Tab | undefined): Promise<void> {
    const found = await this.#subject
      .fs(tab)
      .log({ from: this.#seq + 1 })
      [Symbol.asyncIterator]()
      .next();
    if (found.done) return;
    const info = found.value as CommitInfo;
    expectSame("transaction of the commit", info.id, opened?.tx.id ?? "");
    this.tally.commits += 1;
    this.#replay(opened?.done ?? [], info.seq);
  }

  /** Finds an order of calls that gives what they have answered and what stands there now. */
  async #explain(calls: readonly Call[]): Promise<void> {
    const tree = await readTree(await this.#root(0));
    const seq = (await this.#newestSeq()) ?? this.#seq;
    const failures: string[] = [];
    for (const [order, ages] of waysToExplain(calls)) {
      const tried = await this.#tryOrder(order, ages, tree, seq);
      if (typeof tried === "string") failures.push(tried);
      else {
        this.#reference = tried.reference;
        for (const [at, text] of tried.history) this.#history.set(at, text);
        this.tally.commits += tried.history.size;
        this.#seq = seq;
        this.#noteNodes();
        await this.#checkTotals();
        return;
      }
    }
    const what = JSON.stringify(calls.map(({ operation, result }) => [operation, String(result)]));
    throw new Error(`no order explains ${what}\n${failures.slice(0, 6).join("\n or\n")}`);
  }

  async #tryOrder(
    calls: readonly Call[],
    ages: readonly number[],
    tree: ReadonlyMap<string, string>,
    head: number,
  ): Promise<{ reference: Reference; history: Map<number, string> } | string> {
    let reference = this.#reference.clone();
    const states = [reference];
    const history = new Map<number, string>();
    let seq = this.#seq;
    for (const [index, { operation: asked, number, result }] of calls.entries()) {
      // Of a call whose tab died nobody knows the answer: the log tells whether it took effect.
      if (result === "unknown" && seq === head) continue;
      const tried = reference.clone();
      tried.begin(seq + 1);
      const before = linesOf(tried);
      // What a call only reads, links and what it copies, it may have read before others committed.
      const base = states.at(-1 - (ages[index] ?? 0)) ?? tried;
      const operation = allowed(() => base.resolve(asked));
      const seen = operation instanceof Refused ? NOTHING_SEEN : base.look(operation);
      const evidence = await evidenceOfCall(asked, number, result, seen);
      const node =
        operation instanceof Refused ? operation : allowed(() => tried.apply(operation, evidence));
      const what = JSON.stringify(asked);
      if (result !== "unknown" && outcomeOf(result) !== outcomeOf(node)) {
        const isPruned = result instanceof Refused && result.message === "pruned";
        if (isPruned || this.#mayBeDropped(asked, result)) continue;
        return `outcome of ${what}: found ${outcomeOf(result)}, expected ${outcomeOf(node)}`;
      }
      if (operation instanceof Refused || node instanceof Refused) continue;
      if (!isSilent(operation) && linesOf(tried) === before) continue;
      tried.end();
      seq += 1;
      reference = tried;
      states.push(tried);
      history.set(seq, "");
      if (isResult(result) && result.txnSeq > this.#seq && result.txnSeq !== seq) {
        return `number of ${what}: found ${result.txnSeq}, expected ${seq}`;
      }
    }
    if (seq !== head) return `head: found ${head}, expected ${seq}`;
    const expected = toText(expectedTree(reference, tree));
    if (toText(tree) !== expected) return `--- found\n${toText(tree)}\n--- expected\n${expected}`;
    // What stood between two calls at once nobody has seen.
    const known = new Map(
      [...history.keys()].flatMap((at) => (at === seq ? [[at, expected]] : [])),
    );
    return { reference, history: known as Map<number, string> };
  }

  async #newestSeq(): Promise<number | undefined> {
    if (this.#subject.head) return (await this.#subject.head()).seq;
    for await (const { seq } of this.#subject.fs(0).log({ reverse: true })) return seq;
    return undefined;
  }

  #noteNodes(): void {
    const nodes = new Set([...this.#reference.lines().values()].map(({ node }) => node.id));
    for (const id of this.#lastNodes) if (!nodes.has(id)) this.#everGone.add(id);
    this.#lastNodes = nodes;
  }

  async #checkHead(tab: number): Promise<void> {
    const tree = await this.#checkTree("head", await this.#root(tab), this.#reference);
    this.#history.set(this.#seq, toText(tree));
    this.#noteNodes();
    await this.#checkTotals();
  }

  async #checkTree(what: string, root: WD, reference: Reference): Promise<Map<string, string>> {
    const tree = await readTree(root);
    expectSame(what, toText(tree), toText(expectedTree(reference, tree)));
    return tree;
  }

  async #checkTotals(): Promise<void> {
    const head = await this.#subject.head?.();
    if (!head || this.#hasHorizon) return;
    const names = ["files", "directories", "liveBytes", "versions", "versionBytes"] as const;
    const expected = this.#reference.totals();
    const sums = (of: (name: (typeof names)[number]) => number) =>
      names.map((name) => `${name} ${of(name)}`).join();
    const found = sums((name) => head.totals[name] - (this.#before?.[name] ?? 0));
    expectSame(
      "totals",
      found,
      sums((name) => expected[name]),
    );
  }

  async #checkSnapshot(seq: number, expected: string): Promise<void> {
    const opened = await attempt(() => this.#subject.fs(0).snapshot({ seq }), this.#hasHorizon);
    if (opened === "pruned" || opened instanceof Refused) return;
    try {
      const root = await this.#within(opened.root);
      expectSame(`snapshot ${seq}`, toText(await readTree(root)), expected);
    } finally {
      await opened.close();
    }
  }

  async #checkAttributes(): Promise<void> {
    const root = await this.#root(0);
    for (const [path, { node }] of this.#reference.lines()) {
      if (node.kind === "Symlink") continue;
      const { attributes } = await root.stat(`/${path}`);
      expectSame(`attributes of ${path}`, JSON.stringify(attributes), Reference.attributesOf(node));
    }
  }

  async #checkVersions(path: string): Promise<void> {
    const root = await this.#root(0);
    const node = this.#reference.follow(path);
    if (this.#hasHorizon && !node) return;
    const expected = allowed(() => this.#reference.versions(path));
    const found = await attempt(() => root.versions(path).toArray(), this.#hasHorizon);
    const lines = Array.isArray(found)
      ? found.map(({ version, txnSeq, size, sha256 }) => {
          return describeVersion({ version, seq: txnSeq, content: { size, sha256 }, segments: [] });
        })
      : [];
    const all = Array.isArray(expected) ? expected : [];
    const isKept = node && node.kind !== "Directory" && !this.#everGone.has(node.id);
    const promised = isKept ? this.#kept : node ? 1 : 0;
    const kept = this.#hasHorizon ? promised : all.length;
    expectSame(
      `versions of ${path}`,
      lines.join("\n"),
      all.filter((line, index) => index < kept || lines.includes(line)).join("\n"),
    );
  }

  #name(operation: Operation): void {
    this.#named.add(operation.path);
    if ("to" in operation) this.#named.add(operation.to);
  }
}

/** The whole tree as a reader sees it: per path the node, its version and its content. */
async function readTree(root: WD): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for await (const entry of root.list("/", { recursive: true })) {
    const { name, nodeId, sha256, ...line } = entry;
    const hashes = entry.entryType === "FileSeries" ? await readSegments(root, nodeId) : [sha256];
    tree.set(name, `${nodeId} ${describeEntry({ ...line, hashes })}`);
  }
  return tree;
}

async function readSegments({ context }: WD, nodeId: NodeId): Promise<string[]> {
  const rows = await heldRead(context.session, (tree) => tree.segments(nodeId));
  return liveSegments(rows).map(({ content }) => content.sha256);
}

/** What the reference has; nodes that nobody has named yet are named as they were found. */
function expectedTree(
  reference: Reference,
  tree: ReadonlyMap<string, string>,
): Map<string, string> {
  const expected = new Map<string, string>();
  for (const [path, { node, text }] of reference.lines()) {
    node.id ||= tree.get(path)?.split(" ")[0] ?? "";
    expected.set(path, `${node.id} ${text}`);
  }
  return expected;
}

/** Runs a call that may be refused; whatever else it throws is a failure. */
async function attempt<Result>(
  call: () => Promise<Result>,
  hasHorizon: boolean,
): Promise<Result | Refused | "pruned"> {
  try {
    return await call();
  } catch (error) {
    if (!isTinyFSError(error)) throw error;
    if (error.code === "HISTORY_IN_USE") return "pruned";
    if (hasHorizon && PRUNED.has(error.code)) return "pruned";
    if (REFUSALS.has(error.code)) return new Refused(error.code);
    throw error;
  }
}

const PRUNED = new Set<string>(["VERSION_PRUNED", "HISTORY_TRUNCATED"]);

const REFUSALS = new Set<string>([
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "NOT_A_DIRECTORY",
  "IS_A_DIRECTORY",
  "NOT_EMPTY",
  "INVALID_PATH",
  "SYMLINK_LOOP",
  "WRONG_ENTRY_TYPE",
  "NOT_PARQUET",
]);

const NOTHING_SEEN = { copied: undefined, removed: "" };

function allowed<Result>(work: () => Result): Result | Refused {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

/** Whether an operation may change what a listing does not show. */
function isSilent({ kind }: Operation): boolean {
  return kind === "compact" || kind === "attributes";
}

function isResult(result: Call["result"]): result is WriteResult {
  return result !== undefined && result !== "unknown" && !(result instanceof Refused);
}

function evidenceOf(
  result: WriteResult | Refused | undefined,
  seen: Pick<Evidence, "copied" | "removed">,
): Evidence {
  if (!result || result instanceof Refused) {
    return { nodeId: "", written: { size: 0, sha256: "" }, ...seen };
  }
  const { nodeId, size, sha256 } = result;
  return { nodeId, written: { size, sha256 }, ...seen };
}

async function evidenceOfCall(
  operation: Operation,
  number: number,
  result: Call["result"],
  seen: Pick<Evidence, "copied" | "removed">,
): Promise<Evidence> {
  if (result !== "unknown") return evidenceOf(result, seen);
  const bytes = contentOf(operation, number);
  return {
    nodeId: "",
    written: { size: bytes.byteLength, sha256: await sha256Of(bytes) },
    ...seen,
  };
}

function outcomeOf(value: unknown): string {
  return value instanceof Refused ? "refused" : "done";
}

function expectVersion(what: string, result: WriteResult, node: ReferenceNode): void {
  expectSame(`version told by ${what}`, String(result.version), String(Reference.versionOf(node)));
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

function expectSame(what: string, found: string, expected: string): void {
  if (found !== expected)
    throw new Error(`${what}\n--- found\n${found}\n--- expected\n${expected}`);
}

/** Orders of calls, with how many commits ago each may have read: what is newest first. */
function* waysToExplain(calls: readonly Call[]): Generator<[Call[], number[]], void> {
  for (let oldest = 0; oldest < calls.length; oldest++) {
    for (const order of permutations(calls)) {
      for (const ages of agesUpTo(oldest, calls.length)) {
        if (Math.max(...ages) === oldest) yield [order, ages];
      }
    }
  }
}

/** Lists of so many numbers, of which none is greater than the first. */
function agesUpTo(oldest: number, count: number): number[][] {
  if (count === 0) return [[]];
  const rest = agesUpTo(oldest, count - 1);
  const all = Array.from({ length: oldest + 1 }, (_, age) => age);
  return all.flatMap((age) => rest.map((ages) => [age, ...ages]));
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first, index) => {
    const rest = items.filter((_, other) => other !== index);
    return permutations(rest).map((order) => [first, ...order]);
  });
}

/** Lets whatever is under way go on for one turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
