import { expect } from "chai";
import { ParquetLane } from "../../src/worker/parquet-lane.ts";
import { ParquetService } from "../../src/worker/parquet-service.ts";
import { Remote, receiver } from "../../src/worker/remote.ts";
import { failureOf } from "./parquet-fixtures.ts";

const LARGE = 600 * 1024 * 1024;

describe("ParquetLane", () => {
  it("starts once for calls that come together, and again only after the worker's end", async () => {
    const { lane, started } = newLane();

    const [one, other] = await Promise.all([worker(lane), worker(lane)]);
    lane.recycle(one, LARGE);
    const next = await worker(lane);

    expect(one).equal(other);
    expect(next).not.equal(one);
    expect(started.length).equal(2);
  });

  it("recycles a worker that has grown too large", async () => {
    const { lane } = newLane();
    const remote = await worker(lane);

    lane.recycle(remote, LARGE / 2);
    const before = remote.ended;
    lane.recycle(remote, LARGE);

    expect(before).equal(undefined);
    expect(remote.ended).property("code", "WORKER_DIED");
  });

  it("recycles none that is in use", async () => {
    const { lane } = newLane();

    let before: unknown;
    const remote = await lane.use(undefined, async (used) => {
      lane.recycle(used, LARGE);
      before = used.ended;
      return used;
    });
    lane.recycle(remote, LARGE);

    expect(before).equal(undefined);
    expect(remote.ended).property("code", "WORKER_DIED");
  });

  it("tries again after a start that failed", async () => {
    let attempts = 0;
    const lane = new ParquetLane({
      diedCode: "WORKER_DIED",
      start: async () => {
        if (attempts++ === 0) throw new Error("offline");
        return newRemote();
      },
    });

    expect((await failureOf(worker(lane))).message).equal("offline");
    expect((await worker(lane)).ended).equal(undefined);
  });
});

function newLane(): { lane: ParquetLane; started: Remote<ParquetService>[] } {
  const started: Remote<ParquetService>[] = [];
  const start = async () => {
    const remote = newRemote();
    started.push(remote);
    return remote;
  };
  return { started, lane: new ParquetLane({ start, diedCode: "WORKER_DIED" }) };
}

function newRemote(): Remote<ParquetService> {
  return new Remote<ParquetService>(receiver(new ParquetService()));
}

function worker(lane: ParquetLane): Promise<Remote<ParquetService>> {
  return lane.use(undefined, async (remote) => remote);
}
