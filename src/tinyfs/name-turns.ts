import { placeKey, type WriteSet, writtenKeys } from "./write-set.ts";

/** A write's turn at all names that it changes. */
export interface Turn {
  /** Resolves when all that came before at one of the names have ended; absent where there are none. */
  readonly ahead: Promise<unknown> | undefined;
  /** Lets the next ones go. */
  end(): void;
}

/**
 * Lets the writes of one tab that change the same name go one after the other, in the order they came:
 * of those that went at once all but one would lose. Appends pass: they commute.
 */
export class NameTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Lines up at all names at once, so that no two writes wait for each other. */
  take(writeSet: WriteSet): Turn {
    const changed = writtenKeys(writeSet).filter(({ kind }) => kind !== "append");
    const keys = [...new Set(changed.map(placeKey))];
    const ahead = keys.flatMap((key) => this.#last.get(key) ?? []);
    let leave = () => {};
    const ended = new Promise<void>((resolve) => {
      leave = resolve;
    });
    for (const key of keys) this.#last.set(key, ended);
    return {
      ahead: ahead.length === 0 ? undefined : Promise.all(ahead),
      end: () => {
        for (const key of keys) if (this.#last.get(key) === ended) this.#last.delete(key);
        leave();
      },
    };
  }
}
