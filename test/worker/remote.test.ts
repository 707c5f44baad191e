import { expect } from "chai";
import { isTinyFSError, QuotaError, TinyFSError } from "../../src/tinyfs/errors.ts";
import { Remote, receiver, startWorker } from "../../src/worker/remote.ts";
import { failureOf } from "./storage-pond.ts";

const closed = new TinyFSError("POND_CLOSED", "closed");

class Methods {
  readonly cancelled: unknown[] = [];

  echo(value: unknown): unknown {
    return value;
  }

  fail(): never {
    const cause = new QuotaError("full", { needed: 1, free: 2, reclaimable: 3 });
    throw new TinyFSError("STORAGE_UNAVAILABLE", "outer", { path: "/a", cause });
  }

  hang(_argument: undefined, signal: AbortSignal): Promise<never> {
    signal.addEventListener("abort", () => this.cancelled.push("cancelled"));
    return new Promise(() => {});
  }

  async end(): Promise<void> {
    this.cancelled.push("ended");
  }
}

describe("Remote", () => {
  it("returns what the method returns", async () => {
    const remote = new Remote<Methods>(receiver(new Methods()));

    expect(await remote.call("echo", { a: 1 })).deep.equal({ a: 1 });
  });

  it("keeps code, fields, class and cause of an error", async () => {
    const remote = new Remote<Methods>(receiver(new Methods()));

    const error = await failureOf(remote.call("fail", undefined));

    expect(error).include({ code: "STORAGE_UNAVAILABLE", path: "/a", message: "outer" });
    expect((error as TinyFSError).cause)
      .instanceOf(QuotaError)
      .include({ needed: 1, free: 2 });
  });

  it("rejects with the signal's reason and tells the method", async () => {
    const methods = new Methods();
    const remote = new Remote<Methods>(receiver(methods));
    const controller = new AbortController();
    const reason = { any: "value" };

    const pending = failureOf(remote.call("hang", undefined, { signal: controller.signal }));
    controller.abort(reason);

    expect(await pending).equal(reason);
    expect(methods.cancelled).deep.equal(["cancelled"]);
  });

  it("sends nothing when the signal has aborted before", async () => {
    const methods = new Methods();
    const remote = new Remote<Methods>(receiver(methods));

    const signal = AbortSignal.abort("early");

    expect(await failureOf(remote.call("end", undefined, { signal }))).equal("early");
    expect(methods.cancelled).deep.equal([]);
  });

  it("rejects what is pending when it closes, after which the last method has run", async () => {
    const methods = new Methods();
    const remote = new Remote<Methods>(receiver(methods));
    const pending = failureOf(remote.call("hang", undefined));

    await remote.close(closed, "end");

    expect(await pending).equal(closed);
    expect(await failureOf(remote.call("echo", 1))).equal(closed);
    expect(methods.cancelled).deep.equal(["ended"]);
  });
});

describe("startWorker()", () => {
  it("fails with WORKER_START when the worker does not answer in time", async () => {
    const silent = URL.createObjectURL(new Blob([""], { type: "text/javascript" }));

    const starting = startWorker({ create: () => new Worker(silent), label: "x", timeoutMs: 50 });

    const error = await failureOf(starting);
    expect(isTinyFSError(error, "WORKER_START")).equal(true);
    expect((error as Error).message).include("within 50 ms");
  });

  it("fails with WORKER_START and the worker's own words when its script throws", async () => {
    const script = `throw new Error("no such luck")`;
    const broken = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));

    const error = await failureOf(startWorker({ create: () => new Worker(broken), label: "x" }));

    expect(isTinyFSError(error, "WORKER_START")).equal(true);
    expect((error as Error).message).include("no such luck");
  });
});
