import { isTinyFSError } from "./errors.ts";
import type { PersistenceLayer, Pin } from "./persistence.ts";

const ATTEMPTS = 10;

/** A commit that is kept readable. */
export interface PinnedCommit {
  readonly seq: number;
  readonly pin: Pin;
}

/** Pins the newest commit. Retention may overtake it before it is pinned: then there is a newer one. */
export async function pinHead(persistence: PersistenceLayer): Promise<PinnedCommit> {
  for (let attempt = 1; ; attempt += 1) {
    const { seq } = await persistence.head();
    try {
      return { seq, pin: await persistence.pin(seq) };
    } catch (error) {
      if (!isTinyFSError(error, "HISTORY_TRUNCATED") || attempt > ATTEMPTS) throw error;
    }
  }
}
