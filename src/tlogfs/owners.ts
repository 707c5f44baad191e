import { ownerLockName } from "./names.ts";
import type { PondContext } from "./pond-context.ts";

/**
 * Which of these owners of temporaries and packs are gone. They must have been listed before: an
 * owner takes its lock before it makes anything, so one that was seen and holds no lock is dead.
 */
export async function findDeadOwners(
  { locks, pond }: PondContext,
  owners: Iterable<string>,
): Promise<Set<string>> {
  const lockNames = new Map([...owners].map((owner) => [ownerLockName(pond, owner), owner]));
  if (lockNames.size === 0) return new Set();
  const held = await locks.findHeld(new Set(lockNames.keys()));
  return new Set([...lockNames].flatMap(([name, owner]) => (held.has(name) ? [] : [owner])));
}
