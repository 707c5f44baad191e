/** Why work ends that nobody waits for any more. */
const LEFT = "The view was left, or asks for something else";

/** The one piece of work that a part of a view has under way: what begins ends what was before. */
export class Work {
  #controller: AbortController | undefined;

  /** Does something, and tells of its failure unless it has been left meanwhile. */
  run(task: (signal: AbortSignal) => Promise<void>, fail: (error: unknown) => void): void {
    this.end();
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    const over = (): void => {
      if (this.#controller === controller) this.#controller = undefined;
    };
    task(signal).then(over, (error: unknown) => {
      over();
      if (!signal.aborted) fail(error);
    });
  }

  /** Leaves what is under way. */
  end(): void {
    this.#controller?.abort(new DOMException(LEFT, "AbortError"));
    this.#controller = undefined;
  }
}
