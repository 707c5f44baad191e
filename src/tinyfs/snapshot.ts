import type { CommitInfo } from "./change.ts";
import type { Difference, DiffOptions } from "./diff.ts";
import { TinyFSError } from "./errors.ts";
import { releaseWith } from "./held-read.ts";
import type { PersistenceLayer, Pin } from "./persistence.ts";
import { type PinnedCommit, pinHead } from "./pin-head.ts";
import type { Tag } from "./retention.ts";
import type { Services } from "./services.ts";
import { SnapshotSession } from "./snapshot-session.ts";
import type { WD } from "./wd.ts";
import type { WDContext } from "./wd-context.ts";

/** Numbers below this are milliseconds since 1970, above it microseconds: the year 5138 and 1973. */
const FIRST_MICROS = 1e14;

/** Which commit a snapshot shows: the newest if nothing is said. */
export interface SnapshotAt {
  /** The number of the commit; 0 is the empty pond. */
  readonly seq?: number;
  /** A date, or milliseconds or microseconds since 1970: the last commit at or before it. */
  readonly time?: Date | number;
  /** A tag: the commit it names. */
  readonly tag?: string;
}

/** The tree as of one commit, read-only. */
export class Snapshot<Root extends WD = WD> implements AsyncDisposable {
  /** Reads only. It does not see what is committed later. */
  readonly root: Root;
  /** The number of the commit; 0 for the empty pond before the first. */
  readonly seq: number;
  /** The commit's time in microseconds since 1970; 0 before the first. */
  readonly time: number;

  readonly #pin: Pin;

  constructor(root: Root, at: { readonly seq: number; readonly time: number }, pin: Pin) {
    this.root = root;
    this.seq = at.seq;
    this.time = at.time;
    this.#pin = pin;
  }

  /**
   * What differs in another commit, of the whole tree: what has changed where it stands, then what has moved,
   * been added and been removed.
   * @param to the commit that it is compared with, later or not
   */
  async *diff(to: Snapshot<Root>, options: DiffOptions = {}): AsyncGenerator<Difference, void> {
    const { diffTrees } = await import("./diff.ts");
    yield* diffTrees(this.root, to.root, options);
  }

  /** Lets retention have what only this commit shows. No writer ever waits for it. */
  close(): Promise<void> {
    return this.#pin.release();
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Opens the tree as of a commit. @throws NOT_FOUND, HISTORY_TRUNCATED */
export async function openSnapshot<Root extends WD>(
  services: Services,
  makeRoot: (context: WDContext) => Root,
  at: SnapshotAt,
): Promise<Snapshot<Root>> {
  const { persistence } = services;
  const { seq, pin } = await pinAt(persistence, at);
  try {
    const session = new SnapshotSession(services, seq);
    releaseWith(session, pin);
    const [commit] = seq > 0 ? await firstCommit(persistence.commits({ from: seq, to: seq })) : [];
    const root = makeRoot({ session, base: "/" });
    return new Snapshot(root, { seq, time: commit?.time ?? 0 }, pin);
  } catch (error) {
    await pin.release();
    throw error;
  }
}

async function pinAt(persistence: PersistenceLayer, at: SnapshotAt): Promise<PinnedCommit> {
  const { seq, time, tag } = at;
  if (seq === undefined && time === undefined && tag === undefined) return pinHead(persistence);
  const found = await seqOf(persistence, at);
  return { seq: found, pin: await persistence.pin(found) };
}

async function seqOf(
  persistence: PersistenceLayer,
  { seq, time, tag }: SnapshotAt,
): Promise<number> {
  if (tag !== undefined) return seqOfTag(await persistence.tags(), tag);
  if (time !== undefined) return persistence.seqAt(toMicros(time));
  const head = await persistence.head();
  if (seq !== undefined && Number.isInteger(seq) && seq >= 0 && seq <= head.seq) return seq;
  const message = `Cannot open snapshot ${seq}: the commits are 1 to ${head.seq}`;
  throw new TinyFSError("NOT_FOUND", message);
}

function seqOfTag(tags: readonly Tag[], name: string): number {
  const tag = tags.find((one) => one.name === name);
  if (tag) return tag.seq;
  throw new TinyFSError("NOT_FOUND", `Cannot open snapshot "${name}": there is no such tag`);
}

async function firstCommit(commits: AsyncIterable<CommitInfo>): Promise<CommitInfo[]> {
  for await (const commit of commits) return [commit];
  return [];
}

function toMicros(time: Date | number): number {
  const value = Number(time);
  if (Number.isNaN(value)) throw new TypeError("A snapshot's time is a date or a number");
  return value < FIRST_MICROS ? value * 1000 + 999 : value;
}
