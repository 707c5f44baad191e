import type { Pond } from "../../../src/index.ts";
import { openSoakPond, report } from "./soak-pond.ts";

/** How often the log is read. */
const PERIOD_MS = 500;
/** How long watching may take to come to the end of the log. */
const CATCH_UP_MS = 30_000;

/** Sends the log to the runner as it grows, since retention will drop it, and what `watch` tells. */
export class Observer {
  static current: Observer | undefined;
  readonly #pond: Pond;
  readonly #watching = new AbortController();
  #last = 0;
  /** The last commit of a user, and the last that `watch` told. */
  #lastOfUser = 0;
  #watched = 0;
  #isEnding = false;
  readonly #ended: Promise<void>;

  constructor(pond: Pond) {
    this.#pond = pond;
    this.#ended = this.#follow();
    void this.#watch();
  }

  static async begin(): Promise<void> {
    Observer.current = new Observer(await openSoakPond());
  }

  /** Reads the rest. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#ended;
    const end = Date.now() + CATCH_UP_MS;
    while (this.#watched < this.#lastOfUser && Date.now() < end) await pause();
    this.#watching.abort(new Error("enough"));
    await this.#pond.close();
  }

  async #follow(): Promise<void> {
    for (let isLast = false; !isLast; ) {
      isLast = this.#isEnding;
      const commits: object[] = [];
      for await (const commit of this.#pond.log({ from: this.#last + 1 })) {
        const { seq, time, kind, label } = commit;
        const paths: string[] = [];
        for await (const { path } of commit.changes()) paths.push(path);
        commits.push({ seq, time, kind, label, paths });
        this.#last = seq;
        if (kind === "user") this.#lastOfUser = seq;
      }
      await report("log", { commits });
      if (!isLast) await pause();
    }
  }

  async #watch(): Promise<void> {
    try {
      const { signal } = this.#watching;
      for await (const { seq } of this.#pond.watch(undefined, { since: 0, signal })) {
        await report("watched", { seq });
        this.#watched = seq;
      }
    } catch (error) {
      if (!this.#watching.signal.aborted) await report("watch failed", { message: String(error) });
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
}
