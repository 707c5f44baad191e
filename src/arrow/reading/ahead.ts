/** Work that has begun. */
interface Begun<Item, Result> {
  readonly item: Item;
  readonly result: Promise<Result>;
}

/**
 * Begins work on the next items while the consumer has the last result; results come in order. What is
 * under way when the consumer leaves is waited for.
 * @param hasRoom whether another item may be begun beside those that are under way
 */
export async function* ahead<Item, Result>(
  items: AsyncIterable<Item>,
  hasRoom: (underWay: readonly Item[]) => boolean,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const queue = new WorkQueue(items, hasRoom, work);
  try {
    for (let next = await queue.take(); next; next = await queue.take()) yield await next.result;
  } finally {
    await queue.end();
  }
}

class WorkQueue<Item, Result> {
  readonly #items: AsyncIterator<Item>;
  readonly #hasRoom: (underWay: readonly Item[]) => boolean;
  readonly #work: (item: Item) => Promise<Result>;
  readonly #queue: Begun<Item, Result>[] = [];
  #filling: Promise<void> | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => {};

  constructor(
    items: AsyncIterable<Item>,
    hasRoom: (underWay: readonly Item[]) => boolean,
    work: (item: Item) => Promise<Result>,
  ) {
    this.#items = items[Symbol.asyncIterator]();
    this.#hasRoom = hasRoom;
    this.#work = work;
  }

  /** The next work in order, as soon as it has begun; `undefined` when there is no more. */
  async take(): Promise<Begun<Item, Result> | undefined> {
    this.#refill();
    while (this.#queue.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const next = this.#queue.shift();
    if (!next && this.#failure) throw this.#failure.reason;
    this.#refill();
    return next;
  }

  /** Begins nothing more, and waits for what is under way. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#filling;
    await this.#items.return?.();
    await Promise.allSettled(this.#queue.map(({ result }) => result));
  }

  #refill(): void {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
      this.#wake();
      // Something may have been taken just before, when this was not over yet.
      if (!this.#isOver && this.#hasRoomNow()) this.#refill();
    });
  }

  /** Never rejects: a failure is told in its place, after the work that was begun before. */
  async #fill(): Promise<void> {
    try {
      while (!this.#isOver && this.#hasRoomNow()) {
        const { done, value } = await this.#items.next();
        if (done) this.#isOver = true;
        else this.#begin(value);
      }
    } catch (reason) {
      this.#failure = { reason };
      this.#isOver = true;
    }
  }

  #hasRoomNow(): boolean {
    return this.#hasRoom(this.#queue.map(({ item }) => item));
  }

  #begin(item: Item): void {
    const result = this.#work(item);
    result.catch(() => {}); // whoever takes it has the error; nobody does when the consumer has left
    this.#queue.push({ item, result });
    this.#wake();
  }
}
