import { expect } from "chai";
import { Pacer } from "../../src/tinyfs/pacer.ts";

describe("Pacer", () => {
  it("pauses between pieces of long work", async () => {
    const { pacer, pauses } = newPacer();

    for (let piece = 0; piece < 10; piece += 1) {
      spin(5);
      await pacer.rest();
    }

    expect(pauses.length).at.least(3);
  });

  it("does not pause between pieces of short work", async () => {
    const { pacer, pauses } = newPacer();

    await pacer.rest();

    expect(pauses).length(0);
  });

  it("goes on where nobody needs a pause", async () => {
    const pacer = new Pacer(() => undefined);

    spin(10);
    await pacer.rest();
  });
});

function newPacer(): { readonly pacer: Pacer; readonly pauses: number[] } {
  const pauses: number[] = [];
  const pacer = new Pacer(async () => {
    pauses.push(performance.now());
  });
  return { pacer, pauses };
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
