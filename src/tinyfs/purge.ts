import { removeEntry } from "./directories.ts";
import { readTree } from "./held-read.ts";
import { findRemoved } from "./restore.ts";
import type { WDContext } from "./wd-context.ts";
import { locateSpot } from "./wd-context.ts";

/** See `WD.purge`. */
export async function purgeEntry(context: WDContext, path: string): Promise<void> {
  const { session } = context;
  if (!session.followsHead) {
    throw new TypeError("Cannot purge in a transaction or a snapshot: use the pond's own root");
  }
  const { persistence } = session.services;
  const before = await readTree(session, (tree) => {
    return locateSpot(tree, context, path, { followLast: false });
  });
  if (before.entry) {
    await persistence.checkUnused(before.entry);
    await session.write((tree) => removeEntry(tree, context, path, { recursive: true }));
  }
  const removed = await readTree(session, (tree) => findRemoved(tree, before, path));
  await persistence.purge(removed);
}
