import { expect } from "chai";
import type { File, FileVersion } from "../../src/tinyfs/file.ts";
import { bytesToSource } from "../../src/tinyfs/streams.ts";
import { failureOf, someBytes } from "../worker/storage-pond.ts";
import { cleanUp, newPondName, openPond, place } from "./pond-fixture.ts";

const VERSION: FileVersion = { path: "/a", open: async () => bytesToSource(someBytes(1)) };

describe("OpLogFile", () => {
  afterEach(cleanUp);

  it("is Ready, then WritingInTransaction until the writer is released", async () => {
    const persistence = await openPond();
    const file = persistence.fileAt(place("a"));

    const before = file.heldBy();
    const writer = await file.asyncWriter({ path: "/a", txId: "tx-1" });
    const during = [file.heldBy(), persistence.fileAt(place("a")).heldBy()];
    await writer.close();
    const closed = file.heldBy();
    writer.release();

    expect(before).equal(undefined);
    expect(during).deep.equal(["tx-1", "tx-1"]);
    expect(closed).equal("tx-1");
    expect(file.heldBy()).equal(undefined);
  });

  it("is one object as long as it has a writer, and other names are not held", async () => {
    const persistence = await openPond();
    const file = persistence.fileAt(place("a"));

    const writer = await file.asyncWriter({ path: "/a", txId: "tx-1" });

    expect(persistence.fileAt(place("a"))).equal(file);
    expect(persistence.fileAt(place("b")).heldBy()).equal(undefined);
    writer.release();
  });

  it("refuses readers while it is written, naming path and transaction", async () => {
    const persistence = await openPond();
    const [early, late] = [persistence.fileAt(place("a")), persistence.fileAt(place("a"))];
    const writer = await early.asyncWriter({ path: "/a", txId: "tx-1" });

    const failure = await failureOf(late.open(VERSION));
    writer.release();

    expect(failure).include({ code: "BEING_WRITTEN", path: "/a", txId: "tx-1" });
    expect((await late.open(VERSION)).size).equal(1);
  });

  it("refuses a second writer at once", async () => {
    const persistence = await openPond();
    const writer = await persistence.fileAt(place("a")).asyncWriter({ path: "/a", txId: "tx-1" });

    const failure = await failureOf(open(persistence.fileAt(place("a")), "tx-2"));

    expect(failure).include({ code: "ALREADY_BEING_WRITTEN", path: "/a", txId: "tx-1" });
    expect(persistence.fileAt(place("a")).heldBy()).equal("tx-1");
    writer.release();
  });

  it("lets one of two in that ask at the same time", async () => {
    const persistence = await openPond();

    const results = await Promise.allSettled([
      open(persistence.fileAt(place("a")), "tx-1"),
      open(persistence.fileAt(place("a")), "tx-2"),
    ]);

    expect(results.map(({ status }) => status).sort()).deep.equal(["fulfilled", "rejected"]);
  });

  it("can be written again at once after the release", async () => {
    const persistence = await openPond();

    for (let n = 0; n < 20; n += 1) {
      const writer = await open(persistence.fileAt(place("a")), `tx-${n}`);
      writer.release();
    }

    expect(persistence.fileAt(place("a")).heldBy()).equal(undefined);
  });

  it("waits for the writer before, when asked to", async () => {
    const persistence = await openPond();
    const first = await open(persistence.fileAt(place("a")), "tx-1");

    const waiting = open(persistence.fileAt(place("a")), "tx-2", { wait: true });
    setTimeout(() => first.release(), 30);
    const second = await waiting;

    expect(persistence.fileAt(place("a")).heldBy()).equal("tx-2");
    second.release();
  });

  it("gives up waiting after the time, and on the signal", async () => {
    const persistence = await openPond();
    const first = await open(persistence.fileAt(place("a")), "tx-1");
    const controller = new AbortController();
    const reason = new Error("enough");

    const [timedOut, aborted] = [
      failureOf(open(persistence.fileAt(place("a")), "tx-2", { wait: 20 })),
      failureOf(
        open(persistence.fileAt(place("a")), "tx-3", { wait: true, signal: controller.signal }),
      ),
    ];
    setTimeout(() => controller.abort(reason), 10);

    expect(await timedOut).include({ code: "ALREADY_BEING_WRITTEN", txId: "tx-1" });
    expect(await aborted).equal(reason);
    expect(persistence.fileAt(place("a")).heldBy()).equal("tx-1");
    first.release();
  });

  it("keeps other tabs off, readers excepted, until the release", async () => {
    const name = newPondName();
    const [here, there] = [await openPond({ name }), await openPond({ name })];
    const writer = await open(here.fileAt(place("a")), "tx-1");

    const failure = await failureOf(open(there.fileAt(place("a")), "tx-2"));
    const source = await there.fileAt(place("a")).open(VERSION);
    const waiting = open(there.fileAt(place("a")), "tx-2", { wait: true });
    writer.release();
    const second = await waiting;

    expect(failure).include({ code: "ALREADY_BEING_WRITTEN", path: "/a" });
    expect(source.size).equal(1);
    expect(await failureOf(open(here.fileAt(place("a")), "tx-3"))).include({
      code: "ALREADY_BEING_WRITTEN",
    });
    second.release();
  });

  it("is free for others when its pond is closed", async () => {
    const name = newPondName();
    const [here, there] = [await openPond({ name }), await openPond({ name })];
    await open(here.fileAt(place("a")), "tx-1");

    await here.close();

    const writer = await open(there.fileAt(place("a")), "tx-2", { wait: 1000 });
    expect(there.fileAt(place("a")).heldBy()).equal("tx-2");
    writer.release();
  });
});

function open(
  file: File,
  txId: string,
  options: { wait?: boolean | number; signal?: AbortSignal } = {},
): ReturnType<File["asyncWriter"]> {
  return file.asyncWriter({ path: "/a", txId, ...options });
}
