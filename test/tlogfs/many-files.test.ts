import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { someBytes } from "../worker/storage-pond.ts";
import { begin, cleanUp, commit, openPond, put, readBytes } from "./pond-fixture.ts";

const FILES = 3_000;

describe("a page that writes thousands of small files in one transaction", () => {
  afterEach(cleanUp);

  it("rests between the calls", async () => {
    const persistence = await openPond();
    const transaction = await new FS({ persistence }, (context) => new WD(context)).begin();
    let rests = 0;
    persistence.rest = async () => {
      rests += 1;
    };

    for (let n = 0; n < FILES; n += 1) {
      await transaction.root.writeFile(`/f${n}`, someBytes(10, n + 1));
    }

    expect(rests).at.least(2);
    await transaction.rollback();
  });

  it("takes up calls that are made at once in several tasks", async () => {
    const persistence = await openPond();
    const transaction = await new FS({ persistence }, (context) => new WD(context)).begin();
    await transaction.root.writeFile("/first", someBytes(10)); // modules are there
    const digests = countDigestsOfFirstTask();

    const calls = Array.from({ length: 500 }, (_, n) =>
      transaction.root.writeFile(`/f${n}`, someBytes(10, n + 1)),
    );
    await Promise.all(calls);

    expect(await digests.stop()).below(250);
    await transaction.rollback();
  });

  it("issues the requests of the commit in several tasks", async () => {
    const persistence = await openPond();
    const tree = await begin(persistence);
    for (let n = 0; n < FILES; n += 1) {
      await put(tree, `f${n}`, await persistence.stageBytes(someBytes(10, n + 1)));
    }
    const puts = countPutsOfTasks();

    await commit(persistence, tree);

    const most = Math.max(...puts.stop());
    expect(most)
      .greaterThan(100)
      .lessThan(FILES / 2);
    expect(await readBytes(persistence, `f${FILES - 1}`)).deep.equal(someBytes(10, FILES));
  });
});

/** Counts digests until the page answers a message, each made to take a tenth of a millisecond. */
function countDigestsOfFirstTask(): { stop(): Promise<number> } {
  const { digest } = crypto.subtle;
  let count = 0;
  crypto.subtle.digest = (...given) => {
    count += 1;
    const end = performance.now() + 0.1;
    while (performance.now() < end);
    return digest.apply(crypto.subtle, given);
  };
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise<number>((resolve) => {
    port1.onmessage = () => resolve(count);
  });
  port2.postMessage(undefined);
  return {
    async stop() {
      const found = await answered;
      port1.close();
      crypto.subtle.digest = digest;
      return found;
    },
  };
}

/** Counts the `put`s of each task that has some. */
function countPutsOfTasks(): { stop(): number[] } {
  const original = IDBObjectStore.prototype.put;
  const { port1, port2 } = new MessageChannel();
  const counts: number[] = [];
  let isCounting = false;
  port1.onmessage = () => {
    isCounting = false;
  };
  IDBObjectStore.prototype.put = function (value, key) {
    if (!isCounting) {
      isCounting = true;
      counts.push(0);
      port2.postMessage(undefined);
    }
    counts.push((counts.pop() ?? 0) + 1);
    return original.call(this, value, key);
  };
  return {
    stop() {
      IDBObjectStore.prototype.put = original;
      port1.close();
      return counts;
    },
  };
}
