import { expect } from "chai";
import { ahead } from "../../../src/arrow/reading/ahead.ts";

async function* numbers(count: number): AsyncGenerator<number, void> {
  for (let number = 0; number < count; number += 1) yield number;
}

describe("ahead()", () => {
  it("begins the next work while the first is waited for, and no more than there is room for", async () => {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (number: number) => {
      begun.push(number);
      return new Promise<number>((resolve) => ends.push(() => resolve(number * 10)));
    };
    const results = ahead(numbers(4), ({ length }) => length < 1, work);

    const first = results.next();
    while (begun.length < 2) await new Promise((resolve) => setTimeout(resolve));
    expect(begun).deep.equal([0, 1]);
    ends[0]?.();
    expect((await first).value).equal(0);
    expect(begun).deep.equal([0, 1]);

    const second = results.next();
    while (begun.length < 3) await new Promise((resolve) => setTimeout(resolve));
    for (const end of ends) end();
    expect((await second).value).equal(10);
    const left = results.return();
    for (const end of ends) end();
    await left;
  });
});
