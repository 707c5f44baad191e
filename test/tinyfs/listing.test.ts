import { expect } from "chai";
import { Listing } from "../../src/tinyfs/index.ts";
import { failureOf } from "./contract/rejects.ts";

/** A listing of 1, 2, 3 that tells how far it was read. */
function count(): { listing: Listing<number>; given: number[]; ended: () => boolean } {
  const given: number[] = [];
  let hasEnded = false;
  const listing = new Listing(async function* () {
    try {
      for (const item of [1, 2, 3]) {
        given.push(item);
        yield item;
      }
    } finally {
      hasEnded = true;
    }
  });
  return { listing, given, ended: () => hasEnded };
}

describe("Listing", () => {
  it("gives all items when it is awaited", async () => {
    const { listing } = count();

    const items = await listing;

    expect(items).deep.equal([1, 2, 3]);
  });

  it("gives all items to then() and toArray()", async () => {
    const { listing } = count();

    const lengths = [await listing.then(({ length }) => length), (await listing.toArray()).length];

    expect(lengths).deep.equal([3, 3]);
  });

  it("streams items as they are asked for, and ends when it is left", async () => {
    const { listing, given, ended } = count();

    for await (const _ of listing) break;

    expect(given).deep.equal([1]);
    expect(ended()).equal(true);
  });

  it("does nothing before it is used", () => {
    const { given } = count();

    expect(given).deep.equal([]);
  });

  it("rejects with what its query throws", async () => {
    const failure = new Error("no");
    const listing = new Listing<number>(async function* () {
      yield 1;
      throw failure;
    });

    const caught = [
      await failureOf(listing),
      await listing.then(undefined, (reason: unknown) => reason),
    ];

    expect(caught).deep.equal([failure, failure]);
  });

  it("can be one of several that are awaited together", async () => {
    const lists = await Promise.all([count().listing, count().listing]);

    expect(lists).deep.equal([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });
});
