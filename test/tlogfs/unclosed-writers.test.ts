import { expect } from "chai";
import type { WD } from "../../src/tinyfs/index.ts";
import { someBytes } from "../worker/storage-pond.ts";
import { cleanUp } from "./pond-fixture.ts";
import { listTemporaries } from "./pond-folder.ts";
import { locksOf, openInPage, until } from "./sleeping-page.ts";

/** Collects garbage, where the browser was started so that a page can ask for it. */
const gc = Reflect.get(globalThis, "gc") ?? Reflect.get(globalThis, "TestUtils")?.gc;

/** All of it, and once more what is young: that is where Chromium gives up objects of the DOM in use. */
async function collectGarbage(): Promise<void> {
  await gc();
  await gc({ type: "minor" });
}

const warnings: string[] = [];
const { console } = globalThis;
const originalWarn = console.warn;

async function untilCollected(holds: () => boolean | Promise<boolean>): Promise<void> {
  await until(async () => {
    await collectGarbage();
    return holds();
  });
}

/** In a function of its own, so that nothing on the caller's stack reaches the stream. */
async function writeAndDrop(root: WD, path: string, options = {}): Promise<void> {
  const writer = (await root.asyncWriter(path, options)).getWriter();
  await writer.write(someBytes(3 << 20));
}

describe("what is dropped without being closed", function () {
  this.timeout(30_000);

  before(function () {
    if (!gc) this.skip(); // this browser collects when it likes
  });

  beforeEach(() => {
    console.warn = (message: string) => warnings.push(message);
  });

  afterEach(async () => {
    console.warn = originalWarn;
    warnings.length = 0;
    await cleanUp();
  });

  it("is reported once, if it is a writer, with its path and what to do", async () => {
    const { root } = await openInPage();
    await writeAndDrop(root, "/a");

    await untilCollected(() => warnings.length > 0);
    for (let n = 0; n < 5; n += 1) await collectGarbage();

    expect(warnings).length(1);
    expect(warnings[0]).match(/"\/a".*without close\(\) or abort\(\).*Await writer.close\(\)/);
  });

  it("gives back the file, its lock and the temporary, if it is a writer", async () => {
    const { name, root } = await openInPage();
    await root.writeFile("/a", "old");
    await writeAndDrop(root, "/a");
    expect(await listTemporaries(name)).length(1);

    await untilCollected(() => warnings.length > 0);

    await until(async () => (await locksOf(name)).length === 1);
    await until(async () => (await listTemporaries(name)).length === 0);
    expect(new TextDecoder().decode(await root.readFile("/a"))).equal("old");
    await (await root.asyncWriter("/a")).close();
    expect((await root.stat("/a")).size).equal(0);
  });

  it("is given back also while its signal lives", async () => {
    const { root } = await openInPage();
    const abort = new AbortController();
    await writeAndDrop(root, "/a", { signal: abort.signal });

    await untilCollected(() => warnings.length > 0);

    await root.writeFile("/a", "1");
    abort.abort();
  });

  it("keeps its transaction from committing, if it is a writer", async () => {
    const { fs } = await openInPage();
    const tx = await fs.begin();
    await writeAndDrop(tx.root, "/a");

    await untilCollected(() => warnings.length > 0);

    const failure = await tx.commit().catch((error: unknown) => error);
    expect(failure).include({ code: "TRANSACTION_POISONED" });
    await tx.rollback();
  });

  it("is rolled back and reported, if it is a transaction", async () => {
    const { name, fs } = await openInPage();
    const begin = async () => {
      const tx = await fs.begin();
      await tx.root.writeFile("/a", someBytes(3 << 20));
      return tx.id;
    };
    const id = await begin();
    expect(await listTemporaries(name)).length(1);

    await untilCollected(() => warnings.length > 0);

    await until(async () => (await listTemporaries(name)).length === 0);
    expect(warnings).length(1);
    expect(warnings[0]).match(new RegExp(`${id}.*without commit\\(\\) or rollback\\(\\)`));
  });

  it("is no writer that is still written", async () => {
    const { root } = await openInPage();
    const writer = (await root.asyncWriter("/a")).getWriter();

    for (let n = 0; n < 20; n += 1) {
      await writer.write(someBytes(100_000, n));
      await collectGarbage();
    }
    await writer.close();

    expect(warnings).deep.equal([]);
    expect((await root.stat("/a")).size).equal(2_000_000);
  });

  it("is no writer that a stream is piped into", async () => {
    const { root } = await openInPage();
    let count = 0;
    const source = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await collectGarbage();
        controller.enqueue(someBytes(100_000, count));
        count += 1;
        if (count === 20) controller.close();
      },
    });

    await source.pipeTo(await root.asyncWriter("/a"));

    expect(warnings).deep.equal([]);
    expect((await root.stat("/a")).size).equal(2_000_000);
  });

  it("is nothing that was closed, aborted, committed or rolled back", async () => {
    const { root, fs } = await openInPage();
    const closed = async () => {
      await (await root.asyncWriter("/a")).close();
      await (await root.asyncWriter("/b")).abort();
      await (await fs.begin()).rollback();
      await fs.transaction(({ root: inside }) => inside.writeFile("/c", "1"));
    };
    await closed();

    for (let n = 0; n < 10; n += 1) {
      await collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }

    expect(warnings).deep.equal([]);
  });
});
