/**
 * What a query yields: `for await` streams it in pages, `await` gathers it into an array.
 * Each use runs the query anew.
 */
export class Listing<Item> implements AsyncIterable<Item>, PromiseLike<Item[]> {
  readonly #run: () => AsyncIterator<Item>;
  readonly #gather: () => Promise<Item[]>;

  /** @param gather all items at once, where that is done in another way */
  constructor(
    run: () => AsyncIterator<Item>,
    gather: () => Promise<Item[]> = () => gatherItems(this),
  ) {
    this.#run = run;
    this.#gather = gather;
  }

  /** Streams the items. */
  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return this.#run();
  }

  /** All items, in order. */
  toArray(): Promise<Item[]> {
    return this.#gather();
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

/** All that an iteration gives. */
export async function gatherItems<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

/** The items of pages, one by one. */
export async function* itemsOf<Item>(
  pages: AsyncIterable<readonly Item[]>,
): AsyncGenerator<Item, void> {
  for await (const page of pages) yield* page;
}
