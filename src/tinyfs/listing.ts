/**
 * What a query yields: `for await` streams it in pages, `await` gathers it into an array.
 * Each use runs the query anew.
 */
export class Listing<Item> implements AsyncIterable<Item>, PromiseLike<Item[]> {
  readonly #run: () => AsyncIterator<Item>;

  constructor(run: () => AsyncIterator<Item>) {
    this.#run = run;
  }

  /** Streams the items. */
  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return this.#run();
  }

  /** All items, in order. */
  async toArray(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  /** Makes `await listing` give all items. */
  // biome-ignore lint/suspicious/noThenProperty: a listing can be awaited, that is its point
  then<Result = Item[], Failure = never>(
    fulfilled?: ((items: Item[]) => Result | PromiseLike<Result>) | null,
    rejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    return this.toArray().then(fulfilled, rejected);
  }
}
