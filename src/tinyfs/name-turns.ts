import { placeKey, type WriteSet, writtenKeys } from "./write-set.ts";

/** A turn at some names. */
export interface Turn {
  /** Resolves when all that came before at one of the names have ended; absent where there are none. */
  readonly ahead: Promise<unknown> | undefined;
  /** Lets the next ones go. */
  end(): void;
}

/** Lets those that have a name in common go one after the other, in the order they came. */
export class NameTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Lines up at all names at once, so that no two wait for each other. @param keys each once */
  take(keys: readonly string[]): Turn {
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

/** The names that a write changes. Appends are none: they commute. */
export function changedNames(writeSet: WriteSet): string[] {
  const changed = writtenKeys(writeSet).filter(({ kind }) => kind !== "append");
  return [...new Set(changed.map(placeKey))];
}
