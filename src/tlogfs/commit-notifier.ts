import { databaseName } from "./names.ts";

/**
 * Tells of commits of this tab and others. A hint: whoever is told reads the log. The channel to other
 * tabs is open only while somebody listens or has committed, and never while the page sleeps.
 */
export class CommitNotifier {
  readonly #name: string;
  readonly #listeners = new Set<() => void>();
  #channel: BroadcastChannel | undefined;
  #isAsleep = false;
  #isTelling = false;

  constructor(pond: string) {
    this.#name = databaseName(pond);
  }

  /** Calls back when there may be a new commit. Returns how to stop. */
  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#listen();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#hangUp();
    };
  }

  /** Tells this tab, and the others, of a commit: once of those that come together. */
  committed(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    // In a turn of its own: whoever waits for the commit need not wait for the telling.
    setTimeout(() => {
      this.#isTelling = false;
      this.#tell();
      if (!this.#isAsleep) this.#open().postMessage("commit");
    });
  }

  /** Leaves the channel, which would keep the page from the back/forward cache. */
  sleep(): void {
    this.#isAsleep = true;
    this.#hangUp();
  }

  /** Listens again; what was said meanwhile is in the log. */
  wake(): void {
    this.#isAsleep = false;
    this.#listen();
    this.#tell();
  }

  /** Ends telling: whoever listens finds the pond closed. */
  close(): void {
    this.sleep();
    this.#tell();
    this.#listeners.clear();
  }

  readonly #tell = (): void => {
    for (const listener of this.#listeners) listener();
  };

  #listen(): void {
    if (this.#listeners.size === 0 || this.#isAsleep) return;
    this.#open().onmessage = this.#tell;
    globalThis.document?.addEventListener("visibilitychange", this.#tell);
  }

  #open(): BroadcastChannel {
    this.#channel ??= new BroadcastChannel(this.#name);
    return this.#channel;
  }

  #hangUp(): void {
    this.#channel?.close();
    this.#channel = undefined;
    globalThis.document?.removeEventListener("visibilitychange", this.#tell);
  }
}
