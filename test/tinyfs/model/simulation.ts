import type {
  CommitInfo,
  FS,
  Head,
  Transaction,
  WD,
  WriteResult,
} from "../../../src/tinyfs/index.ts";
import { isTinyFSError } from "../../../src/tinyfs/index.ts";
import { openSegments } from "../../../src/tinyfs/open-file.ts";
import type { OpenedFileSystem } from "../contract/file-system-bed.ts";
import type { Operation } from "./operation.ts";
import { run } from "./operation.ts";
import type { Evidence, ReferenceNode } from "./reference.ts";
import { Reference, Refused } from "./reference.ts";
import type { Step } from "./schedule.ts";

/** What an operation in a transaction did, to be replayed. */
interface Done {
  readonly operation: Operation;
  readonly evidence: Evidence;
}

interface Tab {
  readonly tx: Transaction<WD>;
  /** The tree as the transaction should see it. */
  readonly view: Reference;
  readonly done: Done[];
}

/** How often commits went which way. */
export interface Tally {
  commits: number;
  conflicts: number;
}

/** Runs schedules on a file system and compares it with the reference after every call and commit. */
export class Simulation {
  readonly tally: Tally = { commits: 0, conflicts: 0 };
  readonly #fs: FS;
  readonly #head: (() => Promise<Head>) | undefined;
  readonly #reference = new Reference();
  readonly #tabs = new Map<number, Tab>();
  /** The whole tree as of each commit. */
  readonly #history: string[] = [""];
  #number = 0;

  constructor({ fs, head }: Pick<OpenedFileSystem, "fs" | "head">) {
    this.#fs = fs;
    this.#head = head;
  }

  /** Does what every tab shall find, as one commit. */
  async prepare(operations: readonly Operation[]): Promise<void> {
    await this.run([
      { tab: -1, operations, ending: undefined },
      { tab: -1, operations: [], ending: "commit" },
    ]);
  }

  /** Runs steps, and commits what is open at the end. */
  async run(steps: readonly Step[]): Promise<void> {
    for (const { tab, operations, ending } of steps) {
      for (const operation of operations) await this.#act(await this.#open(tab), operation);
      if (ending === "rollback") await this.#rollback(tab);
      if (ending === "commit") await this.#commit(tab);
    }
    for (const tab of [...this.#tabs.keys()]) await this.#commit(tab);
  }

  /** Compares every snapshot and every history of versions. */
  async checkHistory(): Promise<void> {
    for (const [seq, expected] of this.#history.entries()) {
      await using snapshot = await this.#fs.snapshot({ seq });
      expectSame(`snapshot ${seq}`, toText(await readTree(snapshot.root)), expected);
    }
    const names = ["a", "b", "c", "~"];
    const places = [...this.#reference.lines().keys(), ...names];
    for (const place of new Set(places)) await this.#checkVersions(`/${place}`);
  }

  async #open(tab: number): Promise<Tab> {
    const known = this.#tabs.get(tab);
    if (known) return known;
    const view = this.#reference.clone();
    view.begin();
    const opened = { tx: await this.#fs.begin(), view, done: [] };
    this.#tabs.set(tab, opened);
    return opened;
  }

  async #act({ tx, view, done }: Tab, operation: Operation): Promise<void> {
    this.#number += 1;
    const seen = view.look(operation);
    const before = linesOf(view);
    const result = await attempt(() => run(tx.root, operation, this.#number));
    const evidence = evidenceOf(result, seen);
    const node = allowed(() => view.apply(operation, evidence));
    const what = JSON.stringify(operation);
    expectSame(`outcome of ${what}`, outcomeOf(result), outcomeOf(node));
    if (result instanceof Refused || node instanceof Refused) return;
    if (result && node) expectVersion(what, result, node);
    // A call that had nothing to do has only read: others may change what it saw.
    if (operation.kind === "compact" || linesOf(view) !== before)
      done.push({ operation, evidence });
    await this.#checkTree(`view after ${what}`, tx.root, view);
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
      expectSame("number of the commit", String(info.seq), String(this.#history.length));
      this.#replay(opened.done, info.seq);
    }
    const tree = await this.#checkTree("head", this.#fs.root, this.#reference);
    if (info) this.#history.push(toText(tree));
    await this.#checkTotals();
  }

  async #outcome(tx: Transaction<WD>): Promise<CommitInfo | undefined | "conflict"> {
    try {
      const info = await tx.commit();
      if (info) this.tally.commits += 1;
      return info;
    } catch (error) {
      if (!isTinyFSError(error, "CONFLICT")) throw error;
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
  }

  async #checkTree(what: string, root: WD, reference: Reference): Promise<Map<string, string>> {
    const tree = await readTree(root);
    const expected = new Map<string, string>();
    for (const [path, { node, text }] of reference.lines()) {
      node.id ||= tree.get(path)?.split(" ")[0] ?? "";
      expected.set(path, `${node.id} ${text}`);
    }
    expectSame(what, toText(tree), toText(expected));
    return tree;
  }

  async #checkTotals(): Promise<void> {
    const head = await this.#head?.();
    if (!head) return;
    const { files, directories, liveBytes, versions, versionBytes } = head.totals;
    const found = { files, directories, liveBytes, versions, versionBytes };
    expectSame("totals", JSON.stringify(found), JSON.stringify(this.#reference.totals()));
  }

  async #checkVersions(path: string): Promise<void> {
    const expected = allowed(() => this.#reference.versions(path));
    const found = await attempt(() => this.#fs.root.versions(path).toArray());
    const lines = Array.isArray(found)
      ? found.map(
          ({ version, txnSeq, size, sha256 }) =>
            `v${version} @${txnSeq} ${size} ${sha256.slice(0, 8)}`,
        )
      : [];
    expectSame(
      `versions of ${path}`,
      lines.join("\n"),
      Array.isArray(expected) ? expected.join("\n") : "",
    );
  }
}

/** The whole tree as a reader sees it: per path the node, its version and its content. */
async function readTree(root: WD): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for await (const entry of root.list("/", { recursive: true })) {
    const { name, entryType, nodeId, version, size, sha256 } = entry;
    const hashes =
      entryType === "FileSeries" ? await readSegments(root, `/${name}`) : [sha256.slice(0, 8)];
    tree.set(name, `${nodeId} ${entryType} v${version} ${size} ${hashes}`);
  }
  return tree;
}

async function readSegments(root: WD, path: string): Promise<string[]> {
  const { segments } = await openSegments(root.context, path);
  return segments.map(({ content }) => content.sha256.slice(0, 8));
}

/** Runs a call that may be refused; whatever else it throws is a failure. */
async function attempt<Result>(call: () => Promise<Result>): Promise<Result | Refused> {
  try {
    return await call();
  } catch (error) {
    if (isTinyFSError(error) && REFUSALS.has(error.code)) return new Refused(error.code);
    throw error;
  }
}

const REFUSALS = new Set<string>([
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "NOT_A_DIRECTORY",
  "IS_A_DIRECTORY",
  "NOT_EMPTY",
  "INVALID_PATH",
  "WRONG_ENTRY_TYPE",
  "NOT_PARQUET",
]);

function allowed<Result>(work: () => Result): Result | Refused {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
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

function outcomeOf(value: unknown): string {
  return value instanceof Refused ? "refused" : "done";
}

function expectVersion(what: string, result: WriteResult, node: ReferenceNode): void {
  expectSame(`version told by ${what}`, String(result.version), String(Reference.versionOf(node)));
}

function linesOf(reference: Reference): string {
  return [...reference.lines()]
    .map(([path, { node, text }]) => `${path} ${node.id} ${text}`)
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
