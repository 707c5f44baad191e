import type { ByteSource } from "./byte-source.ts";
import { isTinyFSError } from "./errors.ts";
import type { Pin, TreeOptions } from "./persistence.ts";
import type { Session } from "./session.ts";
import type { Tree } from "./tree.ts";

/** How often a read begins anew on a newer commit. */
const ATTEMPTS = 10;

/**
 * Reads from a session's tree. A call of its own holds no commit while it reads: where retention
 * dropped what it was about to read, it reads what stands there now.
 */
export async function readTree<Value>(
  session: Session,
  read: (tree: Tree) => Promise<Value>,
  options?: TreeOptions,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    const tree = await session.tree(options);
    try {
      return await read(tree);
    } catch (error) {
      if (attempt === ATTEMPTS || !session.followsHead || !wasDropped(error)) throw error;
      // The rest is also what a read of the newest commit says, of what is gone or damaged for good.
      if (!isTruncated(error) && !(await isBehind(session, tree))) throw error;
    }
  }
}

/** Items that are asked for one by one: the commit they are read from is kept until the last. */
export async function* heldItems<Item>(
  session: Session,
  read: (tree: Tree) => AsyncGenerator<Item, void>,
): AsyncGenerator<Item, void> {
  const { items, first, pin } = await readTree(session, async (tree) => {
    const begun = read(tree);
    const next = await begun.next();
    const held = next.done ? undefined : await session.services.persistence.pin(tree.seq);
    return { items: begun, first: next, pin: held };
  });
  if (first.done) return;
  try {
    yield first.value;
    yield* items;
  } finally {
    await pin?.release();
  }
}

/** A source that keeps its commit until it is closed. Where the commit cannot be kept it is closed. */
export async function heldSource(
  session: Session,
  tree: Tree,
  opening: Promise<ByteSource>,
): Promise<ByteSource> {
  const [source, pin] = await keepWhile(session, tree, opening, (opened) => opened.close());
  return {
    size: source.size,
    read: (...range) => source.read(...range),
    close: async () => {
      // Both at once, since nothing is read any more: each waits for another process.
      const [closed] = await Promise.allSettled([source.close(), pin.release()]);
      if (closed.status === "rejected") throw closed.reason;
    },
  };
}

/**
 * What is looked up in a tree whose number is known, and its commit, which is kept from now on. Where one
 * of both cannot be had, neither is kept.
 */
export async function keepWhile<Found>(
  { services }: Session,
  { seq }: Tree,
  looking: Promise<Found>,
  undo?: (found: Found) => Promise<void>,
): Promise<[Found, Pin]> {
  // Both at once: the pin takes a lock and a transaction of its own.
  const [found, pin] = await Promise.allSettled([looking, services.persistence.pin(seq)]);
  if (found.status === "rejected") {
    if (pin.status === "fulfilled") await pin.value.release();
    throw found.reason;
  }
  if (pin.status === "fulfilled") return [found.value, pin.value];
  await undo?.(found.value);
  throw pin.reason;
}

const forgotten = new FinalizationRegistry<Pin>((pin) => void pin.release());

/** Releases a pin when nothing can reach what needs it any more, if nobody has done so before. */
export function releaseWith(owner: object, pin: Pin): void {
  forgotten.register(owner, pin);
}

function wasDropped(error: unknown): boolean {
  return (
    isTruncated(error) ||
    isTinyFSError(error, "VERSION_PRUNED") ||
    isTinyFSError(error, "LARGE_FILE_NOT_FOUND") ||
    isTinyFSError(error, "CORRUPT_BLOB")
  );
}

/** Whether rows went while a tree was read: a tree that is begun anew does not miss them. */
function isTruncated(error: unknown): boolean {
  return isTinyFSError(error, "HISTORY_TRUNCATED");
}

async function isBehind({ services }: Session, { seq }: Tree): Promise<boolean> {
  return (await services.persistence.head()).seq !== seq;
}
