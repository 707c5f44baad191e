import { expect } from "chai";
import { CallLine } from "../../src/tinyfs/call-line.ts";

describe("CallLine", () => {
  it("takes up a few calls at once, whatever they wait for", () => {
    const line = new CallLine(() => undefined);

    const places = Array.from({ length: 64 }, () => line.begin());

    expect(places).deep.equal(Array.from({ length: 64 }, () => undefined));
  });

  it("does not let calls wait that come one after the other", () => {
    const line = new CallLine(() => undefined);

    for (let call = 0; call < 1000; call += 1) {
      expect(line.begin()).equal(undefined);
      line.end();
    }
  });

  it("takes up many in their order, and rests on the way", async () => {
    let rests = 0;
    const line = new CallLine(async () => {
      rests += 1;
    });
    const order: number[] = [];
    const call = async (n: number) => {
      await line.begin();
      spin(1);
      order.push(n);
      line.end();
    };

    await Promise.all(Array.from({ length: 100 }, (_, n) => call(n)));

    expect(order).deep.equal(Array.from({ length: 100 }, (_, n) => n));
    expect(rests).above(2);
  });

  it("takes up those that come while it rests, and later", async () => {
    const line = new CallLine(() => new Promise((resolve) => setTimeout(resolve)));
    const call = async () => {
      await line.begin();
      spin(1);
    };
    const first = Array.from({ length: 80 }, call);
    await Promise.all(first.slice(0, 70));

    await Promise.all([...first, ...Array.from({ length: 20 }, call)]);
    await Promise.all(Array.from({ length: 20 }, call));
  });
});

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
